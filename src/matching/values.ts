/** How a content filter compares the values at a path with what it asks for. Absent values never get here. */
import { compareDecimals, normalizeDecimal } from "../normalizers/canonical/money.ts";
import { toVersion } from "../normalizers/canonical/time.ts";

export type Scalar = string | number | boolean | null;
export type Test = (value: unknown) => boolean;

/** `moment` and `decimal` are texts that have an order; `change` is an entry of `changed`; `free` may be anything. */
export const VALUE_KINDS = [
  "text",
  "choice",
  "number",
  "boolean",
  "decimal",
  "moment",
  "change",
  "free",
] as const;
export type ValueKind = (typeof VALUE_KINDS)[number];

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

/** Decimals are equal as numbers (`10` and `10.00`), moments as moments; all else has to be the same. */
export function equalsTest(kind: ValueKind, operand: Scalar): Test {
  if (operand === null) return (value) => value === null;
  if (kind === "decimal" || kind === "moment") {
    const order = orderTo(kind, operand);
    return (value) => order(value) === 0;
  }
  if (kind === "change" && typeof operand === "string") return (value) => touches(value, operand);
  return (value) => value === operand;
}

export function boundTest(kind: ValueKind, bound: Bound, operand: string | number): Test {
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
function orderTo(kind: ValueKind, operand: Scalar): (value: unknown) => number | undefined {
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

export function toDecimal(value: unknown): string | undefined {
  if (typeof value === "number") return normalizeDecimal(value);
  return typeof value === "string" && DECIMAL.test(value) ? normalizeDecimal(value) : undefined;
}

export function toMoment(value: unknown): string | undefined {
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

/** Everything that stands at these keys, lists opened: null is among it, what is absent is not. Own properties only. */
export function valuesAt(event: unknown, keys: readonly string[]): unknown[] {
  let values = [event];
  for (const key of keys) {
    const inner: unknown[] = [];
    for (const value of values) {
      if (isObject(value) && Object.hasOwn(value, key)) pushOpened(inner, value[key]);
    }
    values = inner;
  }
  return values;
}

/** Without recursion: `extra` may hold lists in lists of any depth. */
function pushOpened(values: unknown[], value: unknown): void {
  const waiting = [value];
  while (waiting.length > 0) {
    const next: unknown = waiting.pop();
    if (Array.isArray(next)) for (let at = next.length - 1; at >= 0; at -= 1) waiting.push(next[at]);
    else if (next !== undefined) values.push(next);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
