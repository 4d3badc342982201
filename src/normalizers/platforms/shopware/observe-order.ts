/** Topics about orders: whole in business events, only named in `order.written`. */
import { z } from "zod";
import { currencyOf } from "../../fields.ts";
import { type Hydration, hydrated } from "../../hydration.ts";
import { toVersion } from "../../canonical/time.ts";
import { id } from "../../payload.ts";
import {
  deleted,
  type MapContext,
  type Observation,
  observed,
  on,
  type TopicHandler,
} from "../../platform.ts";
import { businessBody, changesOf, versionOfBody, writtenBody } from "./envelope.ts";
import { toOrder, versionOfOrder } from "./order.ts";
import { isShipment, realDeliveries, refundsOf, toFulfillment, toRefund } from "./order-parts.ts";
import { isWhole, ORDER_ASSOCIATIONS, type OrderPayload, orderPayload } from "./order-payload.ts";
import { foundBy, idsOf, keyOf, searches } from "./search.ts";
import { latest, moment } from "./values.ts";

const SEARCH = { entity: "order", associations: ORDER_ASSOCIATIONS };
const orderEvent = businessBody(z.object({ order: z.union([orderPayload, z.object({ id })]) }));

/** The order of the event where it has all its parts, else the one that is read. */
export const orderTopic: TopicHandler = hydrated(orderEvent, (body, context) => {
  const { order } = body.data.payload;
  const whole = orderPayload.safeParse(order);
  const version = versionOfBody(body, context);
  if (whole.success && isComplete(whole.data))
    return { observations: observeOrder(whole.data, version, context) };
  // A part of an order would take away what is known of the rest.
  const isNew = context.topic === "checkout.order.placed" && whole.success && whole.data.orderNumber != null;
  return planOrders([order.id], context, isNew ? observeOrder(whole.data, version, context).slice(0, 1) : []);
});

/** Entity-written events name the orders; deletions need no read. */
export const writtenOrderTopic: TopicHandler = hydrated(writtenBody, (body, context) => {
  const changes = changesOf(body);
  const version = versionOfBody(body, context);
  const gone = changes
    .filter(({ isDeleted }) => isDeleted)
    .map((change) => deleted("order", change.id, version));
  const ids = idsOf(changes.filter(({ isDeleted }) => !isDeleted));
  return ids.length === 0 ? { observations: gone } : planOrders(ids, context, gone, gone);
});

export const deletedOrderTopic: TopicHandler = on(writtenBody, (body, context) =>
  changesOf(body).map((change) => deleted("order", change.id, versionOfBody(body, context))),
);

/** A refund's sum stands behind its transaction, which an event may leave out. */
function isComplete(order: OrderPayload): boolean {
  const isRefunded = order.transactions?.some(({ stateMachineState }) =>
    stateMachineState?.technicalName?.startsWith("refunded"),
  );
  const knowsCaptures = order.transactions?.every(({ captures }) => captures !== undefined);
  return isWhole(order) && (isRefunded !== true || knowsCaptures === true);
}

function planOrders(
  ids: readonly string[],
  context: MapContext,
  told: Observation[],
  known: Observation[] = [],
): Hydration {
  return {
    key: keyOf("order", ids),
    reads: () => searches(SEARCH, ids),
    map: (answers, readAt) => {
      const read = foundBy("order", ids, orderPayload, answers);
      if (!read.ok) return read;
      const version = toVersion(readAt) ?? "";
      const missing = ids.filter((each) => read.found.every((order) => order.id !== each));
      return {
        ok: true,
        observations: [
          ...known,
          ...read.found.flatMap((order) => observeOrder(order, version, context)),
          ...missing.map((each) => deleted("order", each, version)),
        ],
      };
    },
    partial: () => ({ ok: true, observations: told }),
  };
}

function observeOrder(order: OrderPayload, fallback: string, { topic }: MapContext): Observation[] {
  const currency = currencyOf(order.currency?.isoCode);
  const state = toOrder(order);
  return [
    observed("order", {
      id: order.id,
      version: versionOfOrder(order) ?? fallback,
      state,
      bornAt: moment(order.createdAt) ?? state.placedAt,
      isNew: topic === "checkout.order.placed",
    }),
    ...refundsOf(order).map((refund) =>
      observed("refund", {
        id: refund.id,
        version: latest([refund.createdAt, refund.updatedAt]) ?? fallback,
        state: toRefund(refund, order.id, currency),
        bornAt: moment(refund.createdAt),
      }),
    ),
    ...(realDeliveries(order) ?? []).filter(isShipment).map((delivery) =>
      observed("fulfillment", {
        id: delivery.id,
        version: latest([delivery.createdAt, delivery.updatedAt]) ?? fallback,
        state: toFulfillment(delivery, order),
        // As old as its order; it became a shipment when it changed.
        bornAt: moment(delivery.updatedAt) ?? moment(delivery.createdAt),
      }),
    ),
  ];
}
