import { z } from "zod";
import { sumMoney, toMoney } from "../../canonical/money.ts";
import type { taxLine as canonicalTaxLine } from "../../canonical/order.ts";
import type { Money } from "../../canonical/scalars.ts";
import { amount, listOf, text } from "../../payload.ts";
import { moneySet, shopMoney } from "./money-set.ts";
import { orAbsent } from "./text.ts";

export const taxLines = listOf(z.object({ title: text, rate: amount, price: amount, price_set: moneySet }));
type TaxLines = z.output<typeof taxLines>;

export function toTaxLines(
  lines: TaxLines,
  currency: string | undefined,
): z.infer<typeof canonicalTaxLine>[] | undefined {
  return lines?.map((line) => ({
    title: orAbsent(line.title),
    rate: line.rate ?? undefined,
    amount: shopMoney(line.price, line.price_set, currency),
  }));
}

/** The sum of the taxes: zero for an empty list, undefined when a line has no amount. */
export function sumTaxes(lines: TaxLines, currency: string | undefined): Money | undefined {
  return sumOrZero(
    lines?.map((line) => shopMoney(line.price, line.price_set, currency)),
    currency,
  );
}

/** The sum of the amounts: zero for an empty list, undefined when one of them is unknown. */
export function sumOrZero(
  amounts: readonly (Money | undefined)[] | undefined,
  currency: string | undefined,
): Money | undefined {
  if (amounts === undefined) return undefined;
  const known = amounts.filter((money) => money !== undefined);
  if (known.length < amounts.length) return undefined;
  return known.length === 0 ? toMoney("0", currency) : sumMoney(known);
}
