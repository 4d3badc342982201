import { z } from "zod";
import { sumMoney, toMoney } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import type { Money } from "../../canonical/scalars.ts";
import { amount, text } from "../../payload.ts";
import { moneySet, setMoney, shopMoney } from "./money-set.ts";
import { embeddedRefunds } from "./refund.ts";
import { shippingLines } from "./shipping-line.ts";
import { sumOrZero } from "./tax-line.ts";
import { refundedMoney } from "./transaction.ts";

export const totalsShape = {
  subtotal_price: amount,
  subtotal_price_set: moneySet,
  total_discounts: amount,
  total_discounts_set: moneySet,
  total_shipping_price_set: moneySet,
  original_total_additional_fees_set: moneySet,
  original_total_duties_set: moneySet,
  total_tax: amount,
  total_tax_set: moneySet,
  total_tip_received: amount,
  total_price: amount,
  total_price_set: moneySet,
  total_outstanding: amount,
  current_subtotal_price: amount,
  current_subtotal_price_set: moneySet,
  current_total_discounts: amount,
  current_total_discounts_set: moneySet,
  current_shipping_price_set: moneySet,
  current_total_tax: amount,
  current_total_tax_set: moneySet,
  current_total_price: amount,
  current_total_price_set: moneySet,
};

const totalsObject = z.object({
  ...totalsShape,
  presentment_currency: text,
  shipping_lines: shippingLines,
  refunds: embeddedRefunds,
});
type TotalsPayload = z.output<typeof totalsObject>;

/**
 * `total_price` and `subtotal_price` stay as placed, `current_*` follow edits and refunds:
 * https://shopify.dev/docs/api/admin-rest/latest/resources/order#resource-object
 * What has been paid is not told (`total_outstanding` is no proof of it), so `paid` is absent.
 */
export function toTotals(payload: TotalsPayload, currency: string | undefined): Order["totals"] {
  return {
    subtotal: shopMoney(payload.subtotal_price, payload.subtotal_price_set, currency),
    discount: shopMoney(payload.total_discounts, payload.total_discounts_set, currency),
    shipping: toShipping(payload, currency),
    fees: setMoney(payload.original_total_additional_fees_set, "shop_money"),
    duties: setMoney(payload.original_total_duties_set, "shop_money"),
    tax: shopMoney(payload.total_tax, payload.total_tax_set, currency),
    tip: toMoney(payload.total_tip_received, currency),
    total: shopMoney(payload.total_price, payload.total_price_set, currency),
    refunded: toRefunded(payload, currency),
    outstanding: toMoney(payload.total_outstanding, currency),
    currentSubtotal: shopMoney(payload.current_subtotal_price, payload.current_subtotal_price_set, currency),
    currentDiscount: shopMoney(
      payload.current_total_discounts,
      payload.current_total_discounts_set,
      currency,
    ),
    currentShipping: setMoney(payload.current_shipping_price_set, "shop_money"),
    currentTax: shopMoney(payload.current_total_tax, payload.current_total_tax_set, currency),
    currentTotal: shopMoney(payload.current_total_price, payload.current_total_price_set, currency),
    presentmentTotal: setMoney(payload.total_price_set, "presentment_money"),
  };
}

/** Only a set tells shipping; bodies older than it have the prices of the lines. */
function toShipping(payload: TotalsPayload, currency: string | undefined): Money | undefined {
  return (
    setMoney(payload.total_shipping_price_set, "shop_money") ??
    sumOrZero(
      payload.shipping_lines?.map((line) => shopMoney(line.price, line.price_set, currency)),
      currency,
    )
  );
}

/**
 * The refunds in shop currency. Transactions are in the buyer's currency, and where that is another one Shopify does
 * not tell the sum in shop currency, so it stays absent; each refund still has its own amount.
 */
function toRefunded(payload: TotalsPayload, currency: string | undefined): Money | undefined {
  const known = payload.presentment_currency ?? currency;
  const amounts = payload.refunds?.map((refund) => refundedMoney(refund.transactions, known));
  if (amounts === undefined) return undefined;
  if (amounts.length === 0) return toMoney("0", currency);
  const sum = amounts.some((money) => money === undefined)
    ? undefined
    : sumMoney(amounts.filter((money) => money !== undefined));
  return sum?.currency === currency ? sum : undefined;
}
