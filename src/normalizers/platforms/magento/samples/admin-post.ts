/** Bodies of the template that the README publishes. */
import type { SampleOptions, Samples } from "../../../wire.ts";
import { utc } from "./php.ts";

const EVENTS = [
  "order.saved",
  "order.commented",
  "invoice.created",
  "shipment.created",
  "creditmemo.created",
  "customer.created",
  "customer.updated",
  "customer.login",
  "customer.deleted",
  "product.created",
  "product.updated",
  "product.deleted",
  "cart.abandoned",
] as const;

export const adminPostSamples = {
  headers: () => ({ "content-type": "application/json" }),
  bodies: Object.fromEntries(
    EVENTS.map((event) => [event, (options: SampleOptions) => write(event, options)]),
  ),
  life: {
    created: ["order.saved"],
    paid: ["invoice.created", "order.saved"],
    partly_shipped: ["shipment.created"],
    shipped: ["shipment.created", "order.saved"],
    partly_refunded: ["creditmemo.created"],
  },
} as const satisfies Samples;

/** Ids of documents are those of the samples of the API: the order's with a digit behind it. */
function write(event: string, options: SampleOptions): string {
  const isOrder = event.startsWith("order.");
  const isDocument = /^(?:invoice|shipment|creditmemo)\./.test(event);
  const entityId = isDocument
    ? `${options.id}${event.startsWith("shipment") && options.stage === "shipped" ? 2 : 1}`
    : options.id;
  return JSON.stringify({
    event,
    entity_id: entityId,
    increment_id: isOrder || isDocument ? entityId.padStart(9, "0") : "",
    updated_at: utc(options),
  });
}
