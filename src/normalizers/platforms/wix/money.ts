/** Amounts of Wix: decimal strings beside a text for people, the currency stands once in the whole entity. */
import { z } from "zod";
import { toMoney } from "../../canonical/money.ts";
import type { Money } from "../../canonical/scalars.ts";
import { amount, objectOf } from "../../payload.ts";

export const price = objectOf(z.object({ amount }));
export type Price = z.output<typeof price>;

export function moneyOf(value: Price, currency: string | undefined): Money | undefined {
  return toMoney(value?.amount, currency);
}
