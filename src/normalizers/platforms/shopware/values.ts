/** How Shopware writes amounts, moments, languages and countries. */
import { z } from "zod";
import { divideDecimals, toMoney } from "../../canonical/money.ts";
import type { Money } from "../../canonical/scalars.ts";
import { toTimestamp, toVersion } from "../../canonical/time.ts";
import { amount, text } from "../../payload.ts";

/** Decimals beyond this come from floats, not from prices. */
const DECIMALS_MAX = 8;

/** A JSON float in major units, without the tail that sums of floats have. */
export const float = amount.transform((value) => {
  if (value == null || (value.split(".")[1] ?? "").length <= DECIMALS_MAX) return value;
  return divideDecimals(value, "1", DECIMALS_MAX) ?? value;
});

/** Amounts that a position was computed with; `calculatedTaxes` holds the tax of all pieces. */
export const calculatedPrice = z
  .object({
    unitPrice: float,
    totalPrice: float,
    calculatedTaxes: z.unknown().optional(),
    taxRules: z.unknown().optional(),
  })
  .nullish()
  .catch(undefined);

const taxes = z.array(z.object({ tax: float, taxRate: float }));

/** Taxes of a calculated price: a list, which PHP may write as an object. */
export function taxesOf(
  price: z.output<typeof calculatedPrice>,
): { tax: string; rate: string | undefined }[] | undefined {
  const told = price?.calculatedTaxes;
  if (typeof told !== "object" || told === null) return undefined;
  const parsed = taxes.safeParse(Array.isArray(told) ? told : Object.values(told));
  return parsed.data?.flatMap(({ tax, taxRate }) =>
    tax == null ? [] : [{ tax, rate: taxRate == null ? undefined : divideDecimals(taxRate, "100", 6) }],
  );
}

/** The word of a state machine, which stands in an association. */
export const state = z.object({ technicalName: text }).nullish().catch(undefined);

/** Texts in the language of the reader; `translated` holds what is inherited too. */
export const translated = z.record(z.string(), z.unknown()).nullish().catch(undefined);

export function translation(value: z.output<typeof translated>, name: string): string | undefined {
  const found = value?.[name];
  return typeof found === "string" && found !== "" ? found : undefined;
}

export function money(value: string | null | undefined, currency: string | undefined): Money | undefined {
  return toMoney(value, currency);
}

/** The latest moment as a version; undefined when none can be read. */
export function latest(moments: readonly (string | null | undefined)[]): string | undefined {
  return moments
    .flatMap((moment) => toVersion(moment) ?? [])
    .sort()
    .at(-1);
}

export function moment(value: string | null | undefined): string | undefined {
  return toTimestamp(value);
}

export function isNegative(value: string | null | undefined): boolean {
  return value?.startsWith("-") === true;
}

/** The fields that say something; undefined when none does. */
export function toExtra(fields: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const kept = Object.entries(fields).filter(([, value]) => {
    const isEmptyList = Array.isArray(value) && value.length === 0;
    return value !== undefined && value !== null && value !== "" && !isEmptyList;
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
