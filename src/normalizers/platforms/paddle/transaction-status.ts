/** The words of a transaction and of what belongs to it: https://developer.paddle.com/api-reference/transactions/overview */
import type { Order, Payment } from "../../canonical/order.ts";
import { fromTable } from "../../fields.ts";

interface Meaning {
  readonly status: NonNullable<Order["status"]>;
  readonly payment: NonNullable<Order["paymentStatus"]>;
  /** What is sold is digital: Paddle calls a transaction completed when all of it is done. */
  readonly isFulfilled?: true;
}

/** `draft` and `ready` are a checkout in progress; the rest is an order. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  billed: { status: "open", payment: "pending" },
  paid: { status: "open", payment: "paid" },
  completed: { status: "completed", payment: "paid", isFulfilled: true },
  canceled: { status: "cancelled", payment: "voided" },
  past_due: { status: "open", payment: "pending" },
};
const UNKNOWN: Meaning = { status: "unknown", payment: "unknown" };

export function meaningOf(status: string | null | undefined): Meaning {
  return (status && Object.hasOwn(MEANINGS, status) ? MEANINGS[status] : undefined) ?? UNKNOWN;
}

/** A transaction that was given up before it was billed never was an order. */
export function isCart(status: string | null | undefined, billedAt: string | null | undefined): boolean {
  return status === "draft" || status === "ready" || (status === "canceled" && !billedAt);
}

/** https://github.com/PaddleHQ/paddle-node-sdk, src/enums/shared/payment-attempt-status.ts; its `unknown` is ours. */
const PAYMENTS = {
  authorized: "succeeded",
  authorized_flagged: "pending",
  canceled: "failed",
  captured: "succeeded",
  error: "failed",
  action_required: "pending",
  pending_no_action_required: "pending",
  created: "pending",
  dropped: "failed",
} as const;

export function toPaymentState(status: string | null | undefined): Pick<Payment, "kind" | "status"> {
  if (status === "canceled") return { kind: "void", status: "succeeded" };
  const kind = status?.startsWith("authorized") ? "authorization" : "sale";
  return { kind, status: fromTable(PAYMENTS, status) ?? "unknown" };
}

/** https://github.com/PaddleHQ/paddle-node-sdk, src/enums/adjustment/adjustment-status.ts */
const ADJUSTMENTS = {
  pending_approval: "pending",
  approved: "succeeded",
  rejected: "failed",
  reversed: "failed",
} as const;

export function toAdjustmentState(status: string | null | undefined): Payment["status"] {
  return fromTable(ADJUSTMENTS, status) ?? "unknown";
}
