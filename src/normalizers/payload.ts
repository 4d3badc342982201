/**
 * Building blocks for payload schemas. Platforms and their plugins write one thing in several types (`"10"`, `10`,
 * `false` for "none"), so these read every spelling that is clear and refuse what is not.
 */
import { z } from "zod";
import { normalizeDecimal } from "./canonical/money.ts";

/**
 * What is longer is no id of any platform, and would be carried in every event about it. Canonical ids may be twice as long, since
 * some are made of two.
 */
const ID_LENGTH_MAX = 256;

/** Why a value cannot be read. */
class Unreadable {
  readonly problem: string;

  constructor(problem: string) {
    this.problem = problem;
  }
}

/**
 * A schema that reads one value. It replaces the value in a check, because each transform of zod costs a context of its
 * own: a body has hundreds of values, and a whole order is read in 107 instead of 120 microseconds like this.
 */
export function reading<T>(read: (value: unknown) => T | Unreadable): z.ZodType<T> {
  return z.any().check((payload) => {
    const result = read(payload.value);
    if (result instanceof Unreadable) {
      payload.issues.push({ code: "custom", message: result.problem, input: payload.value });
    } else payload.value = result;
  });
}

/** An id in any spelling, as a string. Integers beyond 2^53 arrive as strings from the decoder. */
export const id = reading((value) =>
  (typeof value === "string" && isId(value)) || Number.isSafeInteger(value)
    ? String(value)
    : new Unreadable("is no id"),
);

/** An id where `null`, `0`, `""` and `false` mean "none"; absent stays absent. */
export const idOrNone = reading((value) => {
  if (value === null || value === false || value === "" || value === 0 || value === "0") return null;
  const isWritten = typeof value === "string" ? isId(value) : typeof value === "number";
  return isWritten ? String(value) : new Unreadable("is no id");
}).optional();

function isId(text: string): boolean {
  return text !== "" && text.length <= ID_LENGTH_MAX;
}

/** A text that some senders write as a number or boolean; anything structured reads as absent. */
export const text = reading((value) => {
  if (typeof value === "string" || value === null) return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}).optional();

/** A decimal number in any spelling, as the shortest exact string; `null`, `""` and `false` read as null. */
export const amount = reading((value) => {
  if (value === null || value === false || value === "") return null;
  const isWritten = typeof value === "string" || typeof value === "number";
  return (isWritten ? normalizeDecimal(value) : undefined) ?? new Unreadable("is no decimal number");
}).optional();

/** A count in any spelling; `null` and `""` read as null. */
export const count = reading(readCount).optional();

/** A count that has to be there. */
export const requiredCount = reading((value) => readCount(value) ?? new Unreadable("is missing"));

/** A boolean in any spelling (`1`, `"true"`, `"yes"`); what is unclear reads as absent. */
export const flag = reading((value) => {
  if (value === true || value === 1 || value === "1" || value === "true" || value === "yes") return true;
  if (value === false || value === 0 || value === "0" || value === "false" || value === "no") return false;
  return undefined;
}).optional();

/** A list that some senders leave out, set to null, or write as an object with numeric keys. */
export function listOf<S extends z.ZodType>(item: S): z.ZodType<z.output<S>[] | undefined> {
  return z
    .preprocess(
      (value) =>
        value === null || value === ""
          ? undefined
          : typeof value === "object" && !Array.isArray(value)
            ? Object.values(value)
            : value,
      z.array(item).optional(),
    )
    .optional();
}

/** An object that PHP senders write as `[]` when it is empty. */
export function objectOf<S extends z.ZodType>(schema: S): z.ZodType<z.output<S> | null | undefined> {
  return z
    .preprocess((value) => (Array.isArray(value) && value.length === 0 ? null : value), schema.nullish())
    .optional();
}

function readCount(value: unknown): number | null | Unreadable {
  if (value === undefined || value === null || value === "") return null;
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : new Unreadable("is no number");
}
