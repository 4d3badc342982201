/** `dispute.*`: https://developer.squareup.com/reference/square/objects/Dispute. It names the payment, not the order. */
import { z } from "zod";
import type { Dispute } from "../../canonical/shipping.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { momentOrNull, orAbsent, orNull, pickExtra, raw, versionFrom } from "../../fields.ts";
import { idOrNone, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { envelope } from "./envelope.ts";
import { money, toSquareMoney } from "./money.ts";

const extraShape = { disputed_payment: raw, card_brand: raw, brand_dispute_id: raw, location_id: raw };

const dispute = z
  .object({
    ...extraShape,
    id: idOrNone,
    dispute_id: idOrNone,
    state: text,
    reason: text,
    amount_money: money,
    created_at: text,
    updated_at: text,
    reported_at: text,
    due_at: text,
  })
  // Old versions call the id `dispute_id`.
  .transform(({ id, dispute_id, ...rest }, context) => {
    const known = id ?? dispute_id;
    if (!known) context.addIssue("has no id");
    return { ...rest, id: known ?? "" };
  });

export const disputePayload = envelope({ dispute });

export function observeDispute(
  { data }: z.output<typeof disputePayload>,
  context: MapContext,
): Observation[] {
  const { dispute: told } = data.object;
  const state: Dispute = {
    id: told.id,
    ...(told.state ? { type: told.state.startsWith("INQUIRY") ? "inquiry" : "chargeback" } : {}),
    status: orAbsent(told.state),
    reason: orNull(told.reason),
    amount: toSquareMoney(told.amount_money),
    initiatedAt: toTimestamp(told.reported_at) ?? toTimestamp(told.created_at),
    evidenceDueAt: momentOrNull(told.due_at),
    extra: pickExtra(extraShape, told),
  };
  return [
    observed("dispute", {
      id: told.id,
      version: versionFrom(context, told.updated_at, told.created_at),
      state,
      bornAt: toTimestamp(told.created_at),
      isNew: context.topic === "dispute.created",
    }),
  ];
}
