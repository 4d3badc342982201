/** BigCommerce has one status for the sale and its goods, and a second word for the money. */
import { compareDecimals } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";

interface Meaning {
  readonly word: string;
  readonly status: NonNullable<Order["status"]>;
  readonly payment?: NonNullable<Order["paymentStatus"]>;
  readonly fulfillment?: NonNullable<Order["fulfillmentStatus"]>;
}

/** The shopper reached the payment page and did not finish: no order yet. */
export const INCOMPLETE = "0";

/** https://developer.bigcommerce.com/docs/rest-management/orders/order-status: ids are fixed, names are the shop's to change. */
const STATUSES: Readonly<Record<string, Meaning>> = {
  [INCOMPLETE]: { word: "Incomplete", status: "draft" },
  "1": { word: "Pending", status: "pending" },
  "2": { word: "Shipped", status: "open", fulfillment: "fulfilled" },
  "3": { word: "Partially Shipped", status: "open", fulfillment: "partially_fulfilled" },
  "4": { word: "Refunded", status: "completed", payment: "refunded" },
  "5": { word: "Cancelled", status: "cancelled" },
  "6": { word: "Declined", status: "cancelled" },
  "7": { word: "Awaiting Payment", status: "pending", payment: "pending" },
  "8": { word: "Awaiting Pickup", status: "open" },
  // Payment has been confirmed before an order waits for goods, says the page above.
  "9": { word: "Awaiting Shipment", status: "open", payment: "paid" },
  "10": { word: "Completed", status: "completed", payment: "paid", fulfillment: "fulfilled" },
  "11": { word: "Awaiting Fulfillment", status: "open", payment: "paid" },
  "12": { word: "Manual Verification Required", status: "on_hold" },
  "13": { word: "Disputed", status: "on_hold" },
  "14": { word: "Partially Refunded", status: "open", payment: "partially_refunded" },
};

/** The values of V2's `payment_status`; empty for payments outside of BigCommerce, which the status then tells. */
const PAYMENTS: Readonly<Record<string, NonNullable<Order["paymentStatus"]>>> = {
  authorized: "authorized",
  "capture pending": "authorized",
  captured: "paid",
  paid: "paid",
  declined: "failed",
  "held for review": "pending",
  pending: "pending",
  "partially refunded": "partially_refunded",
  refunded: "refunded",
  void: "voided",
  "void pending": "pending",
};

/** What a status id means; `unknown` for one that is not listed. */
export function meaningOf(id: string): Meaning | { readonly status: "unknown"; readonly word: string } {
  return (Object.hasOwn(STATUSES, id) ? STATUSES[id] : undefined) ?? { status: "unknown", word: id };
}

export interface MoneyFacts {
  readonly statusId: string;
  /** `payment_status`. */
  readonly word: string | undefined;
  readonly total: string | undefined;
  readonly refunded: string | undefined;
}

/** What went back outweighs the word, which may still say `captured`. */
export function toPaymentStatus({ statusId, word, total, refunded }: MoneyFacts): Order["paymentStatus"] {
  const meaning = meaningOf(statusId);
  const told = "payment" in meaning ? meaning.payment : undefined;
  if (told === "refunded") return told;
  if (refunded !== undefined && compareDecimals(refunded, "0") > 0) {
    const isAll = total !== undefined && compareDecimals(refunded, total) >= 0;
    return isAll ? "refunded" : "partially_refunded";
  }
  if (told === "partially_refunded") return told;
  const key = word?.trim().toLowerCase() ?? "";
  if (key === "") return told;
  return Object.hasOwn(PAYMENTS, key) ? PAYMENTS[key] : "unknown";
}

/** The status where it speaks of goods, else the counts. */
export function toFulfillmentStatus(
  statusId: string,
  counts: { readonly total: number | undefined; readonly shipped: number | undefined },
): Order["fulfillmentStatus"] {
  const meaning = meaningOf(statusId);
  if ("fulfillment" in meaning) return meaning.fulfillment;
  const { total, shipped } = counts;
  if (shipped === undefined) return undefined;
  if (shipped <= 0) return "unfulfilled";
  return total !== undefined && shipped < total ? "partially_fulfilled" : "fulfilled";
}
