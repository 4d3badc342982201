import { z } from "zod";
import type { Address } from "../../canonical/address.ts";
import { toMoney } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import type { Money } from "../../canonical/scalars.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { countryOf, currencyOf, filled, momentOrNull, orAbsent, orNull } from "../../fields.ts";
import { amount, flag, id, idOrNone, listOf, requiredCount, text } from "../../payload.ts";
import { toFulfillmentStatus, toPaymentStatus, toStatus } from "./order-status.ts";

const money = z.object({ currency: text, value: amount }).nullish();
type MoneyPayload = z.output<typeof money>;

const address = z
  .object({
    firstName: text,
    lastName: text,
    address1: text,
    address2: text,
    city: text,
    state: text,
    countryCode: text,
    postalCode: text,
    phone: text,
  })
  .nullish()
  .catch(undefined);

const lineItem = z.object({
  id: idOrNone,
  lineItemType: text,
  variantId: idOrNone,
  sku: text,
  productId: idOrNone,
  productName: text,
  quantity: requiredCount,
  unitPricePaid: money,
  variantOptions: listOf(z.object({ optionName: text, value: text })).catch(undefined),
  customizations: listOf(z.object({ label: text, value: text })).catch(undefined),
  imageUrl: text,
});

/** `GET /1.0/commerce/orders/{id}`: https://developers.squarespace.com/commerce-apis/retrieve-specific-order */
export const orderAnswer = z.object({
  id,
  orderNumber: text,
  createdOn: text,
  modifiedOn: text,
  fulfilledOn: text,
  channel: text,
  channelName: text,
  externalOrderReference: text,
  testmode: flag,
  customerEmail: text,
  customerId: idOrNone,
  billingAddress: address,
  shippingAddress: address,
  fulfillmentStatus: text,
  lineItems: listOf(lineItem),
  internalNotes: listOf(z.object({ content: text })).catch(undefined),
  shippingLines: listOf(z.object({ method: text, amount: money })).catch(undefined),
  discountLines: listOf(z.object({ name: text, description: text, promoCode: text, amount: money })).catch(
    undefined,
  ),
  formSubmission: listOf(z.object({ label: text, value: text })).catch(undefined),
  fulfillments: listOf(
    z.object({ shipDate: text, carrierName: text, service: text, trackingNumber: text, trackingUrl: text }),
  ).catch(undefined),
  subtotal: money,
  shippingTotal: money,
  discountTotal: money,
  taxTotal: money,
  refundedTotal: money,
  grandTotal: money,
  priceTaxInterpretation: text,
});
export type OrderAnswer = z.output<typeof orderAnswer>;

export function toOrder(order: OrderAnswer): Order {
  const billingAddress = toAddress(order.billingAddress);
  const { firstName, lastName, phone } = billingAddress ?? {};
  return {
    id: order.id,
    number: orAbsent(order.orderNumber),
    placedAt: toTimestamp(order.createdOn),
    updatedAt: toTimestamp(order.modifiedOn),
    completedAt: order.fulfilledOn === undefined ? undefined : momentOrNull(order.fulfilledOn),
    status: toStatus(order.fulfillmentStatus),
    platformStatus: orNull(order.fulfillmentStatus),
    paymentStatus: toPaymentStatus({
      channel: order.channel,
      isTest: order.testmode,
      total: order.grandTotal?.value ?? undefined,
      refunded: order.refundedTotal?.value ?? undefined,
    }),
    fulfillmentStatus: toFulfillmentStatus(order.fulfillmentStatus),
    platformFulfillmentStatus: orNull(order.fulfillmentStatus),
    currency: currencyOf(order.grandTotal?.currency),
    totals: {
      subtotal: toAmount(order.subtotal),
      discount: toAmount(order.discountTotal),
      shipping: toAmount(order.shippingTotal),
      tax: toAmount(order.taxTotal),
      total: toAmount(order.grandTotal),
      refunded: toAmount(order.refundedTotal),
    },
    taxesIncluded: isInclusive(order.priceTaxInterpretation),
    lineItems: order.lineItems?.map(toLineItem),
    shippingLines: order.shippingLines?.map((line) => ({
      title: orNull(line.method),
      price: toAmount(line.amount),
    })),
    discounts: order.discountLines?.map((line) => ({
      code: orAbsent(line.promoCode),
      title: orAbsent(line.name) ?? orAbsent(line.description),
      amount: toAmount(line.amount),
    })),
    customer: {
      id: orNull(order.customerId),
      email: orNull(order.customerEmail),
      phone,
      firstName,
      lastName,
    },
    billingAddress,
    shippingAddress: toAddress(order.shippingAddress),
    email: orNull(order.customerEmail),
    phone,
    attributes: order.formSubmission?.map(({ label, value }) => ({ name: label ?? "", value: value ?? "" })),
    channel: orNull(order.channel),
    fulfillments: toFulfillments(order),
    test: order.testmode,
    extra: filled({
      channelName: order.channelName,
      externalOrderReference: order.externalOrderReference,
      internalNotes: order.internalNotes?.flatMap(({ content }) => orAbsent(content) ?? []),
    }),
  };
}

function toLineItem(line: z.output<typeof lineItem>): NonNullable<Order["lineItems"]>[number] {
  const pairs = [
    ...(line.variantOptions ?? []).map(({ optionName, value }) => [optionName, value] as const),
    ...(line.customizations ?? []).map(({ label, value }) => [label, value] as const),
  ];
  return {
    id: orAbsent(line.id),
    productId: orNull(line.productId),
    variantId: orNull(line.variantId),
    sku: orNull(line.sku),
    title: orAbsent(line.productName),
    quantity: line.quantity,
    unitPrice: toAmount(line.unitPricePaid),
    requiresShipping: line.lineItemType === "PHYSICAL_PRODUCT" ? true : undefined,
    giftCard: line.lineItemType === "GIFT_CARD" ? true : undefined,
    attributes:
      pairs.length === 0
        ? undefined
        : pairs.map(([name, value]) => ({ name: name ?? "", value: value ?? "" })),
    extra: filled({ lineItemType: line.lineItemType, imageUrl: line.imageUrl }),
  };
}

/** Shipments have no id; they are only added, so their place in the list stands in for it. */
function toFulfillments(order: OrderAnswer): Order["fulfillments"] {
  return order.fulfillments?.map((each, at) => ({
    id: `${order.id}-${at + 1}`,
    status: "shipped" as const,
    createdAt: toTimestamp(each.shipDate),
    tracking: [
      {
        number: orAbsent(each.trackingNumber),
        url: orAbsent(each.trackingUrl),
        carrier: orNull(each.carrierName),
      },
    ],
  }));
}

function toAmount(payload: MoneyPayload): Money | undefined {
  return toMoney(payload?.value, currencyOf(payload?.currency));
}

function isInclusive(word: string | null | undefined): boolean | undefined {
  return word === "INCLUSIVE" ? true : word === "EXCLUSIVE" ? false : undefined;
}

function toAddress(payload: z.output<typeof address>): Address | null | undefined {
  if (payload === null || payload === undefined) return payload;
  return {
    firstName: orNull(payload.firstName),
    lastName: orNull(payload.lastName),
    line1: orNull(payload.address1),
    line2: orNull(payload.address2),
    city: orNull(payload.city),
    region: orNull(payload.state),
    postalCode: orNull(payload.postalCode),
    country: countryOf(payload.countryCode),
    phone: orNull(payload.phone),
  };
}
