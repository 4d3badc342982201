/** Payment intents: https://docs.stripe.com/api/payment_intents/object */
import { z } from "zod";
import type { Order, Payment } from "../../canonical/order.ts";
import { fromTable, momentOfSeconds, orAbsent, orNull, pickExtra, raw } from "../../fields.ts";
import { amount, count, flag, id, text } from "../../payload.ts";
import { contact, toAddress } from "./address.ts";
import { expandable, toStripeMoney } from "./event.ts";

const extraShape = { metadata: raw, invoice: raw, statement_descriptor: raw };

export const intent = z.object({
  ...extraShape,
  id,
  amount,
  amount_received: amount,
  amount_capturable: amount,
  currency: text,
  status: text,
  created: count,
  canceled_at: count,
  cancellation_reason: text,
  customer: expandable,
  description: text,
  receipt_email: text,
  shipping: contact,
  livemode: flag,
  last_payment_error: z.object({ code: text }).nullish().catch(undefined),
  payment_method_types: z.array(z.string()).nullish().catch(undefined),
  /** The object where it was expanded; a webhook has the id, old versions a list of charges instead. */
  latest_charge: z.union([id, z.object({ id, amount_refunded: amount, refunded: flag })]).nullish(),
});
export type Intent = z.output<typeof intent>;

/** https://docs.stripe.com/payments/paymentintents/lifecycle */
const STATUSES = {
  requires_payment_method: "pending",
  requires_confirmation: "pending",
  requires_action: "pending",
  processing: "pending",
  requires_capture: "authorized",
  canceled: "voided",
  succeeded: "paid",
} as const;

/** How far the payment of an order has come; what was refunded is known where the charge was read too. */
export function toPaymentStatus(told: Intent): Order["paymentStatus"] {
  const status = fromTable(STATUSES, told.status);
  if (status === "pending" && told.last_payment_error && told.status === "requires_payment_method") {
    return "failed";
  }
  if (status !== "paid") return status;
  const charge = typeof told.latest_charge === "object" ? told.latest_charge : undefined;
  if (charge?.refunded) return "refunded";
  if (Number(charge?.amount_refunded ?? 0) > 0) return "partially_refunded";
  return Number(told.amount_received ?? told.amount) < Number(told.amount) ? "partially_paid" : "paid";
}

export function toPayment(told: Intent, livemode: boolean | undefined): Payment {
  return {
    id: told.id,
    ...toKindAndStatus(told),
    platformStatus: orAbsent(told.status),
    amount: toStripeMoney(told.amount, told.currency),
    gateway: told.payment_method_types?.[0],
    createdAt: momentOfSeconds(told.created),
    errorCode: orNull(told.last_payment_error?.code),
    test: testFlag(livemode),
  };
}

/** The order of a payment intent that no checkout session belongs to. */
export function toIntentOrder(told: Intent): Order {
  const { currency } = told;
  const cancelledAt = momentOfSeconds(told.canceled_at);
  return {
    id: told.id,
    placedAt: momentOfSeconds(told.created),
    ...(cancelledAt === undefined ? {} : { cancelledAt, cancelReason: orNull(told.cancellation_reason) }),
    status: toIntentOrderStatus(told.status),
    platformStatus: orNull(told.status),
    paymentStatus: toPaymentStatus(told),
    platformPaymentStatus: orNull(told.status),
    currency: toStripeMoney(0, currency)?.currency,
    totals: { total: toStripeMoney(told.amount, currency), ...moneyMoved(told) },
    customer:
      told.customer || told.receipt_email ? { id: told.customer, email: told.receipt_email } : undefined,
    email: orNull(told.receipt_email),
    shippingAddress: toAddress(told.shipping),
    note: orNull(told.description),
    test: testFlag(told.livemode),
    extra: pickExtra(extraShape, told),
  };
}

/** What has come in and what went back. */
export function moneyMoved(told: Intent): Order["totals"] {
  const charge = typeof told.latest_charge === "object" ? told.latest_charge : undefined;
  return {
    paid: toStripeMoney(told.amount_received, told.currency),
    refunded: toStripeMoney(charge?.amount_refunded, told.currency),
  };
}

/** Test mode must not reach accounting or a warehouse. */
export function testFlag(livemode: boolean | undefined): boolean | undefined {
  return livemode === undefined ? undefined : !livemode;
}

function toIntentOrderStatus(status: string | null | undefined): Order["status"] {
  const paid = fromTable(STATUSES, status);
  if (paid === undefined || paid === "unknown" || paid === "pending") return paid;
  return paid === "voided" ? "cancelled" : "open";
}

function toKindAndStatus(told: Intent): Pick<Payment, "kind" | "status"> {
  switch (toPaymentStatus({ ...told, latest_charge: null })) {
    case "pending":
      return { kind: "sale", status: "pending" };
    case "failed":
      return { kind: "sale", status: "failed" };
    case "authorized":
      return { kind: "authorization", status: "succeeded" };
    case "voided":
      return { kind: "void", status: "succeeded" };
    case "paid":
    case "partially_paid":
      return { kind: "sale", status: "succeeded" };
    default:
      return { kind: "other", status: "unknown" };
  }
}
