/** The words of orders, payments and shipments: https://developers.mercadolibre.com.ar/en_us/manage-sales */
import type { Order, Payment } from "../../canonical/order.ts";
import type { Fulfillment } from "../../canonical/shipping.ts";
import { fromTable } from "../../fields.ts";

type Word = string | null | undefined;

const STATUSES: Readonly<Record<string, NonNullable<Order["status"]>>> = {
  confirmed: "pending",
  payment_required: "pending",
  payment_in_process: "pending",
  partially_paid: "pending",
  paid: "open",
  partially_refunded: "open",
  pending_cancel: "on_hold",
  cancelled: "cancelled",
};

/** Of a cancelled order, and one that is about to be, the payments tell. */
const PAYMENTS: Readonly<Record<string, NonNullable<Order["paymentStatus"]>>> = {
  confirmed: "pending",
  payment_required: "pending",
  payment_in_process: "pending",
  partially_paid: "partially_paid",
  paid: "paid",
  partially_refunded: "partially_refunded",
};

const SHIPPED: Readonly<Record<string, NonNullable<Order["fulfillmentStatus"]>>> = {
  pending: "unfulfilled",
  handling: "unfulfilled",
  ready_to_ship: "unfulfilled",
  cancelled: "unfulfilled",
  shipped: "fulfilled",
  not_delivered: "fulfilled",
  delivered: "delivered",
};

const SHIPMENTS: Readonly<Record<string, NonNullable<Fulfillment["status"]>>> = {
  pending: "pending",
  handling: "open",
  ready_to_ship: "open",
  shipped: "shipped",
  delivered: "delivered",
  not_delivered: "failed",
  cancelled: "cancelled",
};

/** A payment that went back had succeeded before. */
const ATTEMPTS: Readonly<Record<string, Payment["status"]>> = {
  approved: "succeeded",
  refunded: "succeeded",
  charged_back: "succeeded",
  pending: "pending",
  authorized: "pending",
  in_process: "pending",
  in_mediation: "pending",
  rejected: "failed",
  cancelled: "failed",
};
const GONE_BACK: readonly string[] = ["refunded", "charged_back"];

export function toStatus(word: Word, fulfillment: Order["fulfillmentStatus"]): Order["status"] {
  const status = fromTable(STATUSES, word);
  return status === "open" && fulfillment === "delivered" ? "completed" : status;
}

export function toPaymentStatus(word: Word, payments: readonly Word[]): Order["paymentStatus"] {
  if (word !== "cancelled" && word !== "pending_cancel") return fromTable(PAYMENTS, word);
  const succeeded = payments.filter((each) => toAttempt(each) === "succeeded");
  if (succeeded.length === 0) return word === "cancelled" ? "voided" : undefined;
  return succeeded.every((each) => GONE_BACK.includes(each ?? "")) ? "refunded" : "paid";
}

/** The shipment's word, else the order's tags. */
export function toFulfillmentStatus(shipment: Word, tags: readonly string[]): Order["fulfillmentStatus"] {
  const told = fromTable(SHIPPED, shipment);
  if (told !== undefined) return told;
  if (tags.includes("delivered")) return "delivered";
  return tags.includes("not_delivered") ? "unfulfilled" : undefined;
}

/** Undefined for a word that nobody thought of, which stands beside. */
export function toShipmentStatus(word: Word): Fulfillment["status"] {
  const status = fromTable(SHIPMENTS, word);
  return status === "unknown" ? undefined : status;
}

export function toAttempt(word: Word): Payment["status"] {
  return fromTable(ATTEMPTS, word) ?? "unknown";
}
