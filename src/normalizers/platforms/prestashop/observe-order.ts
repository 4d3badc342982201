/** Topics about orders, their credit slips and their shipments. */
import type { z } from "zod";
import { type Hydration, hydrated, mapAnswer } from "../../hydration.ts";
import { idOrNone, text } from "../../payload.ts";
import { type MapContext, type Observation, observed, patched, type TopicHandler } from "../../platform.ts";
import { toVersion } from "../../canonical/time.ts";
import {
  type Body,
  bodyOf,
  occurredAt,
  type OrderState,
  orderStatePayload,
  type Shop,
  shopOf,
  versionOfBody,
} from "./envelope.ts";
import { frameOf, type KnownStates, toOrder } from "./order.ts";
import { type OrderAnswers, orderAnswers, orderCarrierAnswer, slipAnswer } from "./order-answers.ts";
import { isShipment, toFulfillment, toRefund } from "./order-parts.ts";
import { readsOfOrder } from "./order-reads.ts";
import { toFulfillmentStatus, toPaymentStatus, toStatus } from "./order-status.ts";
import { type Link, linkOf, planEntity } from "./plan.ts";
import { toMoment, toReadVersion } from "./webservice.ts";

const looseId = idOrNone.catch(undefined);
const orderBody = bodyOf({ reference: text, customerId: looseId, orderState: orderStatePayload });
type OrderBody = z.output<typeof orderBody>;
const partBody = bodyOf({ orderId: looseId });

/** `order.*`: the webhook names the order. */
export const orderTopic: TopicHandler = hydrated(orderBody, (body, context) => {
  const { object, payload, previous } = body;
  const known = [payload?.orderState, previous?.orderState];
  return plan({ id: object.externalId }, { body, known, context }, () => tellPartly(body, context));
});

/** A credit slip; the order is read for its sums. */
export const refundTopic: TopicHandler = partTopic(
  "order_slip",
  (answer) => slipAnswer.safeParse(answer).data?.id_order,
);

/** A carrier of an order: tracking, mostly. */
export const fulfillmentTopic: TopicHandler = partTopic(
  "order_carriers",
  (answer) => orderCarrierAnswer.safeParse(answer).data?.id_order,
);

function partTopic(resource: string, find: (answer: unknown) => string | undefined): TopicHandler {
  return hydrated(partBody, (body, context) => {
    const part = { resource, id: body.object.externalId, find };
    const link = linkOf(body.payload?.orderId, part, shopOf(body, context));
    return plan(link, { body, known: [], context }, () => []);
  });
}

interface Told {
  readonly body: Pick<Body, "shop">;
  readonly known: KnownStates;
  readonly context: MapContext;
}

function plan(link: Link, { body, known, context }: Told, told: () => Observation[]): Hydration {
  const shop = shopOf(body, context);
  return planEntity(link, {
    resource: "order",
    reads: (id, answers) => readsOfOrder(id, answers, shop),
    map: (answers, readAt) =>
      mapAnswer("order", answers, orderAnswers, (value) =>
        observeOrder(value, { known, shop, context, readAt }),
      ),
    told,
  });
}

interface Reading {
  readonly known: KnownStates;
  readonly shop: Shop;
  readonly context: MapContext;
  readonly readAt: string;
}

/** The order, its credit slips and its shipments. Rows that state no change time have the one of the reads. */
function observeOrder(answers: OrderAnswers, { known, shop, context, readAt }: Reading): Observation[] {
  const frame = frameOf(answers, shop);
  const state = toOrder(answers, known, frame, readAt);
  const shipping = {
    carriers: answers.carriers,
    fulfillmentStatus: state.fulfillmentStatus,
    platformStatus: state.platformStatus ?? undefined,
    destination: state.shippingAddress,
    lineItems: state.lineItems,
  };
  return [
    observed("order", {
      id: state.id,
      version: toReadVersion(answers.order.date_upd, shop, readAt),
      state,
      bornAt: state.placedAt,
      isNew: context.topic === "order.created",
    }),
    ...answers.slips.map((row) =>
      observed("refund", {
        id: row.id,
        version: toReadVersion(row.date_upd ?? row.date_add, shop, readAt),
        state: toRefund(row, frame),
        bornAt: toMoment(row.date_add, shop),
      }),
    ),
    ...answers.shipments
      .filter((row) => isShipment(row, shipping))
      .map((row) =>
        observed("fulfillment", {
          id: row.id,
          version: toVersion(readAt) ?? "",
          state: toFulfillment(row, shipping, frame),
          // The row is as old as its order; the shipment is as old as the state that sent it.
          bornAt: state.completedAt ?? toMoment(row.date_add, shop),
        }),
      ),
  ];
}

/** What the webhook alone says: number, buyer's id and state. A new order is told as one, of a known one only the state. */
function tellPartly(body: OrderBody, context: MapContext): Observation[] {
  const { object, payload, previous } = body;
  const version = versionOfBody(body, context);
  const id = object.externalId;
  const words = statusWords(payload?.orderState);
  if (context.topic === "order.created") {
    const customer = payload?.customerId == null ? undefined : { id: payload.customerId };
    const placedAt = occurredAt(body, context);
    const state = { id, number: payload?.reference ?? undefined, placedAt, ...words, customer };
    return [observed("order", { id, version, state, isNew: true, bornAt: placedAt })];
  }
  const news = crossed(previous?.orderState, payload?.orderState);
  return [
    ...(words.status === undefined
      ? []
      : [patched("order", { id, version, path: "status", value: words.status, news })]),
    ...(words.platformStatus == null
      ? []
      : [patched("order", { id, version, path: "platformStatus", value: words.platformStatus })]),
    ...(words.paymentStatus === undefined
      ? []
      : [patched("order", { id, version, path: "paymentStatus", value: words.paymentStatus, news })]),
    ...(words.fulfillmentStatus === undefined
      ? []
      : [patched("order", { id, version, path: "fulfillmentStatus", value: words.fulfillmentStatus, news })]),
  ];
}

function statusWords(state: OrderState | null | undefined) {
  if (state == null) return {};
  const facts = { state, wasPaid: false, total: undefined, paid: undefined, refunded: "0" };
  return {
    status: toStatus(state),
    platformStatus: state.name ?? state.id ?? undefined,
    paymentStatus: toPaymentStatus(facts),
    fulfillmentStatus: toFulfillmentStatus(state, false),
  };
}

/** Milestones between two states that the shop told. */
function crossed(before: OrderState | null | undefined, after: OrderState | null | undefined): string[] {
  if (before == null || after == null) return [];
  const isTurn = (role: string) => after.role === role && before.role !== role;
  return [
    ...(after.paid === true && before.paid === false ? ["paid"] : []),
    ...(after.shipped === true && before.shipped === false ? ["fulfilled"] : []),
    ...(isTurn("delivered") ? ["delivered"] : []),
    ...(isTurn("canceled") ? ["cancelled"] : []),
    ...(isTurn("refund") ? ["refunded"] : []),
  ];
}
