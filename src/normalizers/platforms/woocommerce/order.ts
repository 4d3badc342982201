import { z } from "zod";
import { toMoney } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import { amount, flag, id, idOrNone, listOf, text } from "../../payload.ts";
import type { MapContext } from "../../platform.ts";
import { addressPayload, toAddress } from "./address.ts";
import { bodyOf } from "./body.ts";
import { pickOrderMeta } from "./meta.ts";
import {
  linesPayload,
  toDiscounts,
  toFeeLines,
  toLineItems,
  toRefunds,
  toShippingLines,
  toTaxLines,
} from "./order-lines.ts";
import { toTotals } from "./order-totals.ts";
import { toFulfillmentStatus, toPaymentStatus, toStatus } from "./order-status.ts";
import {
  blankToAbsent,
  blankToNull,
  createdAt,
  metaEntry,
  moment,
  stamps,
  toCurrency,
  toExtra,
  updatedAt,
} from "./values.ts";

const order = z.object({
  id,
  parent_id: idOrNone.catch(undefined),
  number: text,
  order_key: text,
  created_via: text,
  version: text,
  status: text,
  currency: text,
  prices_include_tax: flag,
  ...stamps,
  date_paid: text,
  date_paid_gmt: text,
  date_completed: text,
  date_completed_gmt: text,
  discount_total: amount,
  discount_tax: amount,
  shipping_total: amount,
  shipping_tax: amount,
  cart_tax: amount,
  total: amount,
  total_tax: amount,
  customer_id: idOrNone.catch(undefined),
  customer_note: text,
  customer_ip_address: text,
  customer_user_agent: text,
  billing: addressPayload,
  shipping: addressPayload,
  payment_method: text,
  payment_method_title: text,
  transaction_id: text,
  payment_url: text,
  needs_payment: flag,
  needs_processing: flag,
  ...linesPayload,
  meta_data: listOf(metaEntry).catch(undefined),
});

/** An order as `GET /wp-json/wc/v3/orders/<id>` answers it: https://woocommerce.github.io/woocommerce-rest-api-docs/#orders */
export const orderPayload = bodyOf(order.refine(isOrder, "is no order: topic and body do not fit"));
export type OrderPayload = z.output<typeof order>;

/** The topic's header is not signed, so the body itself has to show that it is an order, and no refund or product. */
function isOrder({ status, currency, total, billing, line_items }: OrderPayload): boolean {
  const signs = [currency, total, billing, line_items].filter((sign) => sign !== undefined && sign !== null);
  return signs.length > 1 || (signs.length > 0 && status !== undefined);
}

/** The canonical order. */
export function toOrder(body: OrderPayload, context: MapContext): Order {
  const currency = currencyOf(body, context);
  const status = blankToAbsent(body.status);
  const paidAt = moment(body.date_paid_gmt, body.date_paid);
  const completedAt = moment(body.date_completed_gmt, body.date_completed);
  const refunds = toRefunds(body, currency);
  const method = blankToAbsent(body.payment_method);
  return {
    id: body.id,
    number: blankToAbsent(body.number),
    placedAt: createdAt(body),
    updatedAt: updatedAt(body),
    paidAt,
    completedAt,
    status: toStatus(status),
    platformStatus: status,
    paymentStatus: toPaymentStatus({ status, paidAt, total: body.total ?? undefined, refunds, method }),
    fulfillmentStatus: toFulfillmentStatus(status, completedAt),
    currency,
    totals: toTotals(body, { currency, isPaid: Boolean(paidAt), refunds }),
    // Line amounts exclude tax always; `prices_include_tax` only tells how the shop typed its prices.
    taxesIncluded: false,
    taxLines: toTaxLines(body, currency),
    lineItems: toLineItems(body, currency),
    shippingLines: toShippingLines(body, currency),
    feeLines: toFeeLines(body, currency),
    discounts: toDiscounts(body, currency),
    ...toPeople(body),
    note: blankToNull(body.customer_note),
    channel: blankToNull(body.created_via),
    paymentMethods: method === undefined ? undefined : [method],
    refunds,
    extra: toOrderExtra(body, currency),
  };
}

/** The order's currency; shops of one currency may tell it by option for bodies that were cut short. */
function currencyOf(body: OrderPayload, { options }: MapContext): string | undefined {
  return blankToNull(body.currency) == null ? toCurrency(options.currency) : toCurrency(body.currency);
}

/** Names, mail and phone of the buyer stand only in the billing address. */
function toPeople(
  body: OrderPayload,
): Pick<Order, "customer" | "billingAddress" | "shippingAddress" | "email" | "phone"> {
  const billingAddress = toAddress(body.billing);
  const { email, phone, firstName, lastName } = billingAddress ?? {};
  const isKnown = body.customer_id !== undefined || billingAddress != null;
  return {
    customer: isKnown ? { id: body.customer_id, email, phone, firstName, lastName } : undefined,
    billingAddress,
    shippingAddress: toAddress(body.shipping),
    email,
    phone,
  };
}

function toOrderExtra(body: OrderPayload, currency: string | undefined): Order["extra"] {
  return toExtra({
    orderKey: body.order_key,
    parentId: body.parent_id,
    version: body.version,
    pricesIncludeTax: body.prices_include_tax,
    discountTax: toMoney(body.discount_tax, currency),
    shippingTax: toMoney(body.shipping_tax, currency),
    cartTax: toMoney(body.cart_tax, currency),
    paymentMethodTitle: body.payment_method_title,
    transactionId: body.transaction_id,
    paymentUrl: body.payment_url,
    needsPayment: body.needs_payment,
    needsProcessing: body.needs_processing,
    customerIpAddress: body.customer_ip_address,
    customerUserAgent: body.customer_user_agent,
    // Without a currency we know there is no canonical money; what was said stands here.
    platformCurrency: currency === undefined ? body.currency : undefined,
    platformTotal: currency === undefined ? body.total : undefined,
    taxRates: body.tax_lines?.map((line) => ({
      id: line.id,
      rateId: line.rate_id,
      rateCode: line.rate_code,
      tax: toMoney(line.tax_total, currency),
      shippingTax: toMoney(line.shipping_tax_total, currency),
    })),
    shippingMethods: body.shipping_lines?.map((line) => ({
      id: line.id,
      methodId: line.method_id,
      instanceId: line.instance_id,
    })),
    ...pickOrderMeta(body.meta_data),
  });
}
