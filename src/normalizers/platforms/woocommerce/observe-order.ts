import type { Order } from "../../canonical/order.ts";
import { deleted, type MapContext, type Observation, observed } from "../../platform.ts";
import { type OrderPayload, toOrder } from "./order.ts";
import { UNPLACED } from "./order-status.ts";
import { createdAt, versionOf } from "./values.ts";

/**
 * What an order topic tells: the order and the refunds that it lists. The body is built when it is delivered, so the
 * status may be ahead of the topic; an order that is not placed yet is none.
 */
export function observeOrder(body: OrderPayload, context: MapContext): Observation[] {
  const version = versionOf(body, context);
  if (UNPLACED.includes(body.status ?? "")) return [];
  if (body.status === "trash") return [deleted("order", body.id, version)];
  const state = toOrder(body, context);
  const bornAt = createdAt(body);
  return [
    observed("order", {
      id: body.id,
      version,
      state,
      bornAt,
      isNew: context.topic === "order.created",
      restored: context.topic === "order.restored",
    }),
    ...observeRefunds(state, version, bornAt),
  ];
}

/**
 * The order tells id, amount and reason of its refunds, not their time. None is older than its order, so the order's
 * birth makes those of new orders new, and leaves those of old orders a first sight.
 */
function observeRefunds(order: Order, version: string, bornAt: string | undefined): Observation[] {
  return (order.refunds ?? []).map(({ id, amount, reason }) =>
    observed("refund", { id, version, state: { id, orderId: order.id, amount, reason }, bornAt }),
  );
}
