/** Ecwid keeps money and goods apart, each with words of its own and some that the store adds (`CUSTOM_..._1`). */
import type { Order } from "../../canonical/order.ts";
import { fromTable } from "../../fields.ts";

/** A checkout that was begun, under the same address as orders. */
export const UNFINISHED = "INCOMPLETE";

const PAYMENTS: Readonly<Record<string, NonNullable<Order["paymentStatus"]>>> = {
  AWAITING_PAYMENT: "pending",
  PAID: "paid",
  CANCELLED: "voided",
  REFUNDED: "refunded",
  PARTIALLY_REFUNDED: "partially_refunded",
};

const FULFILLMENTS: Readonly<Record<string, NonNullable<Order["fulfillmentStatus"]>>> = {
  AWAITING_PROCESSING: "unfulfilled",
  PROCESSING: "unfulfilled",
  READY_FOR_PICKUP: "unfulfilled",
  WILL_NOT_DELIVER: "unfulfilled",
  OUT_FOR_DELIVERY: "fulfilled",
  SHIPPED: "fulfilled",
  DELIVERED: "delivered",
  // What came back had been shipped; whether it was put back, nothing tells.
  RETURNED: "fulfilled",
};

const STATUSES: Readonly<Record<string, NonNullable<Order["status"]>>> = {
  AWAITING_PAYMENT: "pending",
  PAID: "open",
  CANCELLED: "cancelled",
  REFUNDED: "completed",
  PARTIALLY_REFUNDED: "open",
};

const DONE: readonly string[] = ["DELIVERED", "RETURNED"];

type Word = string | null | undefined;

export function toPaymentStatus(word: Word): Order["paymentStatus"] {
  return fromTable(PAYMENTS, word);
}

export function toFulfillmentStatus(word: Word): Order["fulfillmentStatus"] {
  return fromTable(FULFILLMENTS, word);
}

/** Ecwid has no status of the sale: it follows from the two that it has. */
export function toStatus(payment: Word, fulfillment: Word): Order["status"] {
  const status = fromTable(STATUSES, payment);
  return status === "open" && DONE.includes(fulfillment ?? "") ? "completed" : status;
}
