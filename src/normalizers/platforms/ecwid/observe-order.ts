import { toVersion } from "../../canonical/time.ts";
import { apiPath, type Hydration, mapAnswer } from "../../hydration.ts";
import { deleted, type MapContext, type Observation, observed } from "../../platform.ts";
import { type OrderAnswer, orderAnswer, toOrder, toRefunds } from "./order.ts";
import { UNFINISHED } from "./order-status.ts";
import { momentOf, readProfile, storeCurrency, versionOf } from "./values.ts";

/** `told` is what the webhook alone may say. */
export function readOrder(orderId: string, context: MapContext, told: readonly Observation[]): Hydration {
  return {
    key: `order:${orderId}`,
    reads: () => [
      { name: "order", path: apiPath`/orders/${orderId}`, mayBeGone: true },
      ...readProfile(context),
    ],
    map: ({ order, profile }, readAt) =>
      order === undefined
        ? { ok: true, observations: [deleted("order", orderId, toVersion(readAt) ?? "")] }
        : mapAnswer("order", order, orderAnswer, (answer) =>
            observeOrder(answer, storeCurrency(context, profile), readAt),
          ),
    partial: () => ({ ok: true, observations: [...told] }),
  };
}

/** A checkout that is not finished stands among the orders, and is none. */
function observeOrder(order: OrderAnswer, currency: string | undefined, readAt: string): Observation[] {
  if (order.paymentStatus === UNFINISHED) return [];
  const version = versionOf(order, readAt);
  return [
    observed("order", {
      id: order.id,
      version,
      bornAt: momentOf(order.createTimestamp, order.createDate),
      state: toOrder(order, currency),
    }),
    ...(toRefunds(order, currency) ?? []).map((refund) =>
      observed("refund", {
        id: refund.id,
        version,
        bornAt: refund.createdAt,
        state: { ...refund, orderId: order.id },
      }),
    ),
  ];
}
