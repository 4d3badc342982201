/** WooCommerce has one status word for what we keep apart: the sale, its money and its goods. */
import { addDecimals, compareDecimals } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";

/** Orders that are not placed yet: unfinished block checkouts and half-written ones of the admin screen. */
export const UNPLACED: readonly string[] = ["checkout-draft", "auto-draft"];

/** Payment happens when the goods arrive, though the order is `processing` from the start. */
const ON_DELIVERY = "cod";

const STATUSES: Readonly<Record<string, NonNullable<Order["status"]>>> = {
  pending: "pending",
  processing: "open",
  "on-hold": "on_hold",
  completed: "completed",
  cancelled: "cancelled",
  refunded: "completed",
  failed: "failed",
};

/** What decides about the money. `paidAt` is null when WooCommerce says that it was not paid. */
export interface PaymentFacts {
  readonly status: string | undefined;
  readonly paidAt: string | null | undefined;
  readonly total: string | undefined;
  readonly refunds: Order["refunds"];
  readonly method: string | undefined;
}

/** Plugins add words of their own; those are unknown and stand in `platformStatus`. */
export function toStatus(word: string | undefined): Order["status"] {
  if (word === undefined) return undefined;
  return Object.hasOwn(STATUSES, word) ? STATUSES[word] : "unknown";
}

export function toPaymentStatus(facts: PaymentFacts): Order["paymentStatus"] {
  const { status, paidAt } = facts;
  const back = refundStatus(facts);
  if (back !== undefined) return back;
  if (status === "failed") return "failed";
  if (paidAt) return "paid";
  if (status === "cancelled") return "voided";
  if (status === "completed") return "paid";
  if (status === "processing") {
    // A date that is null was left open on purpose; only a body without the field leaves it to the status.
    return paidAt === null || facts.method === ON_DELIVERY ? "pending" : "paid";
  }
  return status === undefined && paidAt === undefined ? undefined : "pending";
}

/** WooCommerce knows no shipments: `completed` is the shop's word for "sent". */
export function toFulfillmentStatus(
  status: string | undefined,
  completedAt: string | null | undefined,
): Order["fulfillmentStatus"] {
  if (status === undefined) return undefined;
  if (status === "completed") return "fulfilled";
  return status === "refunded" && completedAt ? "fulfilled" : "unfulfilled";
}

/** A refund of nothing only puts goods back; one without an amount counts as a part. */
function refundStatus({ status, total, refunds }: PaymentFacts): Order["paymentStatus"] {
  if (status === "refunded") return "refunded";
  const amounts = (refunds ?? []).map((refund) => refund.amount?.amount);
  const sum = amounts.reduce<string>((all, amount) => addDecimals(all, amount ?? "0"), "0");
  if (total !== undefined && compareDecimals(total, "0") > 0 && compareDecimals(sum, total) >= 0) {
    return "refunded";
  }
  return compareDecimals(sum, "0") > 0 || amounts.includes(undefined) ? "partially_refunded" : undefined;
}
