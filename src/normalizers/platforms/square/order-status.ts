/** What an order, its payments and its fulfillments say about how far it has come. */
import { compareDecimals } from "../../canonical/money.ts";
import type { Order, Payment } from "../../canonical/order.ts";
import { fromTable } from "../../fields.ts";
import { type MoneyPayload, sumOf } from "./money.ts";

/** https://developer.squareup.com/reference/square/enums/OrderState */
const STATES = { OPEN: "open", COMPLETED: "completed", CANCELED: "cancelled", DRAFT: "draft" } as const;

export function toOrderStatus(state: string | null | undefined): Order["status"] {
  return fromTable(STATES, state);
}

/** `APPROVED` is authorised and not yet captured: https://developer.squareup.com/reference/square/objects/Payment */
const PAYMENTS: Readonly<Record<string, Pick<Payment, "kind" | "status">>> = {
  APPROVED: { kind: "authorization", status: "succeeded" },
  PENDING: { kind: "sale", status: "pending" },
  COMPLETED: { kind: "sale", status: "succeeded" },
  CANCELED: { kind: "void", status: "succeeded" },
  FAILED: { kind: "sale", status: "failed" },
};

export function toPaymentState(status: string | null | undefined): Pick<Payment, "kind" | "status"> {
  return (status && Object.hasOwn(PAYMENTS, status) ? PAYMENTS[status] : undefined) ?? UNKNOWN;
}
const UNKNOWN = { kind: "other", status: "unknown" } as const;

/** https://developer.squareup.com/reference/square/enums/PaymentRefundStatus */
const REFUNDS = {
  PENDING: "pending",
  COMPLETED: "succeeded",
  REJECTED: "failed",
  FAILED: "failed",
} as const;

export function toRefundState(status: string | null | undefined): Payment["status"] {
  return fromTable(REFUNDS, status) ?? "unknown";
}

/** https://developer.squareup.com/reference/square/enums/FulfillmentState */
const FULFILLMENTS = {
  PROPOSED: "pending",
  RESERVED: "open",
  PREPARED: "open",
  COMPLETED: "shipped",
  CANCELED: "cancelled",
  FAILED: "failed",
} as const;

/** Absent for a word that nobody thought of; the platform's own stands beside it. */
export function toFulfillmentState(state: string | null | undefined) {
  const known = fromTable(FULFILLMENTS, state);
  return known === "unknown" ? undefined : known;
}

export interface Paid {
  readonly status: string | null | undefined;
  readonly total: MoneyPayload;
  readonly refunded: MoneyPayload;
}

/** The order itself has no word for it: its payments and its total do. */
export function toPaymentStatus(
  state: string | null | undefined,
  total: MoneyPayload,
  payments: readonly Paid[],
): NonNullable<Order["paymentStatus"]> {
  const done = payments.filter(({ status }) => status === "COMPLETED");
  const paid = sumOf(done.map((payment) => payment.total));
  const refunded = sumOf(done.map((payment) => payment.refunded));
  if (isAbove(refunded, "0")) return isAbove(paid, refunded) ? "partially_refunded" : "refunded";
  if (!isAbove(sumOf([total]), paid) && (done.length > 0 || state === "COMPLETED")) return "paid";
  if (isAbove(paid, "0")) return "partially_paid";
  return unpaid(
    state,
    payments.map(({ status }) => status ?? ""),
  );
}

function unpaid(
  state: string | null | undefined,
  statuses: readonly string[],
): NonNullable<Order["paymentStatus"]> {
  if (statuses.some((status) => !Object.hasOwn(PAYMENTS, status))) return "unknown";
  if (statuses.includes("APPROVED")) return "authorized";
  if (state === "CANCELED") return "voided";
  if (statuses.includes("PENDING")) return "pending";
  if (statuses.includes("FAILED")) return "failed";
  return statuses.includes("CANCELED") ? "voided" : "pending";
}

export interface Shipped {
  readonly ordered: number;
  readonly fulfilled: number;
}

/** A sale without fulfillments was handed over when it was completed. */
export function toFulfillmentStatus(
  state: string | null | undefined,
  fulfillments: readonly { readonly state?: string | null | undefined }[],
  lines: readonly Shipped[],
): NonNullable<Order["fulfillmentStatus"]> {
  if (fulfillments.length === 0) return state === "COMPLETED" ? "fulfilled" : "unfulfilled";
  if (fulfillments.some((each) => toFulfillmentState(each.state) === undefined)) return "unknown";
  if (!fulfillments.some((each) => each.state === "COMPLETED")) return "unfulfilled";
  return lines.every(({ ordered, fulfilled }) => fulfilled >= ordered) ? "fulfilled" : "partially_fulfilled";
}

function isAbove(a: string, b: string): boolean {
  return compareDecimals(a, b) > 0;
}
