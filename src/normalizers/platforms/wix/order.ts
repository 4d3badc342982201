import { z } from "zod";
import type { Order } from "../../canonical/order.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { currencyOf, fromTable, orAbsent, orNull, pickExtra, raw } from "../../fields.ts";
import { flag, id, idOrNone, listOf, objectOf, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { placePayload, toAddress } from "./address.ts";
import { type DomainEvent, versionOf } from "./envelope.ts";
import { joinExtra } from "./extra.ts";
import { lineItemPayload, toLineItem } from "./line-item.ts";
import {
  discountsPayload,
  feesPayload,
  shippingInfoPayload,
  toDiscounts,
  toFeeLines,
  toShippingLines,
  totalsPayload,
  toTotals,
} from "./order-parts.ts";
import { FULFILLMENT_STATUS, ORDER_STATUS, PAYMENT_STATUS } from "./order-status.ts";

const extraFields = {
  cartId: raw,
  checkoutId: raw,
  archived: raw,
  customFields: raw,
  createdBy: raw,
  attributionSource: raw,
  externalFulfillerId: raw,
  checkoutCustomFields: raw,
  extendedFields: raw,
};

/** An order of Wix eCommerce, the same in webhooks and answers. */
const orderFields = z.object({
  id,
  number: text,
  createdDate: text,
  updatedDate: text,
  purchasedDate: text,
  status: text,
  paymentStatus: text,
  fulfillmentStatus: text,
  currency: text,
  taxIncludedInPrices: flag,
  ...totalsPayload,
  lineItems: listOf(lineItemPayload),
  shippingInfo: shippingInfoPayload,
  additionalFees: feesPayload,
  appliedDiscounts: discountsPayload,
  billingInfo: placePayload,
  recipientInfo: placePayload,
  buyerInfo: objectOf(z.object({ contactId: idOrNone, memberId: text, visitorId: text, email: text })),
  buyerNote: text,
  buyerLanguage: text,
  channelInfo: objectOf(z.object({ type: text, externalOrderId: text })),
  businessLocation: objectOf(z.object({ id: idOrNone })),
  activities: listOf(z.object({ type: text, createdDate: text })).catch(undefined),
  ...extraFields,
});
export type OrderFields = z.output<typeof orderFields>;

/** The order itself, or an action that holds it. */
export const orderPayload = z.preprocess(
  (body) => (typeof body === "object" && body !== null && "order" in body ? body.order : body),
  orderFields,
);

/** What a topic of orders tells; `topic` decides what is news of an order that is seen for the first time. */
export function observeOrder(event: DomainEvent<OrderFields>, context: MapContext): Observation[] {
  return [stateOf(event.body, versionOf(event, context, event.body.updatedDate), context.topic)];
}

export function stateOf(order: OrderFields, version: string, topic: string) {
  return observed("order", {
    id: order.id,
    version,
    state: toOrder(order),
    bornAt: toTimestamp(order.createdDate),
    isNew: topic === "wix.ecom.v1.order_created" || topic === "wix.ecom.v1.order_imported",
    news: newsOf(order, topic),
  });
}

export function toOrder(order: OrderFields): Order {
  const currency = currencyOf(order.currency);
  const pricing = { currency, taxesIncluded: order.taxIncludedInPrices };
  const lineItems = order.lineItems?.map((item) => toLineItem(item, pricing));
  const { shippingInfo: shipping, buyerInfo: buyer } = order;
  return {
    id: order.id,
    number: orAbsent(order.number),
    placedAt: toTimestamp(order.purchasedDate) ?? toTimestamp(order.createdDate),
    updatedAt: toTimestamp(order.updatedDate),
    ...milestoneTimes(order),
    status: fromTable(ORDER_STATUS, order.status),
    platformStatus: order.status,
    paymentStatus: fromTable(PAYMENT_STATUS, order.paymentStatus),
    platformPaymentStatus: order.paymentStatus,
    fulfillmentStatus: fromTable(FULFILLMENT_STATUS, order.fulfillmentStatus),
    platformFulfillmentStatus: order.fulfillmentStatus,
    currency,
    totals: toTotals(order, lineItems, currency),
    taxesIncluded: order.taxIncludedInPrices,
    lineItems,
    shippingLines: toShippingLines(shipping, currency),
    feeLines: toFeeLines(order.additionalFees, currency),
    discounts: toDiscounts(order.appliedDiscounts, currency),
    customer: toCustomer(order),
    billingAddress: toAddress(order.billingInfo),
    shippingAddress: toAddress(shipping?.logistics?.shippingDestination ?? order.recipientInfo),
    email: orNull(buyer?.email),
    phone: orNull(order.billingInfo?.contactDetails?.phone),
    note: orNull(order.buyerNote),
    locale: orNull(order.buyerLanguage),
    channel: orNull(order.channelInfo?.type),
    locationId: order.businessLocation?.id,
    extra: joinExtra(
      { externalOrderId: order.channelInfo?.externalOrderId, subtotal: order.priceSummary?.subtotal?.amount },
      pickExtra(extraFields, order),
    ),
  };
}

function toCustomer({ buyerInfo: buyer, billingInfo }: OrderFields): Order["customer"] {
  if (!buyer) return undefined;
  const person = billingInfo?.contactDetails;
  return {
    id: buyer.contactId,
    email: orNull(buyer.email),
    firstName: orNull(person?.firstName),
    lastName: orNull(person?.lastName),
    phone: orNull(person?.phone),
    extra: pickExtra({ memberId: raw, visitorId: raw }, buyer),
  };
}

/** The order keeps a diary; its last entry of a kind tells when that came about. */
function milestoneTimes(order: OrderFields): Pick<Order, "paidAt" | "completedAt" | "cancelledAt"> {
  const last = (type: string) =>
    toTimestamp(order.activities?.findLast((each) => each.type === type)?.createdDate);
  return {
    paidAt: last("ORDER_PAID"),
    completedAt: order.fulfillmentStatus === "FULFILLED" ? last("ORDER_FULFILLED") : undefined,
    cancelledAt: order.status === "CANCELED" ? last("ORDER_CANCELED") : undefined,
  };
}

/** `order_fulfilled` comes with any change of the fulfilment, `order_payment_status_updated` with any of the payment. */
function newsOf(order: OrderFields, topic: string): string[] {
  switch (topic) {
    case "wix.ecom.v1.order_payment_status_updated":
      return [fromTable(PAYMENT_STATUS, order.paymentStatus) ?? ""].filter((status) =>
        ["paid", "partially_paid", "partially_refunded", "refunded"].includes(status),
      );
    case "wix.ecom.v1.order_fulfilled":
      return [fromTable(FULFILLMENT_STATUS, order.fulfillmentStatus) ?? ""].filter((status) =>
        ["fulfilled", "partially_fulfilled"].includes(status),
      );
    case "wix.ecom.v1.order_canceled":
      return ["cancelled"];
    default:
      return [];
  }
}
