/** State machines of orders, payments and deliveries: shopware/docs resources/references/core-reference/commerce/order */
import { fromTable } from "../../fields.ts";
import type { Order } from "../../canonical/order.ts";
import type { Fulfillment } from "../../canonical/shipping.ts";

type Word = string | null | undefined;

const ORDER = {
  open: "open",
  in_progress: "open",
  completed: "completed",
  cancelled: "cancelled",
} as const;

const TRANSACTION = {
  open: "pending",
  in_progress: "pending",
  unconfirmed: "pending",
  reminded: "pending",
  authorized: "authorized",
  paid: "paid",
  paid_partially: "partially_paid",
  refunded: "refunded",
  refunded_partially: "partially_refunded",
  cancelled: "voided",
  failed: "failed",
  // The buyer's bank took the money back, which is neither a refund nor a payment that failed.
  chargeback: "unknown",
} as const;

const DELIVERY = {
  open: "pending",
  shipped: "shipped",
  shipped_partially: "open",
  returned: "shipped",
  returned_partially: "shipped",
  cancelled: "cancelled",
} as const;

export function toStatus(word: Word): Order["status"] {
  return fromTable(ORDER, word);
}

/** The payment that counts: the newest that neither failed nor was cancelled, else the newest. */
export function currentTransaction<T extends { readonly state: Word }>(
  newestFirst: readonly T[],
): T | undefined {
  return newestFirst.find(({ state }) => state !== "failed" && state !== "cancelled") ?? newestFirst[0];
}

export function toPaymentStatus(word: Word): Order["paymentStatus"] {
  return fromTable(TRANSACTION, word);
}

/** All deliveries together. A sale without one, of downloads, is fulfilled when it is completed. */
export function toFulfillmentStatus(words: readonly Word[], order: Word): Order["fulfillmentStatus"] {
  const known = words.filter((word) => word !== "cancelled");
  if (known.length === 0) return order === "completed" && words.length === 0 ? "fulfilled" : "unfulfilled";
  const sent = known.filter((word) => ["shipped", "returned", "returned_partially"].includes(word ?? ""));
  if (known.every((word) => word === "returned")) return "restocked";
  if (sent.length === known.length) return "fulfilled";
  if (sent.length > 0 || known.includes("shipped_partially")) return "partially_fulfilled";
  return known.every((word) => word === "open") ? "unfulfilled" : "unknown";
}

export function toShipmentStatus(word: Word): Fulfillment["status"] {
  const status = fromTable(DELIVERY, word);
  return status === "unknown" ? undefined : status;
}

/** Payments of a state that says that money moved, or did not. */
export function toPaymentOutcome(word: Word): "pending" | "succeeded" | "failed" | "unknown" {
  switch (toPaymentStatus(word)) {
    case "paid":
    case "partially_paid":
    case "authorized":
    case "refunded":
    case "partially_refunded":
      return "succeeded";
    case "failed":
    case "voided":
      return "failed";
    case "pending":
      return "pending";
    default:
      return "unknown";
  }
}
