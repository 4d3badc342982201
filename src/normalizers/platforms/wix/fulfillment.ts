import { z } from "zod";
import type { Fulfillment } from "../../canonical/shipping.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { orAbsent, orNull, pickExtra, raw } from "../../fields.ts";
import { count, id, listOf, objectOf, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { type DomainEvent, versionOf } from "./envelope.ts";

const extraFields = { fulfillerId: raw, completed: raw, customInfo: raw };

const fulfillmentPayload = z.object({
  id,
  createdDate: text,
  status: text,
  lineItems: listOf(z.object({ id, quantity: count })),
  trackingInfo: objectOf(z.object({ trackingNumber: text, shippingProvider: text, trackingLink: text })),
  ...extraFields,
});

/** All fulfilments of one order as they are now. */
export const fulfillmentsPayload = z.object({ orderId: id, fulfillments: listOf(fulfillmentPayload) });

/** The words are informational, and senders may write others. */
const STATUS: Readonly<Record<string, NonNullable<Fulfillment["status"]>>> = {
  Pending: "pending",
  Accepted: "open",
  Ready: "open",
  In_Delivery: "shipped",
  Fulfilled: "shipped",
};

/** None has a change time of its own, so the event's is the version of each. */
export function observeFulfillments(
  event: DomainEvent<z.output<typeof fulfillmentsPayload>>,
  context: MapContext,
): Observation[] {
  const { orderId, fulfillments = [] } = event.body;
  return fulfillments.map((each) =>
    observed("fulfillment", {
      id: each.id,
      version: versionOf(event, context),
      bornAt: toTimestamp(each.createdDate),
      state: toFulfillment(each, orderId),
    }),
  );
}

/** A fulfilment is made when goods leave; one without a status of its own has been shipped. */
function toFulfillment(each: z.output<typeof fulfillmentPayload>, orderId: string): Fulfillment {
  const { trackingInfo: tracking, status } = each;
  return {
    id: each.id,
    orderId,
    status: status ? (Object.hasOwn(STATUS, status) ? STATUS[status] : undefined) : "shipped",
    platformStatus: orNull(status),
    createdAt: toTimestamp(each.createdDate),
    carrier: orNull(tracking?.shippingProvider),
    tracking: tracking
      ? [
          {
            number: orAbsent(tracking.trackingNumber),
            url: orAbsent(tracking.trackingLink),
            carrier: orNull(tracking.shippingProvider),
          },
        ]
      : undefined,
    lineItems: each.lineItems?.map((line) => ({ lineItemId: line.id, quantity: line.quantity ?? 0 })),
    extra: pickExtra(extraFields, each),
  };
}
