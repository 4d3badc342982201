/** `charge.dispute.*`: https://docs.stripe.com/api/disputes/object */
import { z } from "zod";
import type { Dispute } from "../../canonical/shipping.ts";
import { momentOfSeconds, orAbsent, orNull, pickExtra, raw } from "../../fields.ts";
import { amount, count, id, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { event, expandable, toStripeMoney, versionOfEvent } from "./event.ts";

const extraShape = { is_charge_refundable: raw, network_reason_code: raw, metadata: raw };

const dispute = z.object({
  ...extraShape,
  id,
  charge: expandable,
  payment_intent: expandable,
  amount,
  currency: text,
  reason: text,
  status: text,
  created: count,
  evidence_details: z.object({ due_by: count }).nullish().catch(undefined),
});
export const disputePayload = event(dispute);

/** A status that begins with `warning_` is an inquiry that may become a chargeback. */
export function observeDispute(told: z.output<typeof disputePayload>, context: MapContext): Observation[] {
  const { object } = told.data;
  const state: Dispute = {
    id: object.id,
    orderId: object.payment_intent ?? object.charge,
    ...(object.status ? { type: object.status.startsWith("warning_") ? "inquiry" : "chargeback" } : {}),
    status: orAbsent(object.status),
    reason: orNull(object.reason),
    amount: toStripeMoney(object.amount, object.currency),
    initiatedAt: momentOfSeconds(object.created),
    evidenceDueAt: momentOfSeconds(object.evidence_details?.due_by),
    extra: { ...pickExtra(extraShape, object), ...(object.charge ? { charge: object.charge } : {}) },
  };
  return [
    observed("dispute", {
      id: object.id,
      version: versionOfEvent(told, context),
      state,
      bornAt: state.initiatedAt,
      isNew: context.topic === "charge.dispute.created",
    }),
  ];
}
