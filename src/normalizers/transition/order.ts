/**
 * The milestones of an order. Most are told once in its life: what a later state implies is told with it when the state
 * between was never seen, and what was told is not told again when an edit takes the order back and forth.
 */
import { equalValues } from "./diff.ts";
import type { Crossed, Crossing } from "./milestones.ts";
import type { State } from "./row.ts";

/** What a payment or fulfillment status has behind it. */
const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  authorized: ["authorized"],
  partially_paid: ["partially_paid"],
  paid: ["paid"],
  partially_refunded: ["paid", "partially_refunded"],
  refunded: ["paid", "refunded"],
  partially_fulfilled: ["partially_fulfilled"],
  fulfilled: ["fulfilled"],
  delivered: ["fulfilled", "delivered"],
};

/** A step is no news any more once one of these was told. */
const OVERTAKEN_BY: Readonly<Record<string, readonly string[]>> = {
  authorized: ["partially_paid", "paid"],
  partially_paid: ["paid"],
  partially_fulfilled: ["fulfilled"],
  partially_refunded: ["refunded"],
};

/** Pure: see `crossMilestones`. */
export function orderMilestones({ previous, next, reached }: Crossing): Crossed {
  const cancelled = next.status === "cancelled";
  const told = cancelled ? reached : reached.filter((name) => name !== "cancelled");
  const behind = [
    ...(IMPLIED[String(next.paymentStatus)] ?? []),
    ...(IMPLIED[String(next.fulfillmentStatus)] ?? []),
    ...(cancelled ? ["cancelled"] : []),
  ];
  const crossed = behind.filter(
    (name) => !told.includes(name) && !OVERTAKEN_BY[name]?.some((later) => told.includes(later)),
  );
  return {
    crossed: [
      ...crossed,
      ...(paymentFailed(previous, next) ? ["payment_failed"] : []),
      ...(addressChanged(previous, next) ? ["address_changed"] : []),
    ],
    reached: [...told, ...crossed],
  };
}

function paymentFailed(previous: State | undefined, next: State): boolean {
  if (next.paymentStatus === "failed" && previous?.paymentStatus !== "failed") return true;
  const before = failedPayments(previous);
  return failedPayments(next).some((id) => !before.includes(id));
}

/** Ids of the attempts to get money that failed; a failed refund or void is no failed payment. */
function failedPayments(state: State | undefined): unknown[] {
  const payments: unknown = state?.payments;
  if (!Array.isArray(payments)) return [];
  return payments
    .filter(({ kind, status }) => status === "failed" && ["authorization", "sale", "capture"].includes(kind))
    .map(({ id }) => id);
}

function addressChanged(previous: State | undefined, next: State): boolean {
  const before = previous?.shippingAddress;
  return before !== undefined && !equalValues(before, next.shippingAddress);
}
