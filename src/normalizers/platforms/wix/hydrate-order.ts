/** What a topic of transactions leads to: the order is read, and its state, its payments and the news are told. */
import { currencyOf } from "../../fields.ts";
import { apiPath, type Hydration, hydrated, mapAnswer } from "../../hydration.ts";
import { type MapContext, type Observation, observed, patched } from "../../platform.ts";
import { type DomainEvent, eventClaims, toEvent, versionOf } from "./envelope.ts";
import { orderPayload, stateOf } from "./order.ts";
import {
  orderIdOf,
  toDispute,
  toPayments,
  toRefund,
  type TransactionsBody,
  transactionsBody,
} from "./transactions.ts";

export const transactionsChanged = hydrated(eventClaims(transactionsBody), (claims, context) =>
  plan(toEvent(claims), context),
);

function plan(event: DomainEvent<TransactionsBody>, context: MapContext): Hydration {
  const orderId = orderIdOf(event.body) ?? "";
  return {
    key: `order:${orderId}`,
    reads: () => [{ name: "order", path: apiPath`/ecom/v1/orders/${orderId}`, mayBeGone: true }],
    map: ({ order }, readAt) =>
      order === undefined
        ? { ok: true, observations: observe(event, context, undefined) }
        : mapAnswer("order", order, orderPayload, (read) => [
            stateOf(read, versionOf({ eventTime: readAt }, context, read.updatedDate), ""),
            ...observe(event, context, read.currency),
          ]),
    // The store's option is the currency of the whole site; without it amounts stay untold.
    partial: () => ({ ok: true, observations: observe(event, context, context.options.currency) }),
  };
}

function observe(
  event: DomainEvent<TransactionsBody>,
  context: MapContext,
  code: string | null | undefined,
): Observation[] {
  const currency = currencyOf(code);
  const { body } = event;
  const version = versionOf(event, context);
  const payments = toPayments(body, currency);
  const refund = toRefund(body, currency);
  const dispute = toDispute(body, currency);
  return [
    ...(payments === undefined
      ? []
      : [patched("order", { id: orderIdOf(body) ?? "", version, path: "payments", value: payments })]),
    ...(refund === undefined
      ? []
      : [
          observed("refund", {
            id: refund.id,
            version,
            state: refund,
            bornAt: refund.createdAt,
            isNew: true,
          }),
        ]),
    ...(dispute === undefined
      ? []
      : [
          observed("dispute", {
            id: dispute.id,
            version,
            state: dispute,
            bornAt: dispute.initiatedAt,
            isNew: context.topic.endsWith("chargeback_approved"),
          }),
        ]),
  ];
}
