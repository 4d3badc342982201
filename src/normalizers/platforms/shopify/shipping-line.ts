import { z } from "zod";
import type { shippingLine as canonicalShippingLine } from "../../canonical/order.ts";
import { amount, flag, idOrNone, listOf, text } from "../../payload.ts";
import { discountAllocations } from "./discount.ts";
import { identified } from "./gid.ts";
import { moneySet, shopMoney } from "./money-set.ts";
import { sumTaxes, taxLines, toTaxLines } from "./tax-line.ts";
import { orNull } from "./text.ts";

export const shippingLines = listOf(
  identified(
    z.object({
      id: idOrNone,
      title: text,
      code: text,
      carrier_identifier: text,
      price: amount,
      price_set: moneySet,
      discounted_price: amount,
      discounted_price_set: moneySet,
      discount_allocations: discountAllocations,
      tax_lines: taxLines,
      is_removed: flag,
    }),
  ),
);
export type ShippingLines = z.output<typeof shippingLines>;

export function toShippingLines(
  lines: ShippingLines,
  currency: string | undefined,
): z.infer<typeof canonicalShippingLine>[] | undefined {
  return lines?.map((line) => ({
    id: line.id ?? undefined,
    title: orNull(line.title),
    code: orNull(line.code),
    carrier: orNull(line.carrier_identifier),
    price: shopMoney(line.price, line.price_set, currency),
    discountedPrice: shopMoney(line.discounted_price, line.discounted_price_set, currency),
    tax: sumTaxes(line.tax_lines, currency),
    taxLines: toTaxLines(line.tax_lines, currency),
    removed: line.is_removed,
  }));
}
