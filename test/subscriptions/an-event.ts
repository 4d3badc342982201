import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import type { Order } from "../../src/normalizers/canonical/order.ts";
import { anOrder } from "../helpers/factories.ts";

/** `order.updated` of a store `acme` on Shopify; `data` is beside the order. */
export function anOrderEvent(
  order: Partial<Order> = {},
  { data, ...overrides }: Partial<CanonicalEvent> = {},
): CanonicalEvent {
  return {
    specversion: "1.0",
    id: "acme:order:1001:3",
    source: "/stores/acme",
    type: "order.updated",
    subject: "1001",
    time: "2026-11-01T12:00:00Z",
    datacontenttype: "application/json",
    dataschema: "https://hub.example.com/schemas/v1/order.json",
    platform: "shopify",
    store: "acme",
    sequence: 3,
    detectedat: "2026-11-01T12:00:01Z",
    via: "webhook",
    causationid: "webhook-1",
    authenticity: "signature",
    ...overrides,
    data: { order: anOrder(order), changed: [], previous: {}, ...data },
  };
}
