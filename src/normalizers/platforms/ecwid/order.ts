import { z } from "zod";
import { addDecimals } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import { filled, orAbsent, orNull } from "../../fields.ts";
import { amount, flag, idOrNone, listOf, text } from "../../payload.ts";
import { lineItem, toLineItem } from "./line-item.ts";
import { toFulfillmentStatus, toPaymentStatus, toStatus } from "./order-status.ts";
import { momentOf, person, stamps, toAddress, toAmount } from "./values.ts";

/** `GET /orders/{id}`: https://docs.ecwid.com/api-reference/rest-api/orders/get-order. Numbers are in major units. */
export const orderAnswer = z
  .object({
    id: idOrNone,
    internalId: idOrNone,
    // Old stores have numbers instead of the public id.
    orderNumber: idOrNone,
    vendorOrderNumber: text,
    ...stamps,
    paymentStatus: text,
    fulfillmentStatus: text,
    email: text,
    customerId: idOrNone,
    customerTaxExempt: flag,
    subtotal: amount,
    total: amount,
    tax: amount,
    discount: amount,
    couponDiscount: amount,
    refundedAmount: amount,
    refunds: listOf(z.object({ date: text, source: text, reason: text, amount })),
    items: listOf(lineItem),
    billingPerson: person,
    shippingPerson: person,
    shippingOption: z
      .object({ shippingCarrierName: text, shippingMethodName: text, shippingRate: amount, isPickup: flag })
      .nullish()
      .catch(undefined),
    handlingFee: z.object({ name: text, value: amount }).nullish().catch(undefined),
    discountCoupon: z.object({ name: text, code: text, discountType: text }).nullish().catch(undefined),
    paymentMethod: text,
    paymentModule: text,
    externalTransactionId: text,
    trackingNumber: text,
    orderComments: text,
    privateAdminNotes: text,
    acceptMarketing: flag,
    ipAddress: text,
    pickupTime: text,
    orderExtraFields: listOf(z.object({ id: text, title: text, value: text })).catch(undefined),
    cartId: text,
  })
  .transform((order, context) => {
    const orderId = orAbsent(order.id) ?? order.orderNumber;
    if (orderId) return { ...order, id: orderId };
    context.addIssue("has neither id nor number");
    return z.NEVER;
  });
export type OrderAnswer = z.output<typeof orderAnswer>;

export function toOrder(order: OrderAnswer, currency: string | undefined): Order {
  const billingAddress = toAddress(order.billingPerson);
  const discounts = [order.discount, order.couponDiscount].filter((each) => typeof each === "string");
  return {
    id: order.id,
    number: orAbsent(order.vendorOrderNumber) ?? order.id,
    placedAt: momentOf(order.createTimestamp, order.createDate),
    updatedAt: momentOf(order.updateTimestamp, order.updateDate),
    status: toStatus(order.paymentStatus, order.fulfillmentStatus),
    paymentStatus: toPaymentStatus(order.paymentStatus),
    platformPaymentStatus: orNull(order.paymentStatus),
    fulfillmentStatus: toFulfillmentStatus(order.fulfillmentStatus),
    platformFulfillmentStatus: orNull(order.fulfillmentStatus),
    currency,
    totals: {
      // The sum of what was ordered, before discounts; Ecwid states none after them.
      subtotal: toAmount(order.subtotal, currency),
      discount: toAmount(
        discounts.length === 0 ? undefined : discounts.reduce((sum, each) => addDecimals(sum, each)),
        currency,
      ),
      shipping: toAmount(order.shippingOption?.shippingRate, currency),
      fees: toAmount(order.handlingFee?.value, currency),
      tax: toAmount(order.tax, currency),
      total: toAmount(order.total, currency),
      refunded: toAmount(order.refundedAmount, currency),
    },
    taxExempt: order.customerTaxExempt,
    lineItems: order.items?.map((line) => toLineItem(line, currency)),
    shippingLines: toShippingLines(order, currency),
    feeLines: toFeeLines(order, currency),
    discounts: toDiscounts(order, currency),
    customer: { id: order.customerId, email: orNull(order.email), phone: billingAddress?.phone },
    billingAddress,
    shippingAddress: toAddress(order.shippingPerson),
    email: orNull(order.email),
    phone: billingAddress?.phone,
    note: orNull(order.orderComments),
    attributes: order.orderExtraFields?.map((field) => ({
      name: orAbsent(field.title) ?? field.id ?? "",
      value: field.value ?? "",
    })),
    paymentMethods: orAbsent(order.paymentMethod) === undefined ? undefined : [order.paymentMethod ?? ""],
    fulfillments: toFulfillments(order),
    refunds: toRefunds(order, currency),
    extra: toExtra(order, currency),
  };
}

/** Refunds have no id; they are only added, so their place in the list stands in for it. */
export function toRefunds(order: OrderAnswer, currency: string | undefined): Order["refunds"] {
  return order.refunds?.map((refund, at) => ({
    id: `${order.id}-${at + 1}`,
    createdAt: momentOf(undefined, refund.date),
    amount: toAmount(refund.amount, currency),
    reason: orNull(refund.reason),
  }));
}

function toFulfillments(order: OrderAnswer): Order["fulfillments"] {
  const number = orAbsent(order.trackingNumber);
  return number === undefined
    ? undefined
    : [{ id: order.id, tracking: [{ number, carrier: orNull(order.shippingOption?.shippingCarrierName) }] }];
}

function toShippingLines(
  { shippingOption }: OrderAnswer,
  currency: string | undefined,
): Order["shippingLines"] {
  if (!shippingOption) return undefined;
  return [
    {
      title: orNull(shippingOption.shippingMethodName),
      carrier: orNull(shippingOption.shippingCarrierName),
      price: toAmount(shippingOption.shippingRate, currency),
    },
  ];
}

function toFeeLines({ handlingFee }: OrderAnswer, currency: string | undefined): Order["feeLines"] {
  const money = toAmount(handlingFee?.value, currency);
  return money === undefined ? undefined : [{ title: orAbsent(handlingFee?.name), amount: money }];
}

function toDiscounts(
  { discountCoupon, couponDiscount }: OrderAnswer,
  currency: string | undefined,
): Order["discounts"] {
  if (!discountCoupon) return undefined;
  return [
    {
      code: orAbsent(discountCoupon.code),
      title: orAbsent(discountCoupon.name),
      type: orAbsent(discountCoupon.discountType),
      amount: toAmount(couponDiscount, currency),
    },
  ];
}

function toExtra(order: OrderAnswer, currency: string | undefined): Order["extra"] {
  return filled({
    internalId: order.internalId,
    paymentModule: order.paymentModule,
    externalTransactionId: order.externalTransactionId,
    privateAdminNotes: order.privateAdminNotes,
    acceptMarketing: order.acceptMarketing,
    ipAddress: order.ipAddress,
    pickupTime: momentOf(undefined, order.pickupTime),
    isPickup: order.shippingOption?.isPickup,
    // Without a currency that we know there is no canonical money; what was said stands here.
    platformTotal: currency === undefined ? order.total : undefined,
  });
}
