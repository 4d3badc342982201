/** Topics whose webhook tells all: returns, which the Webservice does not have, deletions and signals. */
import { z } from "zod";
import { count, idOrNone, listOf, text } from "../../payload.ts";
import {
  deleted,
  type MapContext,
  type Observation,
  observed,
  on,
  signal,
  type TopicHandler,
} from "../../platform.ts";
import { anyBody, bodyOf, occurredAt, versionOfBody } from "./envelope.ts";

const looseId = idOrNone.catch(undefined);
const returnBody = bodyOf({
  orderId: looseId,
  customerId: looseId,
  state: looseId,
  reason: text,
  lines: listOf(z.object({ orderDetailId: looseId, quantity: count })).catch(undefined),
});
const privacyBody = bodyOf({ customerId: looseId, email: text });

/**
 * A return. Its states are the shop's own and have no flags, so only the topic tells that it was requested; what an id means
 * later is unknown.
 */
export const returnTopic: TopicHandler = on(returnBody, observeReturn);

function observeReturn(body: z.output<typeof returnBody>, context: MapContext): Observation[] {
  const { object, payload } = body;
  const isNew = context.topic === "return.requested";
  const at = occurredAt(body, context);
  const state = {
    id: object.externalId,
    orderId: payload?.orderId,
    status: isNew ? ("requested" as const) : ("unknown" as const),
    platformStatus: payload?.state,
    createdAt: isNew ? at : undefined,
    lineItems: payload?.lines?.map(({ orderDetailId, quantity }) => ({
      lineItemId: orderDetailId ?? undefined,
      quantity: quantity ?? undefined,
      reason: payload.reason,
    })),
  };
  const seen = { id: object.externalId, version: versionOfBody(body, context), state, isNew };
  return [observed("return", isNew ? { ...seen, bornAt: at } : seen)];
}

export function gone(resource: "order" | "product" | "customer"): TopicHandler {
  return on(anyBody, (body, context) => [
    deleted(resource, body.object.externalId, versionOfBody(body, context)),
  ]);
}

export function privacyTopic(type: "privacy.data_requested" | "privacy.customer_redacted"): TopicHandler {
  return on(privacyBody, ({ shop, payload }) => [
    signal(type, {
      shop: shop?.url ?? undefined,
      customerId: payload?.customerId ?? undefined,
      email: payload?.email,
    }),
  ]);
}

export const uninstalledTopic: TopicHandler = on(anyBody, ({ shop }) => [
  signal("app.uninstalled", { shop: shop?.url ?? undefined }),
]);
