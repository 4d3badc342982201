/** The fulfillments and refunds inside of an order: copies that the topics of their own tell in full. */
import type { Order } from "../../canonical/order.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { type EmbeddedFulfillment, toFulfillmentStatus, toTracking } from "./fulfillment.ts";
import type { EmbeddedRefund } from "./refund.ts";
import { orNull } from "./text.ts";
import { refundedMoney } from "./transaction.ts";

/** One that a trimmed body does not identify still counts for the quantities of the lines. */
export function toOrderFulfillments(
  fulfillments: readonly EmbeddedFulfillment[] | undefined,
): Order["fulfillments"] {
  return fulfillments?.flatMap((fulfillment) => {
    const { id } = fulfillment;
    if (!id) return [];
    const lineItems = fulfillment.line_items?.flatMap((line) =>
      typeof line.quantity === "number"
        ? [{ lineItemId: line.id ?? undefined, quantity: line.quantity }]
        : [],
    );
    const status = toFulfillmentStatus(fulfillment);
    const createdAt = toTimestamp(fulfillment.created_at);
    return [
      {
        id,
        status,
        platformStatus: fulfillment.status,
        createdAt,
        tracking: toTracking(fulfillment),
        lineItems,
      },
    ];
  });
}

export function toOrderRefunds(
  refunds: readonly EmbeddedRefund[] | undefined,
  paidIn: string | undefined,
): Order["refunds"] {
  return refunds?.flatMap((refund) => {
    const { id } = refund;
    if (!id) return [];
    const amount = refundedMoney(refund.transactions, paidIn);
    return [{ id, createdAt: toTimestamp(refund.created_at), amount, reason: orNull(refund.note) }];
  });
}
