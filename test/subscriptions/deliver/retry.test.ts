import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextDelay, RETRY_SECONDS } from "../../../src/subscriptions/deliver/retry.ts";

const DAY_MS = 86_400_000;
const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const schedule = fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 12 });

describe("nextDelay", () => {
  it("waits the pauses of the schedule one after another, then no more", () => {
    const middle = () => 0.5;
    const delays = [1, 2, 3, 4].map((attempt) =>
      nextDelay({ attempt, retrySeconds: [5, 300, 1800], random: middle }),
    );
    expect(delays).toEqual([5000, 300_000, 1_800_000, "exhausted"]);
  });

  it("tries for about three days unless the subscription says otherwise", () => {
    const seconds = RETRY_SECONDS.reduce<number>((sum, pause) => sum + pause, 0);
    expect(RETRY_SECONDS).toHaveLength(9);
    expect(seconds / 86_400).toBeCloseTo(3.15, 2);
  });

  it("stays within 15 % of the pause", () => {
    fc.assert(
      fc.property(schedule, fc.integer({ min: 1, max: 14 }), unit, (retrySeconds, attempt, random) => {
        const delay = nextDelay({ attempt, retrySeconds, random: () => random });
        const seconds = retrySeconds[attempt - 1];
        if (seconds === undefined || delay === "exhausted") {
          expect([seconds, delay]).toEqual([undefined, "exhausted"]);
          return;
        }
        expect(delay).toBeGreaterThanOrEqual(Math.floor(seconds * 850));
        expect(delay).toBeLessThanOrEqual(Math.ceil(seconds * 1150));
      }),
    );
  });

  it("never comes back before the endpoint wants it, nor much later than both ask for", () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(DAY_MS), unit, (seconds, retryAfterMs, random) => {
        const delay = nextDelay({ attempt: 1, retrySeconds: [seconds], retryAfterMs, random: () => random });
        expect(delay).toBeGreaterThanOrEqual(retryAfterMs);
        expect(delay).toBeLessThanOrEqual(Math.ceil(Math.max(seconds * 1000, retryAfterMs) * 1.15));
      }),
    );
  });

  it("spreads events that failed at the same moment, also when all were told the same", () => {
    const delays = [0, 0.25, 0.5, 0.75].flatMap((random) =>
      [undefined, 60_000].map((retryAfterMs) =>
        nextDelay({ attempt: 1, retrySeconds: [10], retryAfterMs, random: () => random }),
      ),
    );
    expect(new Set(delays).size).toBe(delays.length);
  });

  it("gives no attempt more for a Retry-After", () => {
    const random = () => 0.5;
    expect(nextDelay({ attempt: 1, retrySeconds: [], retryAfterMs: 1000, random })).toBe("exhausted");
  });
});
