import { z } from "zod";
import { compareDecimals } from "../../canonical/money.ts";
import type { LineItem, Order } from "../../canonical/order.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { currencyOf, fromTable, orAbsent, orNull } from "../../fields.ts";
import { amount, count, flag, id, idOrNone, listOf, objectOf, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { addressPayload, toAddress } from "./address.ts";
import { money, moneyOf, taxed, versionOf } from "./event.ts";
import { ORDER_STATUS, PAYMENT_STATUS, SHIPPED } from "./status.ts";

const line = z.object({
  id,
  productName: text,
  variantName: text,
  productSku: text,
  quantity: count,
  quantityFulfilled: count,
  taxRate: amount.catch(undefined),
  undiscountedUnitPrice: taxed,
  unitPrice: taxed,
  totalPrice: taxed,
  variant: objectOf(z.object({ id: idOrNone, product: objectOf(z.object({ id: idOrNone })) })),
});

export const orderFields = z.object({
  id,
  number: text,
  created: text,
  updatedAt: text,
  status: text,
  paymentStatus: text,
  isPaid: flag,
  userEmail: text,
  customerNote: text,
  languageCodeEnum: text,
  channel: objectOf(z.object({ slug: text, currencyCode: text })),
  user: objectOf(z.object({ id: idOrNone, email: text, firstName: text, lastName: text })),
  total: taxed,
  subtotal: taxed,
  shippingPrice: taxed,
  totalCharged: money,
  totalRefunded: money,
  totalBalance: money,
  shippingMethodName: text,
  billingAddress: addressPayload,
  shippingAddress: addressPayload,
  lines: listOf(line),
  transactions: listOf(
    z.object({
      events: listOf(z.object({ id, type: text, createdAt: text, message: text, amount: money })),
    }),
  ),
});
export type OrderFields = z.output<typeof orderFields>;

/** The order, and the refunds among the events of its transactions. */
export function observeOrder(
  order: OrderFields,
  context: MapContext,
  issued: string | null | undefined,
): Observation[] {
  const version = versionOf(context, order.updatedAt, issued);
  return [
    observed("order", {
      id: order.id,
      version,
      state: toOrder(order),
      bornAt: toTimestamp(order.created),
      isNew: context.topic === "order_created" || context.topic === "order_bulk_created",
      news: newsOf(order, context.topic),
    }),
    ...refundsOf(order).map((refund) =>
      observed("refund", { id: refund.id, version, bornAt: refund.createdAt, state: refund }),
    ),
  ];
}

function toOrder(order: OrderFields): Order {
  return {
    id: order.id,
    number: orAbsent(order.number),
    placedAt: toTimestamp(order.created),
    updatedAt: toTimestamp(order.updatedAt),
    status: fromTable(ORDER_STATUS, order.status),
    platformStatus: order.status,
    paymentStatus: toPaymentStatus(order),
    platformPaymentStatus: order.paymentStatus,
    fulfillmentStatus:
      order.status && Object.hasOwn(SHIPPED, order.status) ? SHIPPED[order.status] : undefined,
    currency: currencyOf(order.total?.gross?.currency ?? order.channel?.currencyCode),
    totals: {
      subtotal: moneyOf(order.subtotal?.gross),
      shipping: moneyOf(order.shippingPrice?.gross),
      tax: moneyOf(order.total?.tax),
      total: moneyOf(order.total?.gross),
      paid: moneyOf(order.totalCharged),
      refunded: moneyOf(order.totalRefunded),
      outstanding: outstandingOf(order.totalBalance),
    },
    // Every price is told with and without tax, and those with it are taken.
    taxesIncluded: order.total?.gross ? true : undefined,
    lineItems: order.lines?.map(toLineItem),
    shippingLines: order.shippingMethodName
      ? [{ title: order.shippingMethodName, price: moneyOf(order.shippingPrice?.gross) }]
      : undefined,
    customer:
      order.user === undefined && order.userEmail === undefined
        ? undefined
        : {
            id: order.user === undefined ? undefined : (order.user?.id ?? null),
            email: orNull(order.user?.email ?? order.userEmail),
            firstName: orNull(order.user?.firstName),
            lastName: orNull(order.user?.lastName),
          },
    billingAddress: toAddress(order.billingAddress),
    shippingAddress: toAddress(order.shippingAddress),
    email: orNull(order.userEmail),
    note: orNull(order.customerNote),
    locale: orNull(order.languageCodeEnum),
    channel: orNull(order.channel?.slug),
    refunds: order.transactions ? refundsOf(order).map(({ orderId: _of, ...refund }) => refund) : undefined,
  };
}

/**
 * Of payments by transactions the word counts only the money that the shop still has, so what went back is looked at too:
 * https://docs.saleor.io/developer/payments/overview
 */
function toPaymentStatus({
  paymentStatus,
  totalCharged,
  totalRefunded,
}: OrderFields): Order["paymentStatus"] {
  const told = fromTable(PAYMENT_STATUS, paymentStatus);
  const isCount = told === "pending" || told === "partially_paid" || told === "paid";
  if (!isCount || compareDecimals(totalRefunded?.amount ?? "0", "0") <= 0) return told;
  return compareDecimals(totalCharged?.amount ?? "0", "0") > 0 ? "partially_refunded" : "refunded";
}

/** What the buyer paid less the total: below zero while money is missing. */
function outstandingOf(balance: z.output<typeof money>): ReturnType<typeof moneyOf> {
  const told = moneyOf(balance);
  if (told === undefined) return undefined;
  return compareDecimals(told.amount, "0") < 0 ? { ...told, amount: told.amount.slice(1) } : undefined;
}

function toLineItem(item: z.output<typeof line>): LineItem {
  return {
    id: item.id,
    productId: item.variant === null ? null : item.variant?.product?.id,
    variantId: item.variant === null ? null : item.variant?.id,
    sku: orNull(item.productSku),
    title: orAbsent(item.productName),
    variantTitle: orNull(item.variantName),
    quantity: item.quantity ?? 0,
    fulfilledQuantity: item.quantityFulfilled ?? undefined,
    unitPrice: moneyOf(item.undiscountedUnitPrice?.gross ?? item.unitPrice?.gross),
    tax: moneyOf(item.totalPrice?.tax),
    total: moneyOf(item.totalPrice?.gross),
    taxLines: item.taxRate ? [{ rate: item.taxRate, amount: moneyOf(item.totalPrice?.tax) }] : undefined,
  };
}

function refundsOf(order: OrderFields) {
  const events = (order.transactions ?? []).flatMap((transaction) => transaction.events ?? []);
  return events
    .filter(({ type }) => type === "REFUND_SUCCESS")
    .map((event) => ({
      id: event.id,
      orderId: order.id,
      createdAt: toTimestamp(event.createdAt),
      amount: moneyOf(event.amount),
      reason: orNull(event.message),
    }));
}

/** `order_paid` and `order_refunded` also come for a part, so the state says how far it is. */
function newsOf(order: OrderFields, topic: string): string[] {
  const paid = toPaymentStatus(order) ?? "";
  switch (topic) {
    case "order_fully_paid":
      return ["paid"];
    case "order_paid":
    case "order_refunded":
    case "order_fully_refunded":
      return ["paid", "partially_paid", "partially_refunded", "refunded"].includes(paid) ? [paid] : [];
    case "order_cancelled":
      return ["cancelled"];
    case "order_fulfilled":
      return order.status === "FULFILLED" ? ["fulfilled"] : [];
    default:
      return [];
  }
}
