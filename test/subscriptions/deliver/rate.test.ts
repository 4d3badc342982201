import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRate } from "../../../src/subscriptions/deliver/rate.ts";

const START = Date.parse("2026-11-01T12:00:00Z");

/** When attempts are made by one that takes as often as possible and waits as told. */
function greedy(ratePerSecond: number, count: number): number[] {
  const rate = createRate(ratePerSecond);
  const times: number[] = [];
  let now = START;
  while (times.length < count) {
    const waitMs = rate.take(now);
    if (waitMs === 0) times.push(now - START);
    now += waitMs;
  }
  return times;
}

describe("a rate", () => {
  it("spaces attempts evenly", () => {
    expect(greedy(10, 4)).toEqual([0, 100, 200, 300]);
    expect(greedy(2, 3)).toEqual([0, 500, 1000]);
  });

  it("may be below one a second", () => {
    expect(greedy(0.1, 3)).toEqual([0, 10_000, 20_000]);
  });

  it("lets a tenth of a second's worth through at once", () => {
    expect(greedy(100, 12)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 20]);
  });

  it("counts nothing when it says wait", () => {
    const rate = createRate(1);
    expect(rate.take(START)).toBe(0);
    for (let i = 0; i < 100; i += 1) expect(rate.take(START + 400)).toBe(600);
    expect(rate.take(START + 1000)).toBe(0);
  });

  it("saves nothing up beyond its bucket while nothing is sent", () => {
    const rate = createRate(1);
    expect(rate.take(START)).toBe(0);
    expect(rate.take(START + 3_600_000)).toBe(0);
    expect(rate.take(START + 3_600_000)).toBe(1000);
  });

  it("does not stand still when the clock is set back", () => {
    const rate = createRate(1);
    expect(rate.take(START)).toBe(0);
    expect(rate.take(START - 3_600_000)).toBeLessThanOrEqual(1000);
  });

  it("never lets more through than the rate and one bucket, and reaches the rate", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 500, noNaN: true }), (ratePerSecond) => {
        const times = greedy(ratePerSecond, 200);
        const bucket = Math.max(1, ratePerSecond / 10);
        for (const [i, time] of times.entries()) {
          expect(i + 1).toBeLessThanOrEqual((time / 1000) * ratePerSecond + bucket + 0.01);
          const idealMs = Math.max(0, ((i + 1 - bucket) / ratePerSecond) * 1000);
          // Waits are whole milliseconds, so each attempt may be late by one.
          expect(time).toBeLessThanOrEqual(idealMs + i + 1);
        }
      }),
    );
  });
});
