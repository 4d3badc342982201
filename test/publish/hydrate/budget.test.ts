import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createBudget, type Limits } from "../../../src/publish/hydrate/budget.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const LATE_NEVER = Number.MAX_SAFE_INTEGER;

function aBudget(limits: Partial<Limits> = {}) {
  const budget = createBudget({ concurrency: 100, perSecond: 1000, ...limits }, Date.now);
  const startedAt: number[] = [];
  const results: string[] = [];
  const begin = Date.now();
  return {
    budget,
    startedAt,
    results,
    take: (deadlineAt = LATE_NEVER) =>
      budget.take(deadlineAt).then((result) => {
        results.push(result);
        if (result === "taken") startedAt.push(Date.now() - begin);
      }),
  };
}

describe("a budget", () => {
  it("lets so many run at once, and the next when one is done", async () => {
    const { budget, take, startedAt } = aBudget({ concurrency: 2 });
    for (let n = 0; n < 4; n += 1) void take();
    await vi.advanceTimersByTimeAsync(100);
    expect(startedAt).toHaveLength(2);
    budget.giveBack();
    await vi.advanceTimersByTimeAsync(10);
    expect(startedAt).toHaveLength(3);
  });

  it("spreads requests over time", async () => {
    const { take, startedAt } = aBudget({ perSecond: 2 });
    for (let n = 0; n < 4; n += 1) void take();
    await vi.advanceTimersByTimeAsync(5000);
    expect(startedAt).toEqual([0, 500, 1000, 1500]);
  });

  it("tells who would come too late, as soon as that is known", async () => {
    const { budget, take, results } = aBudget({ perSecond: 1 });
    void take();
    void take(Date.now() + 500);
    await vi.advanceTimersByTimeAsync(0);
    expect(results).toEqual(["taken", "late"]);
    budget.pause(10_000);
    void take(Date.now() + 9000);
    await vi.advanceTimersByTimeAsync(0);
    expect(results).toEqual(["taken", "late", "late"]);
  });

  it("tells who waits for a place in vain", async () => {
    const { take, results } = aBudget({ concurrency: 1 });
    void take();
    void take(Date.now() + 500);
    await vi.advanceTimersByTimeAsync(400);
    expect(results).toEqual(["taken"]);
    await vi.advanceTimersByTimeAsync(200);
    expect(results).toEqual(["taken", "late"]);
  });

  it("pauses, also those who wait already, and says for how long", async () => {
    const { budget, take, startedAt } = aBudget({ perSecond: 10 });
    void take();
    void take();
    budget.pause(3000);
    expect(budget.waitMs()).toBeGreaterThanOrEqual(3000);
    await vi.advanceTimersByTimeAsync(2999);
    expect(startedAt).toEqual([0]);
    await vi.advanceTimersByTimeAsync(2);
    expect(startedAt).toEqual([0, 3000]);
  });

  it("lets everyone go when it is stopped", async () => {
    const { budget, take, results } = aBudget({ concurrency: 1 });
    void take();
    void take();
    budget.stop();
    await vi.advanceTimersByTimeAsync(0);
    expect(results).toEqual(["taken", "late"]);
  });
});

describe("limit headers", () => {
  const withReset = (unit: "seconds" | "milliseconds" | "unix_seconds"): Partial<Limits> => ({
    remainingHeader: "X-Left",
    resetHeader: { name: "X-Reset", unit },
  });

  it.each([
    ["seconds", "5", 5000],
    ["milliseconds", "5000", 5000],
    ["unix_seconds", "1005", 5000],
    ["unix_seconds", "900", 0],
  ] as const)("with nothing left pause until the reset in %s", (unit, reset, waitMs) => {
    const { budget } = aBudget(withReset(unit));
    budget.learn({ "x-left": "0", "x-reset": reset });
    expect(budget.waitMs()).toBe(waitMs);
  });

  it("with few left spread them over the time until the reset, then go on as before", async () => {
    const { budget, take, startedAt } = aBudget({ ...withReset("seconds"), perSecond: 10 });
    budget.learn({ "x-left": "2", "x-reset": "2" });
    for (let n = 0; n < 4; n += 1) void take();
    await vi.advanceTimersByTimeAsync(5000);
    expect(startedAt).toEqual([0, 1000, 2000, 2100]);
  });

  it.each([
    [{ "x-left": "0" }],
    [{ "x-left": "none", "x-reset": "5" }],
    [{ "x-left": "-1", "x-reset": "5" }],
    [{ "x-left": "", "x-reset": "5" }],
    [{}],
  ])("%j say nothing", (headers) => {
    const { budget } = aBudget(withReset("seconds"));
    budget.learn(headers);
    expect(budget.waitMs()).toBe(0);
  });
});
