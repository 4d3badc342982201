/**
 * `adjustment.*`: refunds, credits and chargebacks after the sale; what is taken back comes as one of its own
 * (`credit_reverse`, `chargeback_reverse`). All actions: https://github.com/PaddleHQ/paddle-node-sdk,
 * src/enums/adjustment/adjustment-action.ts; what they mean: https://developer.paddle.com/api-reference/adjustments/overview
 */
import { z } from "zod";
import { negateMoney } from "../../canonical/money.ts";
import type { Payment } from "../../canonical/order.ts";
import type { Money } from "../../canonical/scalars.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { orNull, pickExtra, raw, versionFrom } from "../../fields.ts";
import { amount, id, idOrNone, listOf, text } from "../../payload.ts";
import { type MapContext, type Observation, observed, patched } from "../../platform.ts";
import { toPaddleMoney } from "./event.ts";
import { toAdjustmentState } from "./transaction-status.ts";

const extraShape = {
  status: raw,
  type: raw,
  subscription_id: raw,
  customer_id: raw,
  payout_totals: raw,
  credit_applied_to_balance: raw,
};
const sums = { subtotal: amount, tax: amount, total: amount };

export const adjustment = z.object({
  ...extraShape,
  id,
  action: text,
  status: text,
  transaction_id: id,
  reason: text,
  currency_code: text,
  totals: z.object({ ...sums, fee: amount, earnings: amount, retained_fee: amount }).nullish(),
  items: listOf(
    z.object({ id: idOrNone, item_id: idOrNone, type: text, amount, totals: z.object(sums).nullish() }),
  ),
  created_at: text,
  updated_at: text,
});
export type Adjustment = z.output<typeof adjustment>;

/** Money that went back to the buyer, by refund or by chargeback. */
export function isMoneyBack({ action, status }: Adjustment): boolean {
  return status === "approved" && (action === "refund" || action === "chargeback");
}

/** Every adjustment is a payment of its order; an approved refund is a refund, a chargeback a dispute. */
export function observeAdjustment(told: Adjustment, context: MapContext): Observation[] {
  const version = versionFrom(context, told.updated_at, told.created_at);
  const value: Payment = {
    id: told.id,
    kind: told.action === "refund" ? "refund" : "other",
    platformKind: told.action ?? undefined,
    status: toAdjustmentState(told.status),
    platformStatus: told.status ?? undefined,
    amount: toPaddleMoney(told.totals?.total, told.currency_code),
    createdAt: toTimestamp(told.created_at),
  };
  return [
    ...observeMeaning(told, version),
    patched("order", { id: told.transaction_id, path: "payments", key: told.id, version, value }),
  ];
}

function observeMeaning(told: Adjustment, version: string): Observation[] {
  const seen = { id: told.id, version, bornAt: toTimestamp(told.created_at) };
  if (told.action === "chargeback" || told.action === "chargeback_warning") {
    return [
      observed("dispute", {
        ...seen,
        state: {
          id: told.id,
          orderId: told.transaction_id,
          type: told.action === "chargeback" ? "chargeback" : "inquiry",
          status: told.status ?? undefined,
          reason: orNull(told.reason),
          amount: toPaddleMoney(told.totals?.total, told.currency_code),
          initiatedAt: toTimestamp(told.created_at),
          extra: extraOf(told),
        },
      }),
    ];
  }
  // What waits for approval, or was refused, is no refund; it stands among the order's payments.
  const isRefund = told.action === "refund" && (told.status === "approved" || told.status === "reversed");
  return isRefund ? [observed("refund", { ...seen, state: toRefund(told) })] : [];
}

function toRefund(told: Adjustment) {
  const money = (units: string | null | undefined) => toPaddleMoney(units, told.currency_code);
  return {
    id: told.id,
    orderId: told.transaction_id,
    createdAt: toTimestamp(told.created_at),
    amount: money(told.totals?.total),
    reason: orNull(told.reason),
    adjustments: told.items?.map((item) => ({
      id: item.id ?? undefined,
      kind: item.type ?? undefined,
      amount: negated(money(item.totals?.subtotal)),
      tax: negated(money(item.totals?.tax)),
    })),
    payments: [{ status: toAdjustmentState(told.status), amount: money(told.totals?.total) }],
    extra: extraOf(told),
  };
}

/** Money to the buyer is negative here. */
function negated(sum: Money | undefined): Money | undefined {
  return sum && negateMoney(sum);
}

/** What Paddle kept and what the seller lost, beside the fields that are passed on as they are. */
function extraOf(told: Adjustment): Record<string, unknown> {
  const { totals, items, currency_code } = told;
  const kept = { fee: totals?.fee, earnings: totals?.earnings, retained_fee: totals?.retained_fee };
  const money = Object.entries(kept).flatMap(([name, units]) => {
    const sum = toPaddleMoney(units, currency_code);
    return sum ? [[name, sum]] : [];
  });
  const lines = items?.flatMap((item) => (item.item_id ? [{ id: item.id, item_id: item.item_id }] : []));
  return {
    ...pickExtra(extraShape, told),
    ...Object.fromEntries(money),
    ...(lines && lines.length > 0 ? { items: lines } : {}),
  };
}
