/** What a filter may compare a value with, and how the two are compared. Absent values never get here. */
import { compareDecimals, normalizeDecimal } from "../normalizers/canonical/money.ts";
import { toVersion } from "../normalizers/canonical/time.ts";
import type { ValueShape } from "./where-shapes.ts";
import { listSome, nearest, suggest } from "./wording.ts";

export type Scalar = string | number | boolean | null;
export type Test = (value: unknown) => boolean;

export const BOUNDS = ["gt", "gte", "lt", "lte"] as const;
export type Bound = (typeof BOUNDS)[number];

const HOLDS: Record<Bound, (order: number) => boolean> = {
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
};

/** A moment without a zone would be a guess, and more than nine digits could not be told apart. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const CHOICES_TOLD = 12;

/** Why a value of this shape never equals the operand; undefined when it may. Reads on after the path. */
export function equalsProblem(shape: ValueShape, operand: Scalar): string | undefined {
  if (operand === null) {
    return shape.nullable ? undefined : "is never null: where it may be absent, ask for exists: false";
  }
  switch (shape.kind) {
    case "choice":
      return choiceProblem(shape.choices ?? [], operand);
    case "boolean":
      return booleanProblem(shape, operand);
    case "number":
      return numberProblem(shape, operand);
    case "decimal":
      return toDecimal(operand) === undefined ? `is a decimal number, not ${show(operand)}` : undefined;
    case "moment":
      return momentProblem(operand);
    case "free":
      return undefined;
    case "text":
    case "change":
      return textProblem(shape, operand);
  }
}

/** Why a value of this shape is neither above nor below the operand; undefined when it may be. Reads on after the path. */
export function boundProblem(shape: ValueShape, operand: string | number): string | undefined {
  switch (shape.kind) {
    case "number":
    case "decimal":
      return toDecimal(operand) === undefined ? `is a number, not ${show(operand)}` : undefined;
    case "moment":
      return momentProblem(operand);
    case "free":
      return toDecimal(operand) === undefined && momentProblem(operand) !== undefined
        ? `can be compared with a number or a moment, not with ${show(operand)}`
        : undefined;
    default:
      return "has no order: gt, gte, lt and lte compare numbers, decimal numbers and moments";
  }
}

/** Decimals are equal as numbers (`10` and `10.00`), moments as moments; all else has to be the same. */
export function equalsTest({ kind }: ValueShape, operand: Scalar): Test {
  if (operand === null) return (value) => value === null;
  if (kind === "decimal" || kind === "moment") {
    const order = orderTo(kind, operand);
    return (value) => order(value) === 0;
  }
  if (kind === "change" && typeof operand === "string") return (value) => touches(value, operand);
  return (value) => value === operand;
}

export function boundTest({ kind }: ValueShape, bound: Bound, operand: string | number): Test {
  const order = orderTo(kind, operand);
  const holds = HOLDS[bound];
  return (value) => {
    const found = order(value);
    return found !== undefined && holds(found);
  };
}

/**
 * How a value stands to the operand: below, equal to or above zero; undefined where the two cannot be compared. What may
 * be anything is compared the way the operand can be.
 */
function orderTo(kind: ValueShape["kind"], operand: Scalar): (value: unknown) => number | undefined {
  const decimal = kind === "moment" ? undefined : toDecimal(operand);
  if (decimal !== undefined) {
    return (value) => {
      const found = toDecimal(value);
      return found === undefined ? undefined : compareDecimals(found, decimal);
    };
  }
  const moment = toMoment(operand);
  return (value) => {
    const found = toMoment(value);
    if (found === undefined || moment === undefined) return undefined;
    if (found === moment) return 0;
    return found < moment ? -1 : 1;
  };
}

function toDecimal(value: unknown): string | undefined {
  if (typeof value === "number") return normalizeDecimal(value);
  return typeof value === "string" && DECIMAL.test(value) ? normalizeDecimal(value) : undefined;
}

function toMoment(value: unknown): string | undefined {
  return typeof value === "string" && MOMENT.test(value) ? toVersion(value) : undefined;
}

/**
 * A change is told at one level: `shippingAddress` when the whole came or went, `shippingAddress.city` when a part
 * changed. Whoever asks for one means the other too.
 */
function touches(changed: unknown, wanted: string): boolean {
  return (
    typeof changed === "string" &&
    (changed === wanted || changed.startsWith(`${wanted}.`) || wanted.startsWith(`${changed}.`))
  );
}

function choiceProblem(choices: readonly unknown[], operand: Scalar): string | undefined {
  if (choices.includes(operand)) return undefined;
  const words = choices.map(String);
  const near = nearest(String(operand), words);
  if (near !== undefined) return `is never ${show(operand)}${suggest(near)}`;
  return `is never ${show(operand)}; it is one of ${listSome(words, CHOICES_TOLD)}`;
}

function booleanProblem({ choices }: ValueShape, operand: Scalar): string | undefined {
  if (typeof operand !== "boolean") return `is true or false, not ${show(operand)}`;
  return choices === undefined || choices.includes(operand)
    ? undefined
    : `is ${choices.join()} or absent: ask for exists: false`;
}

function numberProblem({ isInteger }: ValueShape, operand: Scalar): string | undefined {
  if (typeof operand !== "number") return `is a number, not ${show(operand)}`;
  return isInteger && !Number.isInteger(operand) ? `is a whole number, not ${operand}` : undefined;
}

function momentProblem(operand: Scalar): string | undefined {
  return toMoment(operand) === undefined
    ? `is a moment such as 2026-11-27T09:00:00Z, not ${show(operand)}`
    : undefined;
}

function textProblem(shape: ValueShape, operand: Scalar): string | undefined {
  if (typeof operand !== "string") return `is a text, not ${show(operand)}`;
  const { pattern, lengthMin = 0, lengthMax = operand.length, about } = shape;
  if (operand.length < lengthMin || operand.length > lengthMax) return `is never as long as ${show(operand)}`;
  if (pattern === undefined || pattern.test(operand)) return undefined;
  return `is never ${show(operand)}${about === undefined ? "" : `: ${about}`}`;
}

function show(operand: Scalar): string {
  const text = JSON.stringify(operand);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
