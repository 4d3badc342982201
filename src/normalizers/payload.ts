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

/** An id in any spelling, as a string. Integers beyond 2^53 arrive as strings from the decoder. */
export const id = z.union([z.string().min(1).max(ID_LENGTH_MAX), z.number().int()]).transform(String);

/** An id where `null`, `0`, `""` and `false` mean "none"; absent stays absent. */
export const idOrNone = z
  .union([z.string().max(ID_LENGTH_MAX), z.number(), z.null(), z.literal(false)])
  .optional()
  .transform((value) => {
    if (value === undefined) return undefined;
    return value === null || value === false || value === "" || String(value) === "0" ? null : String(value);
  });

/** A text that some senders write as a number or boolean; anything structured reads as absent. */
export const text = z
  .unknown()
  .transform((value) => {
    if (value === null) return null;
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : undefined;
  })
  .optional();

/** A decimal number in any spelling, as the shortest exact string; `null`, `""` and `false` read as null. */
export const amount = z
  .union([z.string(), z.number(), z.null(), z.literal(false)])
  .optional()
  .transform((value, context) => {
    if (value === undefined) return undefined;
    if (value === null || value === false || value === "") return null;
    const decimal = normalizeDecimal(value);
    if (decimal === undefined) context.addIssue("is no decimal number");
    return decimal;
  });

/** A count in any spelling; `null` and `""` read as null. */
export const count = z
  .union([z.number(), z.string(), z.null()])
  .optional()
  .transform((value, context) => {
    if (value === undefined) return undefined;
    if (value === null || value === "") return null;
    const number = Number(value);
    if (!Number.isFinite(number)) context.addIssue("is no number");
    return number;
  });

/** A boolean in any spelling (`1`, `"true"`, `"yes"`); what is unclear reads as absent. */
export const flag = z
  .unknown()
  .transform((value) => {
    if (value === true || value === 1 || value === "1" || value === "true" || value === "yes") return true;
    if (value === false || value === 0 || value === "0" || value === "false" || value === "no") return false;
    return undefined;
  })
  .optional();

/** A list that some senders leave out, set to null, or write as an object with numeric keys. */
export function listOf<S extends z.ZodType>(item: S): z.ZodType<z.output<S>[] | undefined> {
  return z.preprocess(
    (value) =>
      value === null || value === ""
        ? undefined
        : value !== undefined && typeof value === "object" && !Array.isArray(value)
          ? Object.values(value)
          : value,
    z.array(item).optional(),
  );
}

/** An object that PHP senders write as `[]` when it is empty. */
export function objectOf<S extends z.ZodType>(schema: S): z.ZodType<z.output<S> | null | undefined> {
  return z.preprocess(
    (value) => (Array.isArray(value) && value.length === 0 ? null : value),
    schema.nullish(),
  );
}
