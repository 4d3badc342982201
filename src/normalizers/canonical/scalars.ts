/** The small building blocks that every canonical schema uses. */
import { z } from "zod";

export const entityId = z
  .string()
  .min(1)
  .max(512)
  .describe("The platform's id as a string: 64-bit ids do not fit a JSON number.");

export const timestamp = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/)
  .describe("A moment in UTC, RFC 3339.");

export const decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe("An exact decimal number as a string.");

export const quantity = z.number().describe("A number of pieces.");

export const currencyCode = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .describe("ISO 4217 currency code.");

export const countryCode = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .describe("ISO 3166-1 alpha-2 country code.");

export const money = z
  .object({ amount: decimal, currency: currencyCode })
  .describe("An amount of money; the amount has at least the decimals of its currency.");
export type Money = z.infer<typeof money>;

export const catalogPrice = z
  .object({ amount: decimal, currency: currencyCode.optional() })
  .describe(
    "A price in the catalogue. The currency is absent where the platform does not send it and the store's options do not name it.",
  );
export type CatalogPrice = z.infer<typeof catalogPrice>;

export const weight = z
  .object({ value: decimal, unit: z.enum(["g", "kg", "oz", "lb"]) })
  .describe("A weight with its unit.");

export const dimensions = z
  .object({
    length: decimal.optional(),
    width: decimal.optional(),
    height: decimal.optional(),
    unit: z
      .enum(["mm", "cm", "m", "in", "yd"])
      .optional()
      .describe("Absent where the platform does not send it."),
  })
  .describe("The outer measures of an item.");

export const extra = z
  .record(z.string(), z.unknown())
  .describe("What the platform sends beyond the canonical fields: a declared list per platform.");

export const attributes = z
  .array(z.object({ name: z.string(), value: z.string() }))
  .describe("Free name and value pairs that the buyer or the store attached.");
