import type { KV } from "nats";
import { beforeEach, describe, expect, it } from "vitest";
import { createLease, type Lease } from "../../../src/subscriptions/deliver/lease.ts";
import { useBroker } from "../../helpers/broker.ts";

const test = useBroker();
const TTL_MS = 10_000;
const SAFETY_MS = 4000;
const KEY = "crm.lease";
let kv: KV;
/** Each process has a clock of its own; here they go alike. */
let now: number;

beforeEach(async () => {
  kv = await test().broker.js.views.kv(test().names.buckets.deliveries);
  now = 0;
});

function aLease(holder: string, bucket: KV = kv): Lease {
  return createLease({ kv: bucket, key: KEY, holder, ttlMs: TTL_MS, safetyMs: SAFETY_MS, now: () => now });
}

describe("a lease", () => {
  it("has one holder, who keeps it by renewing it", async () => {
    const [first, second] = [aLease("a"), aLease("b")];
    expect([await first.keep(), await second.keep()]).toEqual([true, false]);
    for (let round = 0; round < 5; round += 1) {
      now += TTL_MS - 1;
      expect([await first.keep(), await second.keep()]).toEqual([true, false]);
    }
    expect([first.isHeld(), second.isHeld()]).toEqual([true, false]);
  });

  it("goes to one of those who wait when it was not renewed for long enough", async () => {
    const [first, second, third] = [aLease("a"), aLease("b"), aLease("c")];
    await first.keep();
    expect([await second.keep(), await third.keep()]).toEqual([false, false]);
    now += TTL_MS - 1;
    expect(await second.keep()).toBe(false);
    now += 1;
    const taken = await Promise.all([second.keep(), third.keep()]);
    expect(taken.filter((isTaken) => isTaken)).toHaveLength(1);
    expect(await first.keep()).toBe(false);
    expect(first.isHeld()).toBe(false);
  });

  it("is not relied on for a while before somebody else may take it", async () => {
    const first = aLease("a");
    await first.keep();
    now += TTL_MS - SAFETY_MS - 1;
    expect(first.isHeld()).toBe(true);
    now += 1;
    expect(first.isHeld()).toBe(false);
    expect(await first.keep()).toBe(true);
    expect(first.isHeld()).toBe(true);
  });

  it("is free at once when it is released", async () => {
    const [first, second] = [aLease("a"), aLease("b")];
    await first.keep();
    await second.keep();
    await first.release();
    expect(first.isHeld()).toBe(false);
    expect(await second.keep()).toBe(true);
    // Released a second time, and by one that does not hold it any more, nothing happens.
    await first.release();
    expect(await second.keep()).toBe(true);
  });

  it("that was taken away or removed can be released without harm", async () => {
    const [first, second] = [aLease("a"), aLease("b")];
    await first.keep();
    await second.keep();
    now += TTL_MS;
    await second.keep();
    await first.release();
    expect(await second.keep()).toBe(true);
    await kv.purge(KEY);
    await second.release();
    expect(await first.keep()).toBe(true);
  });

  it("is kept by its holder when the answer to a renewal got lost", async () => {
    let isLost = false;
    const put: KV["put"] = async (...args) => {
      const revision = await kv.put(...args);
      if (isLost) throw new Error("timeout");
      return revision;
    };
    const first = aLease("a", { ...kv, get: kv.get.bind(kv), put });
    expect(await first.keep()).toBe(true);
    isLost = true;
    await expect(first.keep()).rejects.toThrow("timeout");
    expect(first.isHeld()).toBe(false);
    isLost = false;
    expect(await first.keep()).toBe(true);
    expect(first.isHeld()).toBe(true);
  });
});
