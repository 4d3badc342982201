import { z } from "zod";
import { addDecimals, toMoney } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import { currencyOf, filled, orAbsent, orNull } from "../../fields.ts";
import { amount, count, flag, id, idOrNone, text } from "../../payload.ts";
import {
  type Basis,
  feesAnswer,
  less,
  pick,
  toFeeLines,
  toLineItems,
  type linesAnswer,
} from "./order-lines.ts";
import { meaningOf, toFulfillmentStatus, toPaymentStatus } from "./order-status.ts";
import { toPayments, type transactionsAnswer } from "./payment.ts";
import { toOrderRefunds, type refundsAnswer } from "./refund.ts";
import { toOrderFulfillments, type shipmentsAnswer } from "./shipment.ts";
import { addressFields, addressPayload, momentOf, pagesOf, toAddress } from "./values.ts";

/** `GET /v2/orders/{id}`; its `products` and `shipping_addresses` are links: https://developer.bigcommerce.com/docs/rest-management/orders */
export const orderAnswer = z.object({
  id,
  status_id: z.union([z.string(), z.number()]).transform(String),
  status: text,
  custom_status: text,
  payment_status: text,
  payment_method: text,
  payment_provider_id: text,
  customer_id: idOrNone,
  date_created: text,
  date_modified: text,
  is_deleted: flag,
  currency_code: text,
  default_currency_code: text,
  is_tax_inclusive_pricing: flag,
  subtotal_ex_tax: amount,
  subtotal_inc_tax: amount,
  shipping_cost_ex_tax: amount,
  shipping_cost_inc_tax: amount,
  handling_cost_ex_tax: amount,
  handling_cost_inc_tax: amount,
  wrapping_cost_ex_tax: amount,
  wrapping_cost_inc_tax: amount,
  total_ex_tax: amount,
  total_inc_tax: amount,
  total_tax: amount,
  refunded_amount: amount,
  discount_amount: amount,
  coupon_discount: amount,
  store_credit_amount: amount,
  gift_certificate_amount: amount,
  items_total: count,
  items_shipped: count,
  billing_address: addressPayload,
  customer_message: text,
  staff_notes: text,
  customer_locale: text,
  order_source: text,
  channel_id: idOrNone,
  cart_id: text,
  external_id: text,
  external_order_id: text,
  external_source: text,
  ip_address: text,
  fees: feesAnswer,
});
export type OrderAnswer = z.output<typeof orderAnswer>;

/** `GET /v2/orders/{id}/shipping_addresses`: one for each destination, with the cost of going there. */
export const addressesAnswer = pagesOf(
  z.object({
    id,
    shipping_method: text,
    cost_ex_tax: amount,
    cost_inc_tax: amount,
    cost_tax: amount,
    ...addressFields,
  }),
);

export interface OrderParts {
  readonly lines: z.output<typeof linesAnswer>;
  readonly addresses: z.output<typeof addressesAnswer>;
  readonly shipments: z.output<typeof shipmentsAnswer>;
  readonly refunds: z.output<typeof refundsAnswer>;
  readonly transactions: z.output<typeof transactionsAnswer>;
}

/** The currency of an order's amounts; V2 knows the one that was paid in only. */
export function basisOf(order: OrderAnswer): Basis {
  return {
    currency: currencyOf(order.currency_code) ?? currencyOf(order.default_currency_code),
    isTaxIncluded: order.is_tax_inclusive_pricing ?? false,
  };
}

export function toOrder(order: OrderAnswer, parts: OrderParts): Order {
  const basis = basisOf(order);
  const meaning = meaningOf(order.status_id);
  const [first, ...others] = parts.addresses;
  const [total, refunded] = [order.total_inc_tax ?? undefined, order.refunded_amount ?? undefined];
  return {
    id: order.id,
    number: order.id,
    placedAt: momentOf(order.date_created),
    updatedAt: momentOf(order.date_modified),
    status: meaning.status,
    platformStatus: orAbsent(order.status) ?? meaning.word,
    paymentStatus: toPaymentStatus({
      statusId: order.status_id,
      word: order.payment_status ?? undefined,
      total,
      refunded,
    }),
    platformPaymentStatus: orNull(order.payment_status),
    fulfillmentStatus: toFulfillmentStatus(order.status_id, {
      total: order.items_total ?? undefined,
      shipped: order.items_shipped ?? undefined,
    }),
    currency: basis.currency,
    totals: toTotals(order, basis),
    taxesIncluded: order.is_tax_inclusive_pricing,
    lineItems: toLineItems(parts.lines, basis),
    shippingLines: parts.addresses.map((address) => ({
      id: address.id,
      title: orNull(address.shipping_method),
      price: pick(basis, address.cost_inc_tax, address.cost_ex_tax),
      tax: toMoney(address.cost_tax, basis.currency),
    })),
    feeLines: toFeeLines(order.fees, basis),
    ...toPeople(order),
    // Digital goods go nowhere.
    shippingAddress: first === undefined ? null : toAddress(first),
    note: orNull(order.customer_message),
    locale: orNull(order.customer_locale),
    channel: orNull(order.order_source),
    paymentMethods: orAbsent(order.payment_method) === undefined ? undefined : [order.payment_method ?? ""],
    fulfillments: toOrderFulfillments(parts.shipments),
    refunds: toOrderRefunds(parts.refunds, basis.currency),
    payments: toPayments(parts.transactions, basis.currency),
    extra: toExtra(
      order,
      basis,
      others.map((address) => ({ id: address.id, ...toAddress(address) })),
    ),
  };
}

/** The subtotal of V2 is before discounts, whose tax nobody states; so what is left of the total is taken instead. */
function toTotals(order: OrderAnswer, basis: Basis): Order["totals"] {
  const total = basis.isTaxIncluded ? order.total_inc_tax : order.total_ex_tax;
  const costs = basis.isTaxIncluded
    ? [order.shipping_cost_inc_tax, order.handling_cost_inc_tax, order.wrapping_cost_inc_tax]
    : [order.shipping_cost_ex_tax, order.handling_cost_ex_tax, order.wrapping_cost_ex_tax];
  const fees = toFeeLines(order.fees, basis)?.map((fee) => fee.amount.amount) ?? [];
  const [, handling, wrapping] = costs;
  const discounts = [order.discount_amount, order.coupon_discount].filter((each) => typeof each === "string");
  const surcharges = [handling, wrapping, ...fees].filter((each) => typeof each === "string");
  return {
    subtotal: toMoney(total ? less(total, ...costs, ...fees) : undefined, basis.currency),
    discount: toMoney(sum(discounts), basis.currency),
    shipping: toMoney(costs[0], basis.currency),
    fees: toMoney(sum(surcharges), basis.currency),
    tax: toMoney(order.total_tax, basis.currency),
    total: toMoney(order.total_inc_tax, basis.currency),
    refunded: toMoney(order.refunded_amount, basis.currency),
  };
}

function sum(amounts: readonly string[]): string | undefined {
  return amounts.length === 0 ? undefined : amounts.reduce((total, each) => addDecimals(total, each));
}

function toPeople(order: OrderAnswer): Pick<Order, "customer" | "billingAddress" | "email" | "phone"> {
  const billingAddress = toAddress(order.billing_address);
  const { email, phone, firstName, lastName } = billingAddress ?? {};
  return {
    // A guest has customer id 0.
    customer: { id: order.customer_id, email, phone, firstName, lastName },
    billingAddress,
    email,
    phone,
  };
}

function toExtra(order: OrderAnswer, basis: Basis, otherAddresses: readonly unknown[]): Order["extra"] {
  return filled({
    statusId: order.status_id,
    customStatus: order.custom_status === order.status ? undefined : order.custom_status,
    subtotalBeforeDiscounts: pick(basis, order.subtotal_inc_tax, order.subtotal_ex_tax),
    storeCredit: toMoney(order.store_credit_amount, basis.currency),
    giftCertificates: toMoney(order.gift_certificate_amount, basis.currency),
    paymentProviderId: order.payment_provider_id,
    staffNotes: order.staff_notes,
    channelId: order.channel_id,
    cartId: order.cart_id,
    externalId: order.external_id,
    externalOrderId: order.external_order_id,
    externalSource: order.external_source,
    ipAddress: order.ip_address,
    otherShippingAddresses: otherAddresses,
  });
}
