import { describe, expect, it } from "vitest";
import type { Attempt } from "../../../src/subscriptions/deliver/attempt.ts";
import {
  createEndpointGuard,
  type EndpointGuardOptions,
} from "../../../src/subscriptions/deliver/endpoint-guard.ts";

const DELIVERED: Attempt = { kind: "delivered", status: 200, text: "", durationMs: 1 };
const BROKEN: Attempt = {
  kind: "retry",
  error: "status",
  reason: "down",
  status: 500,
  text: "",
  durationMs: 1,
};
const STOPPED: Attempt = { kind: "retry", error: "stopped", reason: "stopped", durationMs: 1 };

function aGuard(overrides: Partial<EndpointGuardOptions> = {}) {
  const clock = { now: 0 };
  const stopping = new AbortController();
  const guard = createEndpointGuard({
    concurrency: 4,
    timeoutMs: 1000,
    signal: stopping.signal,
    mayStart: () => true,
    now: () => clock.now,
    ...overrides,
  });
  const make = async (...results: readonly Attempt[]) => {
    for (const result of results) await guard.run(async () => result);
  };
  return { guard, clock, stopping, make };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

function never(): Promise<Attempt> {
  throw new Error("no attempt may be made");
}

describe("a guard", () => {
  it("makes attempts, as many at once as are allowed, and gives their results", async () => {
    const { guard } = aGuard({ concurrency: 2 });
    const finish: (() => void)[] = [];
    const attempt = () => new Promise<Attempt>((resolve) => finish.push(() => resolve(DELIVERED)));
    const results = [1, 2, 3].map(() => guard.run(attempt));
    await settle();
    expect(finish).toHaveLength(2);
    finish[0]?.();
    expect(await results[0]).toEqual(DELIVERED);
    await settle();
    expect(finish).toHaveLength(3);
    finish[1]?.();
    finish[2]?.();
    expect(await Promise.all(results)).toEqual([DELIVERED, DELIVERED, DELIVERED]);
  });

  it("frees the place of an attempt that broke", async () => {
    const { guard } = aGuard({ concurrency: 1 });
    await expect(guard.run(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(await guard.run(async () => DELIVERED)).toEqual(DELIVERED);
  });

  it("holds attempts and appetite while the circuit is open, and then lets one through", async () => {
    const { guard, clock, make } = aGuard();
    expect([guard.pausedMs(), guard.appetite()]).toEqual([0, 4]);
    await make(BROKEN, BROKEN, BROKEN, BROKEN, BROKEN);
    const pausedMs = guard.pausedMs();
    expect(pausedMs).toBeGreaterThan(4000);
    expect(guard.appetite()).toBe(1);
    expect(await guard.run(never)).toEqual({ kind: "held", waitMs: pausedMs });
    clock.now = pausedMs;
    expect(guard.pausedMs()).toBe(0);
    expect(await guard.run(async () => DELIVERED)).toEqual(DELIVERED);
    expect([guard.pausedMs(), guard.appetite()]).toEqual([0, 4]);
  });

  it("opens at once for as long as the endpoint asks", async () => {
    const { guard, make } = aGuard();
    await make({ ...BROKEN, status: 429, retryAfterMs: 90_000 });
    expect(guard.pausedMs()).toBe(90_000);
  });

  it("takes neither an answer to a single event nor an attempt that was cut off for the endpoint's failure", async () => {
    const { guard, make } = aGuard();
    const refused: Attempt = { ...BROKEN, status: 404 };
    await make(BROKEN, BROKEN, BROKEN, BROKEN, STOPPED, refused, BROKEN, BROKEN, BROKEN, BROKEN);
    expect(guard.pausedMs()).toBe(0);
    await make(STOPPED, BROKEN);
    expect(guard.pausedMs()).toBeGreaterThan(0);
  });

  it("makes no attempt when it may not start, and none after it was stopped", async () => {
    const { guard } = aGuard({ mayStart: () => false });
    expect(await guard.run(never)).toMatchObject({ kind: "held" });
    const { guard: other, stopping } = aGuard();
    stopping.abort();
    expect(await other.run(never)).toEqual({ kind: "held", waitMs: 0 });
  });

  it("lets go of what waits for the rate when it is stopped", async () => {
    const { guard, make, stopping } = aGuard({ ratePerSecond: 0.01 });
    await make(DELIVERED);
    const waiting = guard.run(never);
    stopping.abort();
    expect(await waiting).toEqual({ kind: "held", waitMs: 0 });
  });
});
