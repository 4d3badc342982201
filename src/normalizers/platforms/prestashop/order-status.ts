/**
 * PrestaShop has one state for what we keep apart: the sale, its money and its goods. Ids mean nothing, since shops add and
 * change states; flags and the role that the bridge tells decide.
 */
import { addDecimals, compareDecimals } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import type { OrderState } from "./envelope.ts";

type Flags = Pick<OrderState, "role" | "paid" | "shipped" | "delivery">;

const STATUSES: Readonly<Record<string, NonNullable<Order["status"]>>> = {
  cheque: "pending",
  bankwire: "pending",
  cod_validation: "pending",
  payment: "open",
  ws_payment: "open",
  preparation: "open",
  shipping: "open",
  delivered: "completed",
  canceled: "cancelled",
  // The sale is over, as at platforms that have a word of their own for it.
  refund: "completed",
  error: "failed",
  outofstock: "on_hold",
  outofstock_paid: "on_hold",
  outofstock_unpaid: "on_hold",
};

/** A state without a role and without flags may mean anything: it is unknown. */
export function toStatus({ role, paid, shipped, delivery }: Flags): NonNullable<Order["status"]> {
  if (role != null && Object.hasOwn(STATUSES, role)) return STATUSES[role] ?? "unknown";
  return paid === true || shipped === true || delivery === true ? "open" : "unknown";
}

export interface PaymentFacts {
  readonly state: Flags;
  /** A state of the order's history was paid, which the state of a refund no longer is. */
  readonly wasPaid: boolean;
  readonly total: string | undefined;
  /** Sum of the payments, where all are in the order's currency. */
  readonly paid: string | undefined;
  readonly refunded: string;
}

/**
 * What was received is the sum of the payments; `total_paid_real` may be twice the total. The flag comes first all the same:
 * payments belong to a reference, which orders that were split from one cart share.
 */
export function toPaymentStatus(facts: PaymentFacts): NonNullable<Order["paymentStatus"]> {
  const { state, wasPaid, total, paid = "0", refunded } = facts;
  if (state.role === "refund") return "refunded";
  const isPaid = state.paid === true || wasPaid;
  if (compareDecimals(refunded, "0") > 0) {
    return total !== undefined && compareDecimals(refunded, total) >= 0 ? "refunded" : "partially_refunded";
  }
  if (isPaid) return "paid";
  if (compareDecimals(paid, "0") > 0) {
    return total === undefined || compareDecimals(paid, total) >= 0 ? "paid" : "partially_paid";
  }
  if (state.role === "error") return "failed";
  return state.role === "canceled" ? "voided" : "pending";
}

/** What was shipped stays shipped, whatever state follows. */
export function toFulfillmentStatus(
  state: Flags,
  wasShipped: boolean,
): NonNullable<Order["fulfillmentStatus"]> {
  if (state.role === "delivered") return "delivered";
  return state.shipped === true || wasShipped ? "fulfilled" : "unfulfilled";
}

/** Exact sum of decimal strings. */
export function sumOf(amounts: readonly (string | null | undefined)[]): string {
  return amounts.reduce<string>((sum, one) => addDecimals(sum, one ?? "0"), "0");
}
