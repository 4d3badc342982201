/** The topics that end in reading an order. */
import { z } from "zod";
import { momentOfSeconds } from "../../fields.ts";
import { hydrated } from "../../hydration.ts";
import { amount, count, flag, id, text } from "../../payload.ts";
import { type Observation, observed, on, patched } from "../../platform.ts";
import { event, expandable, versionOfEvent } from "./event.ts";
import { type Intent, intent, toPayment, toPaymentStatus } from "./intent.ts";
import { readOrder, readSession } from "./read-order.ts";
import { observeRefund, refund } from "./refund.ts";
import { orderIdOf, session, toCheckout, toSessionOrder } from "./session.ts";

/** The webhook holds all of the session but its items. */
export const sessionDone = hydrated(event(session), (told, context) => {
  const { object } = told.data;
  const hasFailed = context.topic === "checkout.session.async_payment_failed";
  const partial = [
    observed("order", {
      id: orderIdOf(object),
      version: versionOfEvent(told, context),
      state: toSessionOrder({ ...object, livemode: object.livemode ?? told.livemode }, { hasFailed }),
      bornAt: momentOfSeconds(object.created),
      isNew: context.topic === "checkout.session.completed",
    }),
  ];
  const { payment_intent: intentId } = object;
  const about = { account: told.account, partial };
  return intentId ? readOrder(intentId, about) : readSession(object.id, about);
});

export const sessionExpired = on(event(session), (told, context) => {
  const { object } = told.data;
  const closedAt = momentOfSeconds(told.created) ?? context.at;
  return [
    observed("checkout", {
      id: object.id,
      version: versionOfEvent(told, context),
      state: toCheckout(object, closedAt),
      bornAt: momentOfSeconds(object.created),
    }),
  ];
});

export const intentChanged = hydrated(event(intent), (told, context) => {
  const { object } = told.data;
  const entity = { id: object.id, version: versionOfEvent(told, context) };
  const payment = patched("order", {
    ...entity,
    path: "payments",
    key: object.id,
    value: toPayment(object, object.livemode ?? told.livemode),
    news: context.topic === "payment_intent.payment_failed" ? ["payment_failed"] : [],
  });
  const partial = [payment, ...patchStatus(object, entity)];
  return readOrder(object.id, { account: told.account, also: [payment], partial });
});

const charge = z.object({ id, payment_intent: expandable, amount, amount_refunded: amount, refunded: flag });

/** `amount_refunded` counts all refunds of the charge; `refunded` says that nothing is left. */
export const chargeRefunded = hydrated(event(charge), (told, context) => {
  const { payment_intent: orderId, refunded, amount_refunded } = told.data.object;
  if (!orderId) return { observations: [] };
  const value = refunded ? "refunded" : "partially_refunded";
  const version = versionOfEvent(told, context);
  const isAny = refunded === true || Number(amount_refunded ?? 0) > 0;
  const partial = isAny
    ? [patched("order", { id: orderId, version, path: "paymentStatus", value, news: [value] })]
    : [];
  return readOrder(orderId, { account: told.account, partial });
});

export const refundChanged = hydrated(event(refund), (told, context) => {
  const { object } = told.data;
  const { account } = told;
  const observations = observeRefund(object, told, context);
  return object.payment_intent
    ? readOrder(object.payment_intent, { account, also: observations, partial: observations })
    : { observations };
});

/** Versions from 2025-03-31 on name no payment intent here; its own events tell the payment then. */
export const invoiceChanged = hydrated(
  event(z.object({ payment_intent: expandable, status: text, created: count })),
  ({ data, account }) => {
    const { payment_intent: orderId } = data.object;
    return orderId ? readOrder(orderId, { account, partial: [] }) : { observations: [] };
  },
);

/** What of the order's state an intent decides alone; a session may tell it too, and whichever is later counts. */
function patchStatus(told: Intent, entity: { id: string; version: string }): Observation[] {
  const value = toPaymentStatus(told);
  if (value === "paid" || value === "authorized" || value === "partially_paid") {
    return [patched("order", { ...entity, path: "paymentStatus", value, news: [value] })];
  }
  if (value !== "voided") return [];
  return [
    patched("order", { ...entity, path: "paymentStatus", value }),
    patched("order", { ...entity, path: "status", value: "cancelled", news: ["cancelled"] }),
  ];
}
