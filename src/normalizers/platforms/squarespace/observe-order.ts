import { z } from "zod";
import { toTimestamp, toVersion } from "../../canonical/time.ts";
import { versionFrom } from "../../fields.ts";
import { apiPath, type Hydration, mapAnswer } from "../../hydration.ts";
import { id, text } from "../../payload.ts";
import { type MapContext, type Observation, observed, patched } from "../../platform.ts";
import { orderAnswer, toOrder } from "./order.ts";

/** https://developers.squarespace.com/webhooks/events/order-update: the list of values of `update` is open. */
export const orderNotice = z.object({ data: z.object({ orderId: id, update: text }) });

export function readOrder(
  { data: { orderId, update } }: z.output<typeof orderNotice>,
  context: MapContext,
): Hydration {
  return {
    key: `order:${orderId}`,
    reads: () => [{ name: "order", path: apiPath`/orders/${orderId}`, mayBeGone: true }],
    map: ({ order }, readAt) =>
      order === undefined
        ? // Orders are never deleted; test notifications name orders that do not exist.
          { ok: true, observations: [] }
        : mapAnswer("order", order, orderAnswer, (state) => [
            observed("order", {
              id: state.id,
              version: toVersion(state.modifiedOn) ?? toVersion(readAt) ?? "",
              bornAt: toTimestamp(state.createdOn),
              state: toOrder(state),
            }),
          ]),
    partial: () => ({ ok: true, observations: [tellUpdate(orderId, update ?? undefined, context)] }),
  };
}

/** `REFUNDED` does not say how much, so it tells no more than that something changed. */
function tellUpdate(orderId: string, update: string | undefined, context: MapContext): Observation {
  const told = { id: orderId, version: versionFrom(context) };
  switch (update) {
    case "FULFILLED":
      return patched("order", {
        ...told,
        path: "fulfillmentStatus",
        value: "fulfilled",
        news: ["fulfilled"],
      });
    case "MARKED_PENDING":
      return patched("order", { ...told, path: "fulfillmentStatus", value: "unfulfilled" });
    case "CANCELED":
      return patched("order", { ...told, path: "status", value: "cancelled", news: ["cancelled"] });
    default:
      return patched("order", {
        ...told,
        path: "updatedAt",
        value: toTimestamp(context.at) ?? context.receivedAt,
      });
  }
}
