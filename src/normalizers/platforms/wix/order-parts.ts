/** The parts of an order besides its lines: sums, discounts, fees, shipping. */
import { z } from "zod";
import { sumMoney } from "../../canonical/money.ts";
import type { LineItem, Order } from "../../canonical/order.ts";
import { orAbsent, orNull } from "../../fields.ts";
import { amount, listOf, objectOf, text } from "../../payload.ts";
import { placePayload } from "./address.ts";
import { moneyOf, price } from "./money.ts";

const taxDetails = objectOf(z.object({ taxRate: amount.catch(undefined), totalTax: price }));

export const totalsPayload = {
  priceSummary: objectOf(
    z.object({
      subtotal: price,
      shipping: price,
      tax: price,
      discount: price,
      totalAdditionalFees: price,
      // Older payloads call it totalPrice.
      total: price,
      totalPrice: price,
    }),
  ),
  balanceSummary: objectOf(z.object({ balance: price, paid: price, refunded: price })),
};
const totals = z.object(totalsPayload);

/**
 * Wix's subtotal is before discounts; the canonical one is the sum of the lines after them. Wix's own goes under `extra`.
 */
export function toTotals(
  { priceSummary: sums, balanceSummary: balance }: z.output<typeof totals>,
  lines: readonly LineItem[] | undefined,
  currency: string | undefined,
): Order["totals"] {
  const lineTotals = (lines ?? []).flatMap(({ total }) => (total === undefined ? [] : [total]));
  return {
    subtotal: lineTotals.length === lines?.length ? sumMoney(lineTotals) : undefined,
    discount: moneyOf(sums?.discount, currency),
    shipping: moneyOf(sums?.shipping, currency),
    fees: moneyOf(sums?.totalAdditionalFees, currency),
    tax: moneyOf(sums?.tax, currency),
    total: moneyOf(sums?.total ?? sums?.totalPrice, currency),
    paid: moneyOf(balance?.paid, currency),
    refunded: moneyOf(balance?.refunded, currency),
    outstanding: moneyOf(balance?.balance, currency),
  };
}

export const shippingInfoPayload = objectOf(
  z.object({
    code: text,
    title: text,
    carrierId: text,
    cost: objectOf(z.object({ price, totalPriceBeforeTax: price, totalPriceAfterTax: price, taxDetails })),
    logistics: objectOf(z.object({ shippingDestination: placePayload, deliveryTime: text })),
  }),
);

export function toShippingLines(
  shipping: z.output<typeof shippingInfoPayload>,
  currency: string | undefined,
): Order["shippingLines"] {
  if (!shipping) return shipping === null ? [] : undefined;
  const { title, code, carrierId, cost } = shipping;
  return [
    {
      title: orNull(title),
      code: orNull(code),
      carrier: orNull(carrierId),
      price: moneyOf(cost?.price, currency),
      discountedPrice: moneyOf(cost?.totalPriceBeforeTax, currency),
      tax: moneyOf(cost?.taxDetails?.totalTax, currency),
    },
  ];
}

export const feesPayload = listOf(
  z.object({ id: text, name: text, price, priceBeforeTax: price, taxDetails }),
);

export function toFeeLines(
  fees: z.output<typeof feesPayload>,
  currency: string | undefined,
): Order["feeLines"] {
  return fees?.flatMap((fee) => {
    const sum = moneyOf(fee.priceBeforeTax ?? fee.price, currency);
    if (sum === undefined) return [];
    const tax = moneyOf(fee.taxDetails?.totalTax, currency);
    return [{ id: orAbsent(fee.id), title: orAbsent(fee.name), amount: sum, tax }];
  });
}

const source = objectOf(z.object({ code: text, name: text, amount: price }));
export const discountsPayload = listOf(
  z.object({
    discountType: text,
    coupon: source,
    merchantDiscount: source,
    discountRule: objectOf(
      z.object({ code: text, name: objectOf(z.object({ original: text })).catch(undefined), amount: price }),
    ),
  }),
);

export function toDiscounts(
  discounts: z.output<typeof discountsPayload>,
  currency: string | undefined,
): Order["discounts"] {
  return discounts?.map(({ discountType, coupon, merchantDiscount, discountRule }) => ({
    code: orAbsent(coupon?.code),
    title: orAbsent(coupon?.name ?? discountRule?.name?.original ?? merchantDiscount?.name),
    type: orAbsent(discountType),
    amount: moneyOf((coupon ?? merchantDiscount ?? discountRule)?.amount, currency),
  }));
}
