/** Words of @wix/auto_sdk_ecom_orders, which is generated from the API's definition. */
import type { FULFILLMENT_STATUSES, ORDER_STATUSES, PAYMENT_STATUSES } from "../../canonical/order.ts";

/** INITIALIZED orders await their payment and are not shown to the merchant; PENDING ones wait for the merchant. */
export const ORDER_STATUS: Readonly<Record<string, (typeof ORDER_STATUSES)[number]>> = {
  INITIALIZED: "pending",
  PENDING: "pending",
  APPROVED: "open",
  CANCELED: "cancelled",
  REJECTED: "failed",
};

export const PAYMENT_STATUS: Readonly<Record<string, (typeof PAYMENT_STATUSES)[number]>> = {
  UNSPECIFIED: "unknown",
  NOT_PAID: "pending",
  PENDING: "pending",
  PENDING_MERCHANT: "pending",
  PARTIALLY_PAID: "partially_paid",
  PAID: "paid",
  PARTIALLY_REFUNDED: "partially_refunded",
  FULLY_REFUNDED: "refunded",
  CANCELED: "voided",
  DECLINED: "failed",
};

export const FULFILLMENT_STATUS: Readonly<Record<string, (typeof FULFILLMENT_STATUSES)[number]>> = {
  NOT_FULFILLED: "unfulfilled",
  PARTIALLY_FULFILLED: "partially_fulfilled",
  FULFILLED: "fulfilled",
};
