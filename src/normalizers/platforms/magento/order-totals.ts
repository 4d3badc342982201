import { toMoney } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import { amount } from "../../payload.ts";
import { absolute, less, looseAmount } from "./values.ts";

/** Sums of the order's currency that decide are strict; the base currency's and the rest decorate. */
export const totalsPayload = {
  grand_total: amount,
  subtotal: amount,
  subtotal_incl_tax: looseAmount,
  subtotal_invoiced: looseAmount,
  tax_amount: amount,
  shipping_amount: amount,
  shipping_incl_tax: looseAmount,
  shipping_tax_amount: looseAmount,
  shipping_discount_amount: looseAmount,
  shipping_refunded: looseAmount,
  discount_amount: amount,
  discount_tax_compensation_amount: looseAmount,
  adjustment_positive: looseAmount,
  adjustment_negative: looseAmount,
  total_due: amount,
  total_paid: amount,
  total_refunded: amount,
  total_online_refunded: looseAmount,
  total_offline_refunded: looseAmount,
  total_invoiced: looseAmount,
  total_canceled: looseAmount,
  base_grand_total: looseAmount,
  base_subtotal: looseAmount,
  base_tax_amount: looseAmount,
  base_shipping_amount: looseAmount,
  base_discount_amount: looseAmount,
  base_total_due: looseAmount,
  base_total_paid: looseAmount,
  base_total_refunded: looseAmount,
  base_to_order_rate: looseAmount,
};

type Totals = { readonly [K in keyof typeof totalsPayload]?: string | null | undefined };

/** The totals as placed, and what was paid and went back since. Sums that do not exist yet are not sent. */
export function toTotals(body: Totals, currency: string | undefined): NonNullable<Order["totals"]> {
  const discount = absolute(body.discount_amount);
  return {
    // `subtotal` is before discounts, and the discount holds that of the shipping.
    subtotal: toMoney(less(body.subtotal, less(discount, body.shipping_discount_amount)), currency),
    discount: toMoney(discount, currency),
    shipping: toMoney(body.shipping_amount, currency),
    tax: toMoney(body.tax_amount, currency),
    total: toMoney(body.grand_total, currency),
    refunded: toMoney(body.total_refunded, currency),
    paid: toMoney(body.total_paid, currency),
    outstanding: toMoney(body.total_due, currency),
  };
}
