import { z } from "zod";
import { toTimestamp } from "../../canonical/time.ts";
import { orNull } from "../../fields.ts";
import { count, id, idOrNone, listOf, objectOf, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { eventOf, versionOf } from "./event.ts";
import { FULFILLMENT_STATUS } from "./status.ts";

export const fulfillmentEvent = eventOf({
  issuedAt: text,
  order: z.object({ id }),
  fulfillment: z.object({
    id,
    status: text,
    trackingNumber: text,
    created: text,
    warehouse: objectOf(z.object({ id: idOrNone })),
    lines: listOf(z.object({ quantity: count, orderLine: objectOf(z.object({ id: idOrNone })) })),
  }),
});

/** A fulfilment has no change time of its own; the event's moment stands in for it. */
export function observeFulfillment(
  { fulfillment, order, issuedAt }: z.output<typeof fulfillmentEvent>,
  context: MapContext,
): Observation[] {
  const { status, trackingNumber } = fulfillment;
  return [
    observed("fulfillment", {
      id: fulfillment.id,
      version: versionOf(context, issuedAt),
      bornAt: toTimestamp(fulfillment.created),
      isNew: context.topic === "fulfillment_created",
      state: {
        id: fulfillment.id,
        orderId: order.id,
        status: status && Object.hasOwn(FULFILLMENT_STATUS, status) ? FULFILLMENT_STATUS[status] : undefined,
        platformStatus: orNull(status),
        createdAt: toTimestamp(fulfillment.created),
        tracking: trackingNumber ? [{ number: trackingNumber }] : undefined,
        locationId: fulfillment.warehouse?.id,
        lineItems: fulfillment.lines?.map((line) => ({
          lineItemId: line.orderLine?.id ?? undefined,
          quantity: line.quantity ?? 0,
        })),
      },
    }),
  ];
}
