import type { FULFILLMENT_STATUSES, ORDER_STATUSES, PAYMENT_STATUSES } from "../../canonical/order.ts";
import type { Fulfillment } from "../../canonical/shipping.ts";

/** saleor/order/__init__.py (OrderStatus). */
export const ORDER_STATUS: Readonly<Record<string, (typeof ORDER_STATUSES)[number]>> = {
  DRAFT: "draft",
  UNCONFIRMED: "pending",
  UNFULFILLED: "open",
  PARTIALLY_FULFILLED: "open",
  FULFILLED: "completed",
  PARTIALLY_RETURNED: "completed",
  RETURNED: "completed",
  CANCELED: "cancelled",
  EXPIRED: "failed",
};

/** One word stands for the sale and its shipments; what came back had been shipped, but how much is not said. */
export const SHIPPED: Readonly<Record<string, (typeof FULFILLMENT_STATUSES)[number]>> = {
  UNFULFILLED: "unfulfilled",
  PARTIALLY_FULFILLED: "partially_fulfilled",
  FULFILLED: "fulfilled",
};

/** PaymentChargeStatusEnum of saleor/graphql/schema.graphql. */
export const PAYMENT_STATUS: Readonly<Record<string, (typeof PAYMENT_STATUSES)[number]>> = {
  NOT_CHARGED: "pending",
  PENDING: "pending",
  PARTIALLY_CHARGED: "partially_paid",
  FULLY_CHARGED: "paid",
  PARTIALLY_REFUNDED: "partially_refunded",
  FULLY_REFUNDED: "refunded",
  REFUSED: "failed",
  CANCELLED: "voided",
};

/** The other words (REFUNDED, RETURNED, REFUNDED_AND_RETURNED, REPLACED) tell of goods coming back, not of a shipment. */
export const FULFILLMENT_STATUS: Readonly<Record<string, NonNullable<Fulfillment["status"]>>> = {
  WAITING_FOR_APPROVAL: "pending",
  FULFILLED: "shipped",
  CANCELED: "cancelled",
};
