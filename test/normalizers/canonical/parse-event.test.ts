import { describe, expect, it } from "vitest";
import { parseEvent } from "../../../src/normalizers/canonical/parse-event.ts";
import { patched } from "../../../src/normalizers/platform.ts";
import { eventsOf } from "../../../src/normalizers/transition/events.ts";
import { anOrigin, aRow, at } from "../../helpers/factories.ts";

describe("an event of which only a part is known", () => {
  const seen = patched("fulfillment", {
    id: "7",
    version: at(1),
    path: "platformShipmentStatus",
    value: "in_transit",
  });
  const [event] = eventsOf(aRow([seen]), "fulfillment", "7", anOrigin());

  it("fits without the fields that are not known", () => {
    expect(event?.partial).toBe(true);
    expect(parseEvent(event)).toBe(event);
  });

  it("does not fit when it claims to be whole, or when what is known is wrong", () => {
    const { partial: _partial, ...whole } = event ?? expect.unreachable();
    expect(() => parseEvent(whole)).toThrow(/orderId/);
    const data = { fulfillment: { id: "7", platformShipmentStatus: 7 }, changed: [], previous: {} };
    expect(() => parseEvent({ ...event, data })).toThrow(/platformShipmentStatus/);
  });
});
