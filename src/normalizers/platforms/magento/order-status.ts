/** Magento's `state` is one word for the sale, its money and its goods; `status` is the shop's free text for it. */
import { compareDecimals } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import { isShipped, type Progress } from "./order-progress.ts";

/**
 * The states are fixed: magento/magento2, app/code/Magento/Sales (InstallOrderStatuses). `new` is placed and nothing of it
 * invoiced or shipped yet; `closed` is fully refunded.
 */
const STATUSES: Readonly<Record<string, NonNullable<Order["status"]>>> = {
  new: "open",
  pending_payment: "pending",
  payment_review: "pending",
  processing: "open",
  complete: "completed",
  closed: "completed",
  canceled: "cancelled",
  holded: "on_hold",
};

/**
 * The state behind the default statuses, for events whose field list has the status only. `fraud` belongs to two states
 * and says nothing.
 */
const STATES: Readonly<Record<string, string>> = {
  pending: "new",
  pending_payment: "pending_payment",
  payment_review: "payment_review",
  processing: "processing",
  complete: "complete",
  closed: "closed",
  canceled: "canceled",
  holded: "holded",
  pending_paypal: "pending_payment",
};

/** The fixed state; undefined where neither it nor a default status was sent. */
export function stateOf(state: string | undefined, status: string | undefined): string | undefined {
  if (state !== undefined) return state;
  return status !== undefined && Object.hasOwn(STATES, status) ? STATES[status] : undefined;
}

/** Words that extensions add are unknown; the platform's own stand in `platformStatus`. */
export function toStatus(state: string | undefined, status: string | undefined): Order["status"] {
  const word = stateOf(state, status);
  if (word === undefined) return status === undefined ? undefined : "unknown";
  return Object.hasOwn(STATUSES, word) ? STATUSES[word] : "unknown";
}

/** What decides about the money; totals that do not exist yet are not sent. */
export interface PaymentFacts {
  readonly state: string | undefined;
  readonly total: string | null | undefined;
  readonly due: string | null | undefined;
  readonly paid: string | null | undefined;
  readonly refunded: string | null | undefined;
}

export function toPaymentStatus(facts: PaymentFacts): Order["paymentStatus"] {
  const { state, due, paid, refunded } = facts;
  if (isPositive(refunded)) {
    const isAll = isPositive(paid) && compareDecimals(refunded, paid) >= 0;
    return isAll || state === "closed" ? "refunded" : "partially_refunded";
  }
  if (state === "closed") return "refunded";
  if (isPaid(facts)) return "paid";
  if (isPositive(paid)) return "partially_paid";
  if (state === "canceled") return "voided";
  if (state === "complete") return "paid";
  return state === undefined && due === undefined && paid === undefined ? undefined : "pending";
}

/** Nothing is due any more. An order that was canceled owes nothing either, and a free one was never due. */
export function isPaid({ state, total, due, paid }: PaymentFacts): boolean {
  if (isPositive(paid)) return isZero(due) || isAtLeast(paid, total);
  return isZero(total) && isZero(due) && state !== "canceled";
}

/** From the quantities of the lines; without lines only `complete` tells that all was shipped. */
export function toFulfillmentStatus(
  state: string | undefined,
  progress: Progress | undefined,
): Order["fulfillmentStatus"] {
  if (state === "complete") return "fulfilled";
  if (progress === undefined) return undefined;
  if (!progress.hasShipped) return "unfulfilled";
  return isShipped(progress) ? "fulfilled" : "partially_fulfilled";
}

function isPositive(value: string | null | undefined): value is string {
  return typeof value === "string" && compareDecimals(value, "0") > 0;
}

function isZero(value: string | null | undefined): boolean {
  return typeof value === "string" && compareDecimals(value, "0") === 0;
}

function isAtLeast(value: string, total: string | null | undefined): boolean {
  return typeof total === "string" && compareDecimals(value, total) >= 0;
}
