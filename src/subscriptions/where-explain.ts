/**
 * Why an event does not pass a content filter, for people. Values are told where they cannot be personal data: choices,
 * numbers, booleans and decimal numbers. Of any other value it is only said that it differs.
 */
import { valuesAt } from "../matching/values.ts";
import { boundsOf, type Comparison, type Condition, type Where } from "../matching/where.ts";
import type { CanonicalEvent } from "../normalizers/canonical/event.ts";
import { compileWhere } from "./where.ts";
import { scalarOf } from "./where-conditions.ts";
import { resolvePath } from "./where-paths.ts";
import type { ValueShape } from "./where-shapes.ts";
import { equalsProblem } from "./where-values.ts";
import { listSome } from "./wording.ts";

type Kind = ValueShape["kind"];

const TOLD: ReadonlySet<Kind | undefined> = new Set<Kind>(["choice", "number", "boolean", "decimal"]);
/** What was asked for may be told of moments and names of fields too. */
const WANTED_TOLD: ReadonlySet<Kind | undefined> = new Set<Kind | undefined>([...TOLD, "moment", "change"]);
const LIST_TOLD = 3;

/** The first condition that decides against the event; undefined when it passes. */
export function explainWhere(where: Where, event: CanonicalEvent): string | undefined {
  return compileWhere(where)(event) ? undefined : explain(where, event, false);
}

/** The first condition because of which the filter holds, or does not. */
function explain(where: Where, event: CanonicalEvent, holds: boolean): string {
  if ("not" in where) return explain(where.not, event, !holds);
  if (!("all" in where || "any" in where)) return explainCondition(where, event, holds);
  const parts = "all" in where ? where.all : where.any;
  const deciding = parts.find((part) => compileWhere(part)(event) === holds) ?? parts[0];
  const reason = deciding === undefined ? "it has no parts" : explain(deciding, event, holds);
  return "any" in where && !holds && parts.length > 1 ? `${reason}, and no other part of any holds` : reason;
}

function explainCondition(condition: Condition, event: CanonicalEvent, holds: boolean): string {
  const { path } = condition;
  const place = resolvePath(path);
  if (place === undefined) return `there is no ${path}`;
  const values = valuesAt(event, place.keys);
  if ("exists" in condition) {
    const found = values.some((value) => value !== null) ? "present" : "absent or null";
    return `${path} is ${found}, which is not wanted`;
  }
  const shape = isPersonal(path) ? undefined : scalarOf(place);
  const found = tell(values, shape);
  if (holds)
    return `${path} ${found === undefined ? "has a value that" : `is ${found}, which`} is not wanted`;
  const wanted = WANTED_TOLD.has(shape?.kind) ? `, wanted ${describe(condition)}` : "";
  return found === undefined ? `${path} differs${wanted}` : `${path} is ${found}${wanted}`;
}

/** Latitude and longitude are the numbers that say where somebody lives. */
function isPersonal(path: string): boolean {
  return /\.(?:latitude|longitude)$/.test(path);
}

/** Undefined where a value must not be told; one that does not fit the schema may be anything. */
function tell(values: readonly unknown[], shape: ValueShape | undefined): string | undefined {
  if (values.length === 0) return "absent";
  const mayTell = (value: unknown) => value === null || (TOLD.has(shape?.kind) && fits(value, shape));
  return values.every(mayTell) ? listSome([...new Set(values.map(String))], LIST_TOLD) : undefined;
}

function fits(value: unknown, shape: ValueShape | undefined): boolean {
  const isScalar = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return shape !== undefined && isScalar && equalsProblem(shape, value) === undefined;
}

function describe(condition: Comparison): string {
  if ("equals" in condition) return `equals ${condition.equals}`;
  if ("in" in condition) return `in ${listSome(condition.in.map(String), LIST_TOLD)}`;
  return boundsOf(condition)
    .map(({ bound, operand }) => `${bound} ${operand}`)
    .join(" ");
}
