/** Money in the smallest unit of its currency: https://developer.squareup.com/docs/build-basics/working-with-monetary-amounts */
import { z } from "zod";
import { addDecimals, fromMinorUnits } from "../../canonical/money.ts";
import type { CatalogPrice, Money } from "../../canonical/scalars.ts";
import { currencyOf } from "../../fields.ts";
import { amount, text } from "../../payload.ts";

export const money = z.object({ amount, currency: text }).nullish();
export type MoneyPayload = z.output<typeof money>;

export function toSquareMoney(value: MoneyPayload): Money | undefined {
  return value ? fromMinorUnits(value.amount, currencyOf(value.currency)) : undefined;
}

export function toPrice(value: MoneyPayload): CatalogPrice | undefined {
  return toSquareMoney(value);
}

/** The sum as a decimal, for comparisons within one order, whose amounts have one currency. */
export function sumOf(values: readonly MoneyPayload[]): string {
  return values.reduce((sum, value) => addDecimals(sum, toSquareMoney(value)?.amount ?? "0"), "0");
}
