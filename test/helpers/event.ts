/** A canonical event for tests: of order 1001 of the store acme, unless told otherwise. */
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";

export function anEvent(sequence: number, overrides: Partial<CanonicalEvent> = {}): CanonicalEvent {
  const { store = "acme", type = "order.updated", subject = "1001", platform = "shopify" } = overrides;
  return {
    specversion: "1.0",
    id: `${store}:${type.split(".")[0]}:${subject}:${sequence}`,
    source: `/stores/${store}`,
    type,
    subject,
    time: "2026-11-01T12:00:00Z",
    datacontenttype: "application/json",
    dataschema: "https://hub.example.com/schemas/v1/order.json",
    platform,
    store,
    sequence,
    detectedat: "2026-11-01T12:00:01Z",
    via: "webhook",
    causationid: "webhook-1",
    authenticity: "signature",
    data: { order: { id: subject }, changed: [], previous: {} },
    ...overrides,
  };
}
