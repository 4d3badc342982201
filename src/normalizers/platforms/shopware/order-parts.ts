/** Lines, payments, refunds and deliveries of an order. */
import { addDecimals } from "../../canonical/money.ts";
import type { LineItem, Order, Payment } from "../../canonical/order.ts";
import type { Fulfillment, Refund } from "../../canonical/shipping.ts";
import { orAbsent, orNull } from "../../fields.ts";
import type {
  DeliveryPayload,
  LineItemPayload,
  OrderPayload,
  RefundPayload,
  TransactionPayload,
} from "./order-payload.ts";
import { toPaymentOutcome, toPaymentStatus, toShipmentStatus } from "./order-status.ts";
import { toAddress } from "./address.ts";
import { isNegative, moment, money, taxesOf, toExtra, translation } from "./values.ts";

/** Promotions and credits are lines too, with a negative total, so that the lines add up to the order's subtotal. */
export function toLineItem(line: LineItemPayload, currency: string | undefined): LineItem {
  const taxes = taxesOf(line.price);
  const tax = taxes?.reduce((sum, each) => addDecimals(sum, each.tax), "0");
  return {
    id: line.id,
    productId: line.productId === undefined && line.type !== "product" ? null : line.productId,
    // A variant is a product of its own.
    variantId: line.productId,
    sku: orNull(line.payload?.productNumber),
    title: orAbsent(line.label),
    quantity: line.quantity,
    unitPrice: money(line.unitPrice, currency),
    tax: money(tax, currency),
    total: money(line.totalPrice, currency),
    taxLines: taxes?.map((each) => ({ rate: each.rate, amount: money(each.tax, currency) })),
    extra: toExtra({
      type: line.type,
      parentId: line.parentId,
      code: line.payload?.code,
      manufacturerNumber: line.payload?.manufacturerNumber,
    }),
  };
}

export function toPayment(transaction: TransactionPayload, currency: string | undefined): Payment {
  const word = transaction.stateMachineState?.technicalName;
  return {
    id: transaction.id,
    kind: toPaymentStatus(word) === "authorized" ? "authorization" : "sale",
    status: toPaymentOutcome(word),
    platformStatus: orAbsent(word),
    amount: money(transaction.amount?.totalPrice, currency),
    gateway: methodOf(transaction.paymentMethod),
    createdAt: moment(transaction.createdAt),
    processedAt: toPaymentOutcome(word) === "succeeded" ? moment(transaction.updatedAt) : undefined,
  };
}

/** The technical name is the same in every language; old versions have only the other. */
export function methodOf(method: TransactionPayload["paymentMethod"]): string | undefined {
  return orAbsent(method?.technicalName) ?? translation(method?.translated, "name") ?? orAbsent(method?.name);
}

/** Refunds that are done; others are plans of a payment plugin. */
export function refundsOf(order: OrderPayload): RefundPayload[] {
  return (order.transactions ?? [])
    .flatMap(({ captures }) => captures ?? [])
    .flatMap(({ refunds }) => refunds ?? [])
    .filter(({ stateMachineState }) => stateMachineState?.technicalName === "completed");
}

export function toRefund(refund: RefundPayload, orderId: string, currency: string | undefined): Refund {
  return {
    id: refund.id,
    orderId,
    createdAt: moment(refund.createdAt),
    amount: money(refund.amount?.totalPrice, currency),
    reason: orNull(refund.reason),
    extra: toExtra({ externalReference: refund.externalReference }),
  };
}

/** A discount on shipping is a delivery of its own with negative costs, which nobody ships. */
export function realDeliveries(order: OrderPayload): DeliveryPayload[] | undefined {
  return order.deliveries?.filter(({ shippingCosts }) => !isNegative(shippingCosts?.totalPrice));
}

/** A delivery is there from the order's beginning; it is a shipment once something happened to it. */
export function isShipment({ stateMachineState, trackingCodes }: DeliveryPayload): boolean {
  const word = stateMachineState?.technicalName;
  return (trackingCodes ?? []).length > 0 || (word != null && word !== "open" && word !== "cancelled");
}

export function toFulfillment(delivery: DeliveryPayload, order: OrderPayload): Fulfillment {
  const word = delivery.stateMachineState?.technicalName;
  const carrier = methodOf(delivery.shippingMethod);
  return {
    id: delivery.id,
    orderId: order.id,
    status: toShipmentStatus(word),
    platformStatus: word,
    createdAt: moment(delivery.createdAt),
    updatedAt: moment(delivery.updatedAt),
    carrier,
    tracking: delivery.trackingCodes?.map((number) => ({ number, carrier })),
    destination: delivery.shippingOrderAddress ? toAddress(delivery.shippingOrderAddress) : undefined,
    lineItems: delivery.positions?.flatMap(({ orderLineItemId, price }) => {
      const line = order.lineItems?.find(({ id }) => id === orderLineItemId);
      const quantity = price?.quantity ?? line?.quantity;
      if (orderLineItemId == null || quantity === undefined) return [];
      return [
        {
          lineItemId: orderLineItemId,
          productId: line?.productId,
          sku: orNull(line?.payload?.productNumber),
          title: orAbsent(line?.label),
          quantity,
        },
      ];
    }),
  };
}

export function toShippingLines(order: OrderPayload, currency: string | undefined): Order["shippingLines"] {
  return order.deliveries?.map(({ id, shippingMethod, shippingCosts }) => {
    const taxes = taxesOf(shippingCosts);
    return {
      id,
      title: translation(shippingMethod?.translated, "name") ?? orNull(shippingMethod?.name),
      code: orNull(shippingMethod?.technicalName),
      price: money(shippingCosts?.totalPrice, currency),
      tax: money(
        taxes?.reduce((sum, each) => addDecimals(sum, each.tax), "0"),
        currency,
      ),
    };
  });
}
