import { describe, expect, it } from "vitest";
import { compilePatterns } from "../../src/matching/patterns.ts";
import { eventTypes } from "../../src/normalizers/canonical/resources.ts";
import { checkPattern, matchesPattern, typesOf } from "../../src/subscriptions/event-patterns.ts";

describe("a pattern of events", () => {
  it.each(["order.paid", "order.*", "*.created", "*.consent_changed", "app.*", "*", "*.*"])(
    "may be %s",
    (pattern) => {
      expect(checkPattern(pattern)).toEqual({ ok: true });
    },
  );

  it("may be any type of the vocabulary", () => {
    for (const type of eventTypes()) expect(checkPattern(type)).toEqual({ ok: true });
  });

  it.each([
    ["order.payed", "order.paid"],
    ["orders.*", "order.*"],
    ["order", "order.*"],
    ["orders", "order.*"],
    ["cart", "cart.*"],
    ["app", "app.*"],
    ["order.>", "order.*"],
    ["Order.Paid", "order.paid"],
    ["order.paid ", "order.paid"],
    ["orders.created", "order.created"],
    ["order.cancel", "order.cancelled"],
    ["*.payd", "*.paid"],
    ["paid", "*.paid"],
    ["price.updated", "order.updated"],
  ])("that no event can match is refused with the nearest: %s -> %s", (pattern, near) => {
    expect(checkPattern(pattern)).toEqual({
      ok: false,
      problem: `there is no event ${pattern}; did you mean ${near}?`,
    });
  });

  it.each(["", ".", "*.*.*", "order.paid.twice", "(order.paid", "\0", "__proto__", "x".repeat(50_000)])(
    "that is like none is refused without a guess or with a real one: %j",
    (pattern) => {
      const checked = checkPattern(pattern);
      if (checked.ok) throw new Error("it passed");
      const [, near] = /; did you mean (.*)\?$/s.exec(checked.problem) ?? [];
      expect(near === undefined || checkPattern(near).ok).toBe(true);
    },
  );
});

describe("a type matches", () => {
  it.each([
    ["order.paid", "order.paid", true],
    ["order.paid", "order.updated", false],
    ["order.*", "order.paid", true],
    ["order.*", "draft_order.created", false],
    ["*.created", "order.created", true],
    ["*.created", "order.updated", false],
    ["*", "stock.out", true],
    ["*.*", "app.uninstalled", true],
    ["order.*", "order.paid.twice", false],
    ["order.*", "order", false],
    ["order.*", "order.archived_by_a_later_version", true],
  ])("%s: %s is %s", (pattern, type, expected) => {
    expect(matchesPattern(pattern, type)).toBe(expected);
  });

  it("several patterns when it matches any of them", () => {
    const isWanted = compilePatterns(["order.paid", "stock.*"]);
    expect(eventTypes().filter(isWanted)).toEqual(["order.paid", "stock.changed", "stock.out", "stock.back"]);
    expect(typesOf(["order.paid", "stock.*"])).toEqual(eventTypes().filter(isWanted));
    expect(eventTypes().filter(compilePatterns([]))).toEqual([]);
  });
});
