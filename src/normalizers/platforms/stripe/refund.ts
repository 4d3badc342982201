/** `refund.*`: https://docs.stripe.com/api/refunds/object */
import { z } from "zod";
import type { Payment } from "../../canonical/order.ts";
import { fromTable, momentOfSeconds, orNull, pickExtra, raw } from "../../fields.ts";
import { amount, count, id, text } from "../../payload.ts";
import { type MapContext, type Observation, observed, patched } from "../../platform.ts";
import { expandable, type Told, toStripeMoney, versionOfEvent } from "./event.ts";
import { testFlag } from "./intent.ts";

const extraShape = { status: raw, metadata: raw, failure_reason: raw, receipt_number: raw };

export const refund = z.object({
  ...extraShape,
  id,
  status: text,
  amount,
  currency: text,
  charge: expandable,
  payment_intent: expandable,
  reason: text,
  created: count,
});
type Refund = z.output<typeof refund>;

const STATUSES = {
  pending: "pending",
  requires_action: "pending",
  succeeded: "succeeded",
  failed: "failed",
  canceled: "failed",
} as const;

export function toRefundState(status: string | null | undefined): Payment["status"] {
  return fromTable(STATUSES, status) ?? "unknown";
}

/** The refund, and the same as a payment of its order. A charge from before payment intents is its own order. */
export function observeRefund(told: Refund, event: Told, context: MapContext): Observation[] {
  const orderId = told.payment_intent ?? told.charge;
  if (!orderId) return [];
  const version = versionOfEvent(event, context);
  const createdAt = momentOfSeconds(told.created);
  const sum = toStripeMoney(told.amount, told.currency);
  const status = toRefundState(told.status);
  const parentId = told.charge ?? told.payment_intent;
  const value: Payment = {
    id: told.id,
    kind: "refund",
    status,
    platformStatus: told.status ?? undefined,
    amount: sum,
    parentId,
    createdAt,
    test: testFlag(event.livemode),
  };
  return [
    observed("refund", {
      id: told.id,
      version,
      state: {
        id: told.id,
        orderId,
        createdAt,
        amount: sum,
        reason: orNull(told.reason),
        payments: [{ status, amount: sum, parentId }],
        extra: pickExtra(extraShape, told),
      },
      bornAt: createdAt,
      isNew: context.topic === "refund.created",
    }),
    patched("order", { id: orderId, path: "payments", key: told.id, version, value }),
  ];
}
