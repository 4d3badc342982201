import { describe, expect, it } from "vitest";
import { compareEvents } from "../../../src/publish/renormalize/compare.ts";
import { anEvent } from "../../helpers/event.ts";

const data = (order: object, changed: string[] = []) => ({
  order: { id: "1", ...order },
  changed,
  previous: {},
});

describe("the events of a webhook for an entity", () => {
  it("are the same whatever their sequences are", () => {
    expect(compareEvents([anEvent(3)], [anEvent(7)])).toEqual({ kind: "same" });
    expect(compareEvents([], [])).toEqual({ kind: "same" });
  });

  it("are missing or extra when one side has none", () => {
    expect(compareEvents([], [anEvent(1)])).toEqual({ kind: "missing" });
    expect(compareEvents([anEvent(1)], [])).toEqual({ kind: "extra" });
  });

  it("differ in types, attributes and nested values, each with both", () => {
    const published = [anEvent(1, { data: data({ totals: { paid: "1" }, note: "old" }) })];
    const now = [
      anEvent(1, { data: data({ totals: { paid: "2" }, tag: "new" }), time: "2026-11-01T12:00:05Z" }),
      anEvent(2, { type: "order.paid" }),
    ];
    expect(compareEvents(published, now)).toEqual({
      kind: "different",
      paths: [
        { path: "type", published: ["order.updated"], now: ["order.updated", "order.paid"] },
        { path: "time", published: "2026-11-01T12:00:00Z", now: "2026-11-01T12:00:05Z" },
        { path: "order.totals.paid", published: "1", now: "2" },
        { path: "order.note", published: "old" },
        { path: "order.tag", now: "new" },
      ],
    });
  });

  it("differ in what they call changed when the states are equal, but not in its order", () => {
    const published = [anEvent(1, { data: data({}, ["a", "b"]) })];
    expect(compareEvents(published, [anEvent(1, { data: data({}, ["b", "a"]) })]).kind).toBe("same");
    expect(compareEvents(published, [anEvent(1, { data: data({}, ["a"]) })])).toEqual({
      kind: "different",
      paths: [{ path: "changed", published: ["a", "b"], now: ["a"] }],
    });
  });
});
