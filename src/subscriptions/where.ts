/**
 * Content filters: a small language over the canonical event, as data. Nothing of it is ever evaluated as code or as a
 * regular expression. A filter is checked against the schemas when it is written, so that none waits for what cannot be,
 * and compiled once, so that an event costs a few look-ups.
 */
import { z } from "zod";
import type { CanonicalEvent } from "../normalizers/canonical/event.ts";
import { typesOf } from "./event-patterns.ts";
import { type Condition, compileCondition, conditionProblem, conditionSchema } from "./where-conditions.ts";
import { formProblem, PARTS_MAX } from "./where-form.ts";

export type Where =
  | { readonly all: readonly Where[] }
  | { readonly any: readonly Where[] }
  | { readonly not: Where }
  | Condition;

/** More would hide the first ones. */
const PROBLEMS_MAX = 10;

const tree: z.ZodType<Where> = z.lazy(() =>
  z.union(
    [
      z.strictObject({ all: z.array(tree).min(1).max(PARTS_MAX) }),
      z.strictObject({ any: z.array(tree).min(1).max(PARTS_MAX) }),
      z.strictObject({ not: tree }),
      conditionSchema,
    ],
    {
      error:
        "has a value that does not fit: path takes 1 to 256 characters, equals and the bounds a single value, " +
        "in 1 to 100 of them, exists true or false",
    },
  ),
);

export const whereSchema: z.ZodType<Where> = z
  .unknown()
  .superRefine((input, ctx) => {
    const problem = formProblem(input);
    if (problem !== undefined) ctx.addIssue({ code: "custom", ...problem });
  })
  .pipe(tree);

/**
 * Why conditions of the filter can never hold for the events of these patterns, each with its place (`where.all.0`);
 * empty when they all may. The patterns must have passed `checkPattern`.
 */
export function checkWhere(where: Where, events: readonly string[]): string[] {
  const types = typesOf(events);
  const problems: string[] = [];
  for (const { at, condition } of conditionsOf(where, "where")) {
    const problem = conditionProblem(condition, types);
    if (problem !== undefined) problems.push(`${at}: ${problem}`);
    if (problems.length === PROBLEMS_MAX) break;
  }
  return problems;
}

/**
 * The filter as a function. Never throws. A condition that `checkWhere` would refuse, because the vocabulary has changed
 * since for example, holds for no event.
 */
export function compileWhere(where: Where): (event: CanonicalEvent) => boolean {
  if ("all" in where) {
    const parts = where.all.map(compileWhere);
    return (event) => parts.every((holds) => holds(event));
  }
  if ("any" in where) {
    const parts = where.any.map(compileWhere);
    return (event) => parts.some((holds) => holds(event));
  }
  if ("not" in where) {
    const holds = compileWhere(where.not);
    return (event) => !holds(event);
  }
  return compileCondition(where);
}

function* conditionsOf(where: Where, at: string): Generator<{ at: string; condition: Condition }> {
  if ("all" in where) {
    for (const [n, part] of where.all.entries()) yield* conditionsOf(part, `${at}.all.${n}`);
  } else if ("any" in where) {
    for (const [n, part] of where.any.entries()) yield* conditionsOf(part, `${at}.any.${n}`);
  } else if ("not" in where) {
    yield* conditionsOf(where.not, `${at}.not`);
  } else {
    yield { at, condition: where };
  }
}
