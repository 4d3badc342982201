import { describe, expect, it } from "vitest";
import { parseRetryAfter } from "../../src/egress/retry-after.ts";

const NOW = Date.parse("2026-11-01T12:00:00Z");
const DAY_MS = 86_400_000;

describe("parseRetryAfter", () => {
  it.each([
    ["120", 120_000],
    [" 7 ", 7000],
    ["0", 0],
    ["Sun, 01 Nov 2026 12:01:00 GMT", 60_000],
    ["Sunday, 01-Nov-26 12:01:00 GMT", 60_000],
    ["Sun Nov  1 12:01:00 2026", 60_000],
    ["Sun, 01 Nov 2026 11:00:00 GMT", 0],
    ["99999999999999999999999", DAY_MS],
    ["Fri, 01 Jan 2100 00:00:00 GMT", DAY_MS],
  ])("reads %j as %i ms", (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });

  it.each([
    undefined,
    "",
    "-1",
    "1.5",
    "1e3",
    "soon",
    "2026-11-01T12:01:00Z",
    "Sun, 99 Foo 2026 12:01:00 GMT",
  ])("reads nothing from %j", (value) => {
    expect(parseRetryAfter(value, NOW)).toBeUndefined();
  });

  it("reads the oldest form as UTC wherever the hub runs", () => {
    const zone = process.env.TZ;
    process.env.TZ = "America/New_York";
    try {
      expect(parseRetryAfter("Sun Nov  1 12:01:00 2026", NOW)).toBe(60_000);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });
});
