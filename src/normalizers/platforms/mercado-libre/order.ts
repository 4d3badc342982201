import { z } from "zod";
import { addDecimals, multiplyMoney, toMoney } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { currencyOf, filled, orAbsent, orNull } from "../../fields.ts";
import { amount, id, idOrNone, listOf, requiredCount, text } from "../../payload.ts";
import { toAttempt, toFulfillmentStatus, toPaymentStatus, toStatus } from "./order-status.ts";
import { type Shipment, toAddress, trackingOf } from "./shipment.ts";

const line = z.object({
  item: z.object({
    id,
    title: text,
    variation_id: idOrNone,
    category_id: text,
    seller_sku: text,
    seller_custom_field: text,
    variation_attributes: listOf(z.object({ name: text, value_name: text })).catch(undefined),
  }),
  quantity: requiredCount,
  unit_price: amount,
  full_unit_price: amount,
  sale_fee: amount,
});

/** `GET /orders/{id}`: https://developers.mercadolibre.com.ar/en_us/manage-sales. Ids have 16 digits and more. */
export const orderAnswer = z.object({
  id,
  status: text,
  status_detail: z.unknown().optional(),
  date_created: text,
  date_closed: text,
  last_updated: text,
  date_last_updated: text,
  total_amount: amount,
  paid_amount: amount,
  shipping_cost: amount,
  currency_id: text,
  order_items: listOf(line),
  payments: listOf(
    z.object({
      id,
      status: text,
      transaction_amount: amount,
      transaction_amount_refunded: amount,
      currency_id: text,
      payment_method_id: text,
      payment_type: text,
      date_created: text,
      date_approved: text,
    }),
  ),
  coupon: z.object({ id: text, amount }).nullish().catch(undefined),
  taxes: z.object({ amount }).nullish().catch(undefined),
  buyer: z
    .object({ id: idOrNone, nickname: text, first_name: text, last_name: text })
    .nullish()
    .catch(undefined),
  seller: z.object({ id: idOrNone }).nullish().catch(undefined),
  shipping: z.object({ id: idOrNone }).nullish().catch(undefined),
  pack_id: idOrNone,
  comment: text,
  tags: z.array(z.string()).nullish().catch(undefined),
});
export type OrderAnswer = z.output<typeof orderAnswer>;

export function changedAt(order: OrderAnswer): string | undefined {
  return toTimestamp(order.last_updated) ?? toTimestamp(order.date_last_updated);
}

export function toOrder(order: OrderAnswer, shipment: Shipment | undefined): Order {
  const currency = currencyOf(order.currency_id);
  const tags = order.tags ?? [];
  const fulfillmentStatus = toFulfillmentStatus(shipment?.status, tags);
  return {
    id: order.id,
    number: order.id,
    placedAt: toTimestamp(order.date_created),
    updatedAt: changedAt(order),
    status: toStatus(order.status, fulfillmentStatus),
    platformStatus: orNull(order.status),
    paymentStatus: toPaymentStatus(
      order.status,
      (order.payments ?? []).map(({ status }) => status),
    ),
    fulfillmentStatus,
    platformFulfillmentStatus: orNull(shipment?.status),
    currency,
    totals: {
      total: toMoney(order.total_amount, currency),
      paid: toMoney(order.paid_amount, currency),
      shipping: toMoney(order.shipping_cost, currency),
      tax: toMoney(order.taxes?.amount, currency),
      discount: toMoney(order.coupon?.amount, currency),
      refunded: toMoney(refundedOf(order), currency),
    },
    lineItems: order.order_items?.map((each) => toLineItem(each, currency)),
    customer: order.buyer && {
      id: order.buyer.id,
      firstName: orNull(order.buyer.first_name),
      lastName: orNull(order.buyer.last_name),
      extra: filled({ nickname: order.buyer.nickname }),
    },
    shippingAddress: shipment && toAddress(shipment),
    note: orNull(order.comment),
    tags: order.tags ?? undefined,
    paymentMethods: order.payments?.flatMap((each) => orAbsent(each.payment_method_id) ?? []),
    fulfillments: shipment && [
      { id: shipment.id, platformStatus: orNull(shipment.status), tracking: trackingOf(shipment) },
    ],
    payments: toPayments(order, currency),
    extra: filled({
      // Several orders of one purchase share it.
      packId: order.pack_id,
      sellerId: order.seller?.id,
      shippingId: order.shipping?.id,
      statusDetail: order.status_detail,
      closedAt: toTimestamp(order.date_closed),
      couponId: order.coupon?.id,
    }),
  };
}

function toPayments(order: OrderAnswer, currency: string | undefined): Order["payments"] {
  return order.payments?.map((each) => ({
    id: each.id,
    kind: "sale" as const,
    platformKind: orAbsent(each.payment_type),
    status: toAttempt(each.status),
    platformStatus: orAbsent(each.status),
    amount: toMoney(each.transaction_amount, currencyOf(each.currency_id) ?? currency),
    gateway: orNull(each.payment_method_id),
    createdAt: toTimestamp(each.date_created),
    processedAt: toTimestamp(each.date_approved),
  }));
}

/** What went back stands on the payments; undefined where none tells. */
function refundedOf({ payments }: OrderAnswer): string | undefined {
  const amounts = (payments ?? []).flatMap((each) => each.transaction_amount_refunded ?? []);
  return amounts.length === 0 ? undefined : amounts.reduce((sum, each) => addDecimals(sum, each));
}

function toLineItem(
  each: z.output<typeof line>,
  currency: string | undefined,
): NonNullable<Order["lineItems"]>[number] {
  const { item } = each;
  const unitPrice = toMoney(each.unit_price, currency);
  return {
    productId: item.id,
    variantId: item.variation_id,
    sku: orNull(item.seller_sku ?? item.seller_custom_field),
    title: orAbsent(item.title),
    quantity: each.quantity,
    unitPrice,
    total: unitPrice && multiplyMoney(unitPrice, each.quantity),
    attributes: item.variation_attributes?.map(({ name, value_name }) => ({
      name: name ?? "",
      value: value_name ?? "",
    })),
    extra: filled({
      categoryId: item.category_id,
      fullUnitPrice: toMoney(each.full_unit_price, currency),
      saleFee: toMoney(each.sale_fee, currency),
    }),
  };
}
