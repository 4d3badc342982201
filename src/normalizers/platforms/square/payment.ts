/** `payment.*`: the payment is an element of its order, and a reason to read the order again. */
import { z } from "zod";
import type { Payment } from "../../canonical/order.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { orAbsent, orNull, versionFrom } from "../../fields.ts";
import { id, idOrNone, text } from "../../payload.ts";
import { type MapContext, type Observation, patched } from "../../platform.ts";
import { envelope } from "./envelope.ts";
import { money, toSquareMoney } from "./money.ts";
import { type Paid, toPaymentState } from "./order-status.ts";

const payment = z.object({
  id,
  order_id: idOrNone,
  amount_money: money,
  total_money: money,
  refunded_money: money,
  status: text,
  source_type: text,
  created_at: text,
  updated_at: text,
});
export type PaymentPayload = z.output<typeof payment>;

export const paymentPayload = envelope({ payment });
export const paymentAnswer = z.object({ payment });

export function patchPayment(
  value: PaymentPayload,
  orderId: string,
  context: Pick<MapContext, "at" | "receivedAt">,
): Observation {
  const version = versionFrom(context, value.updated_at, value.created_at);
  return patched("order", {
    id: orderId,
    path: "payments",
    key: value.id,
    version,
    value: toPayment(value),
    news: value.status === "FAILED" ? ["payment_failed"] : [],
  });
}

export function toPaid({ status, total_money, amount_money, refunded_money }: PaymentPayload): Paid {
  return { status, total: total_money ?? amount_money, refunded: refunded_money };
}

function toPayment(value: PaymentPayload): Payment {
  return {
    id: value.id,
    ...toPaymentState(value.status),
    platformStatus: orAbsent(value.status),
    amount: toSquareMoney(value.total_money ?? value.amount_money),
    gateway: orNull(value.source_type),
    createdAt: toTimestamp(value.created_at),
  };
}
