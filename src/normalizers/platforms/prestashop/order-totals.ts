/** Sums of an order, with tax. Lines are as billed; vouchers and wrapping stand beside them. */
import { sumMoney, toMoney } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import type { OrderAnswers } from "./order-answers.ts";
import { difference } from "./order-lines.ts";
import { blankToNull } from "./webservice.ts";

export function toTotals(
  { order, payments }: OrderAnswers,
  {
    paid,
    refunds,
    currency,
  }: { paid: string | undefined; refunds: Order["refunds"]; currency: string | undefined },
): Order["totals"] {
  const { total_paid_tax_incl: total, total_paid_tax_excl: net } = order;
  const given = (refunds ?? []).flatMap(({ amount }) => amount ?? []);
  return {
    subtotal: toMoney(order.total_products_wt, currency),
    discount: toMoney(order.total_discounts_tax_incl, currency),
    shipping: toMoney(order.total_shipping_tax_incl, currency),
    fees: toMoney(order.total_wrapping_tax_incl, currency),
    tax: total == null || net == null ? undefined : toMoney(difference(total, net), currency),
    total: toMoney(total, currency),
    refunded: given.length === 0 ? toMoney("0", currency) : sumMoney(given),
    paid: payments.length === 0 ? toMoney("0", currency) : toMoney(paid, currency),
  };
}

export function toShippingLines(
  { order, shipments, carriers }: OrderAnswers,
  currency: string | undefined,
): Order["shippingLines"] {
  const price = toMoney(order.total_shipping_tax_incl, currency);
  const [row] = shipments;
  if (price === undefined || row === undefined) return [];
  const { total_shipping_tax_incl: gross, total_shipping_tax_excl: net } = order;
  const name = blankToNull(carriers?.find(({ id }) => id === row.id_carrier)?.name);
  const tax = gross == null || net == null ? undefined : toMoney(difference(gross, net), currency);
  return [{ title: name, code: row.id_carrier, carrier: name, price, tax }];
}

export function toFeeLines({ order }: OrderAnswers, currency: string | undefined): Order["feeLines"] {
  const amount = toMoney(order.total_wrapping_tax_incl, currency);
  return amount === undefined || isZero(amount.amount) ? [] : [{ title: "gift wrapping", amount }];
}

/** One sum: which vouchers it comes from is not read. */
export function toDiscounts({ order }: OrderAnswers, currency: string | undefined): Order["discounts"] {
  const amount = toMoney(order.total_discounts_tax_incl, currency);
  return amount === undefined || isZero(amount.amount) ? [] : [{ amount }];
}

function isZero(amount: string): boolean {
  return !/[1-9]/.test(amount);
}
