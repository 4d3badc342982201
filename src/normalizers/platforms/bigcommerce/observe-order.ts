/** Which reads an order needs, and what they and the webhook alone tell. */
import { z } from "zod";
import { apiPath, type Answers, type Hydration, mapAnswer, type Read } from "../../hydration.ts";
import {
  deleted,
  type MapContext,
  type MapResult,
  type Observation,
  observed,
  patched,
} from "../../platform.ts";
import { linesAnswer } from "./order-lines.ts";
import { addressesAnswer, basisOf, orderAnswer, type OrderParts, toOrder } from "./order.ts";
import { INCOMPLETE, meaningOf } from "./order-status.ts";
import { transactionsAnswer } from "./payment.ts";
import { refundsAnswer, toRefund } from "./refund.ts";
import { shipmentsAnswer, toFulfillment } from "./shipment.ts";
import { momentOf, nextV2Page, versionOf, versionOfWebhook } from "./values.ts";

const PAGE_SIZE = 50;

const answers = z.object({
  order: orderAnswer,
  lines: linesAnswer,
  addresses: addressesAnswer,
  shipments: shipmentsAnswer,
  refunds: refundsAnswer,
  transactions: transactionsAnswer,
});

/** All that BigCommerce knows of an order. `told` is what the webhook alone says. */
export function readOrder(id: string, told: readonly Observation[]): Hydration {
  return {
    key: `order:${id}`,
    reads: (known) => [
      { name: "order", path: apiPath`/v2/orders/${id}`, mayBeGone: true },
      ...(isPlaced(known) ? partsOf(id) : []),
    ],
    map: (known, readAt) => mapOrder(id, known, readAt),
    partial: () => ({ ok: true, observations: [...told] }),
  };
}

/** The rest is read only of orders that are told, so that abandoned payment pages cost one request each. */
function isPlaced({ order }: Answers): boolean {
  const parsed = orderAnswer.safeParse(order);
  return parsed.success && parsed.data.status_id !== INCOMPLETE && parsed.data.is_deleted !== true;
}

function partsOf(id: string): Read[] {
  const v2 = (name: string, path: string): Read => ({
    name,
    path: `${path}?page=1&limit=${PAGE_SIZE}`,
    nextPage: nextV2Page(path, PAGE_SIZE),
  });
  return [
    v2("lines", apiPath`/v2/orders/${id}/products`),
    v2("addresses", apiPath`/v2/orders/${id}/shipping_addresses`),
    v2("shipments", apiPath`/v2/orders/${id}/shipments`),
    { name: "refunds", path: apiPath`/v3/orders/${id}/payment_actions/refunds` },
    { name: "transactions", path: apiPath`/v3/orders/${id}/transactions` },
  ];
}

function mapOrder(id: string, known: Answers, readAt: string): MapResult {
  if (known.order === undefined) {
    return { ok: true, observations: [deleted("order", id, versionOf(undefined, readAt))] };
  }
  if (isPlaced(known)) {
    return mapAnswer("order", known, answers, ({ order, ...parts }) => observePlaced(order, parts, readAt));
  }
  return mapAnswer("order", known.order, orderAnswer, (order) =>
    order.is_deleted === true ? [deleted("order", order.id, versionOf(order.date_modified, readAt))] : [],
  );
}

function observePlaced(
  order: z.output<typeof orderAnswer>,
  parts: OrderParts,
  readAt: string,
): Observation[] {
  const { currency } = basisOf(order);
  return [
    observed("order", {
      id: order.id,
      version: versionOf(order.date_modified, readAt),
      bornAt: momentOf(order.date_created),
      state: toOrder(order, parts),
    }),
    // Neither shipments nor refunds have a change time, so the moment of reading stands in for it.
    ...parts.shipments.map((each) =>
      observed("fulfillment", {
        id: each.id,
        version: versionOf(undefined, readAt),
        bornAt: momentOf(each.date_created),
        state: toFulfillment(each),
      }),
    ),
    ...parts.refunds.map((each) =>
      observed("refund", {
        id: each.id,
        version: versionOf(undefined, readAt),
        bornAt: momentOf(each.created),
        state: toRefund(each, currency),
      }),
    ),
  ];
}

/** What a change of status tells without a read; nothing while the order is not placed. Each part is an event of its own. */
export function tellStatus(id: string, statusId: string, context: MapContext): Observation[] {
  if (statusId === INCOMPLETE) return [];
  const meaning = meaningOf(statusId);
  const payment = "payment" in meaning ? meaning.payment : undefined;
  const fulfillment = "fulfillment" in meaning ? meaning.fulfillment : undefined;
  const version = versionOfWebhook(context);
  return [
    patched("order", {
      id,
      version,
      path: "status",
      value: meaning.status,
      ...(meaning.status === "cancelled" ? { news: ["cancelled"] } : {}),
    }),
    ...(meaning.status === "unknown"
      ? [patched("order", { id, version, path: "platformStatus", value: meaning.word })]
      : []),
    ...(payment === undefined
      ? []
      : [patched("order", { id, version, path: "paymentStatus", value: payment, news: newsOf(payment) })]),
    ...(fulfillment === undefined
      ? []
      : [
          patched("order", {
            id,
            version,
            path: "fulfillmentStatus",
            value: fulfillment,
            news: [fulfillment],
          }),
        ]),
  ];
}

/** `pending` is a state, not a milestone. */
function newsOf(payment: string): string[] {
  return payment === "pending" ? [] : [payment];
}
