/** `disputes/*` of Shopify Payments: https://shopify.dev/docs/api/webhooks/latest. The set of statuses is unverified. */
import { z } from "zod";
import { toMoney } from "../../canonical/money.ts";
import type { Dispute } from "../../canonical/shipping.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { amount, id, idOrNone, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { identified } from "./gid.ts";
import { currencyOf } from "./money-set.ts";
import { momentOrNull, orAbsent, orNull, raw, toExtra, versionOf } from "./text.ts";

const extraShape = { network_reason_code: raw };

const disputeObject = z.object({
  ...extraShape,
  id,
  order_id: idOrNone,
  type: text,
  amount,
  currency: text,
  reason: text,
  status: text,
  initiated_at: text,
  evidence_due_by: text,
  evidence_sent_on: text,
  finalized_on: text,
});
export const disputePayload = identified(disputeObject);

/** The body has no change time, so the webhook's own decides. */
export function observeDispute(payload: z.output<typeof disputeObject>, context: MapContext): Observation[] {
  const state: Dispute = {
    id: payload.id,
    orderId: payload.order_id,
    type: payload.type === "chargeback" || payload.type === "inquiry" ? payload.type : "unknown",
    status: orAbsent(payload.status),
    reason: orNull(payload.reason),
    amount: toMoney(payload.amount, currencyOf(payload.currency)),
    initiatedAt: toTimestamp(payload.initiated_at),
    evidenceDueAt: momentOrNull(payload.evidence_due_by),
    evidenceSentAt: momentOrNull(payload.evidence_sent_on),
    finalizedAt: momentOrNull(payload.finalized_on),
    extra: toExtra(extraShape, payload),
  };
  return [
    observed("dispute", {
      id: payload.id,
      version: versionOf(context),
      state,
      bornAt: state.initiatedAt,
      isNew: context.topic === "disputes/create",
    }),
  ];
}
