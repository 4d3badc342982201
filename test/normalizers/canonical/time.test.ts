import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { timestamp } from "../../../src/normalizers/canonical/scalars.ts";
import { fromMillis, toTimestamp, toVersion } from "../../../src/normalizers/canonical/time.ts";

const MINUTE = 60_000;

/** A moment in nanoseconds, and one of the ways in which platforms write it. */
const moment = fc
  .record({
    second: fc.integer({ min: Date.UTC(1971, 0, 1) / 1000, max: Date.UTC(9998, 0, 1) / 1000 }),
    nanos: fc.oneof(fc.constant(0), fc.nat(999_999_999)),
    digits: fc.constantFrom(0, 3, 6, 9),
    offset: fc.integer({ min: -14 * 60, max: 14 * 60 }),
    style: fc.constantFrom("colon", "plain", "utc", "none", "space"),
  })
  .map(({ second, nanos, digits, offset, style }) => {
    const isZoned = style === "colon" || style === "plain";
    const local = new Date(second * 1000 + (isZoned ? offset * MINUTE : 0)).toISOString().slice(0, 19);
    const fraction = String(nanos).padStart(9, "0").slice(0, digits);
    const text = `${local}${digits === 0 ? "" : `.${fraction}`}${isZoned ? zone(offset, style) : style === "utc" ? "Z" : ""}`;
    return {
      text: style === "space" ? text.replace("T", " ") : text,
      nanos: BigInt(second) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0")),
    };
  });

function zone(offset: number, style: string): string {
  const minutes = Math.abs(offset);
  const parts = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0"));
  return (offset < 0 ? "-" : "+") + parts.join(style === "colon" ? ":" : "");
}

describe("toTimestamp", () => {
  it.each([
    ["2026-09-27T21:15:56Z", "2026-09-27T21:15:56Z"],
    ["2026-09-27t21:15:56z", "2026-09-27T21:15:56Z"],
    ["2026-09-27T17:15:56-04:00", "2026-09-27T21:15:56Z"],
    ["2026-09-28T02:45:56+05:30", "2026-09-27T21:15:56Z"],
    ["2026-09-28T02:45:56+0530", "2026-09-27T21:15:56Z"],
    ["2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00Z"],
    ["2026-09-27T21:15:56.123456789Z", "2026-09-27T21:15:56.123456789Z"],
    ["2026-09-27T21:15:56.1234567891Z", "2026-09-27T21:15:56.123456789Z"],
    ["2026-09-27T21:15:56.120000Z", "2026-09-27T21:15:56.12Z"],
    ["2026-09-27T21:15:56.000Z", "2026-09-27T21:15:56Z"],
    ["2026-09-27 21:15:56", "2026-09-27T21:15:56Z"],
    ["2026-09-27T21:15", "2026-09-27T21:15:00Z"],
    ["2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z"],
    ["2000-02-29T12:00:00Z", "2000-02-29T12:00:00Z"],
    ["2024-03-01T01:00:00+02:00", "2024-02-29T23:00:00Z"],
  ])("reads %s", (text, expected) => {
    expect(toTimestamp(text)).toBe(expected);
  });

  it.each([
    "2026-02-29T12:00:00Z",
    "1900-02-29T12:00:00Z",
    "2026-02-30T12:00:00Z",
    "2026-04-31T12:00:00Z",
    "2026-13-01T12:00:00Z",
    "2026-00-10T12:00:00Z",
    "2026-09-00T12:00:00Z",
    "0000-00-00 00:00:00",
    "2026-09-27T25:00:00Z",
    "2026-09-27T12:60:00Z",
    "2026-09-27T12:00:61Z",
    "2026-09-27T12:00:00+99:99",
    "2026-09-27",
    "27.09.2026 12:00",
    "1790543756",
    "9999-12-31T23:59:59-01:00",
    "0000-01-01T00:00:00+01:00",
    "now",
    " 2026-09-27T12:00:00Z",
    "",
    null,
    undefined,
  ])("gives nothing for %j, which is no moment", (text) => {
    expect(toTimestamp(text)).toBeUndefined();
    expect(toVersion(text)).toBeUndefined();
  });

  it("gives the same moment in UTC, which fits the schema and is idempotent", () => {
    fc.assert(
      fc.property(moment, ({ text, nanos }) => {
        const written = timestamp.parse(toTimestamp(text));
        expect(nanosOf(written)).toBe(nanos);
        expect(toTimestamp(written)).toBe(written);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("toVersion", () => {
  it("compares as text exactly as the moments compare, however they are written", () => {
    const close = fc.oneof(
      fc.tuple(moment, moment),
      moment.map((one): [typeof one, typeof one] => [
        one,
        { text: toTimestamp(one.text) ?? "", nanos: one.nanos },
      ]),
    );
    fc.assert(
      fc.property(close, ([a, b]) => {
        const [left = "", right = ""] = [toVersion(a.text), toVersion(b.text)];
        expect(Math.sign(Number(left > right) - Number(left < right))).toBe(
          Number(a.nanos > b.nanos) - Number(a.nanos < b.nanos),
        );
        expect(left).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{9}Z$/);
      }),
      { numRuns: 2000 },
    );
  });

  it("tells moments of one second apart by nine digits", () => {
    const versions = ["56", "56.000000001", "56.1", "56.12", "56.9"].map((s) =>
      toVersion(`2026-09-27T21:15:${s}Z`),
    );
    expect(versions.toSorted()).toEqual(versions);
    expect(new Set(versions).size).toBe(versions.length);
  });

  it("means the same moment when it is read again, as the time of an event", () => {
    fc.assert(
      fc.property(moment, ({ text }) => {
        expect(toTimestamp(toVersion(text))).toBe(toTimestamp(text));
      }),
    );
  });
});

describe("fromMillis", () => {
  it("writes the moment so that it fits the schema", () => {
    fc.assert(
      fc.property(fc.nat(Date.UTC(9999, 0, 1)), (millis) => {
        expect(nanosOf(timestamp.parse(fromMillis(millis)))).toBe(BigInt(millis) * 1_000_000n);
      }),
    );
    expect(fromMillis(0)).toBe("1970-01-01T00:00:00Z");
  });
});

function nanosOf(text: string): bigint {
  const [, second = "", fraction = ""] = /^(.{19})(?:\.(\d+))?Z$/.exec(text) ?? expect.unreachable(text);
  return BigInt(Date.parse(`${second}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}
