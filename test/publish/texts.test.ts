import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventsOf } from "../../src/normalizers/transition/events.ts";
import { type EntityRow, entityRow } from "../../src/normalizers/transition/row.ts";
import { writeEvent, writeRow } from "../../src/publish/texts.ts";

const state = fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.constant(undefined)));
const moment = fc.constantFrom("2026-11-01T12:00:00Z", "2026-11-01T12:00:00.123456789Z");
const row: fc.Arbitrary<EntityRow> = fc.record({
  state,
  version: fc.string(),
  sentAt: fc.string(),
  sequence: fc.integer({ min: 3, max: 1000 }),
  inboxSequence: fc.nat(),
  outbox: fc.record({
    actions: fc.uniqueArray(fc.constantFrom("created", "updated", "paid", "fulfilled"), {
      minLength: 1,
      maxLength: 3,
    }),
    time: moment,
    detectedAt: moment,
    via: fc.constant("webhook" as const),
    causationId: fc.string(),
    authenticity: fc.constant("signature" as const),
    changed: fc.array(fc.string()),
    previous: state,
  }),
});
const origin = { platform: "shopify", store: "acme", publicUrl: "http://localhost" };

describe("writeRow", () => {
  it("gives the row, whatever its state holds", () => {
    fc.assert(
      fc.property(row, (written) => {
        const read: unknown = JSON.parse(writeRow(written, JSON.stringify(written.state)));
        expect(read).toEqual(JSON.parse(JSON.stringify(written)));
        expect(entityRow.safeParse(read).success).toBe(true);
      }),
    );
  });
});

describe("writeEvent", () => {
  it("gives the bytes that JSON.stringify gives, whatever the state holds", () => {
    fc.assert(
      fc.property(row, fc.string(), (written, id) => {
        const stateText = JSON.stringify(written.state);
        const events = eventsOf(written, "order", id, origin);
        expect(events.length).toBeGreaterThan(0);
        for (const event of events) {
          expect(writeEvent(event, "order", stateText)).toBe(JSON.stringify(event));
        }
      }),
    );
  });
});
