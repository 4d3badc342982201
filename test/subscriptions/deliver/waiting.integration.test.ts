import { beforeEach, describe, expect, it } from "vitest";
import { findUnsettled } from "../../../src/subscriptions/deliver/unsettled.ts";
import {
  createWaitingDeliveries,
  type Waiting,
  type WaitingDeliveries,
} from "../../../src/subscriptions/deliver/waiting.ts";
import type { Position } from "../../../src/subscriptions/consumers.ts";
import type { ConsumerRef } from "../../../src/subscriptions/subscription.ts";
import { useBroker } from "../../helpers/broker.ts";
import { aBareSubscription } from "../../helpers/subscriptions.ts";

const test = useBroker();
let waiting: WaitingDeliveries;

beforeEach(async () => {
  const { broker, names } = test();
  const kv = await broker.js.views.kv(names.buckets.deliveries);
  waiting = createWaitingDeliveries(kv, broker.jsm, names.buckets.deliveries);
});

function place(sequence: number, subscription = "crm", stream = "COMMERCE") {
  return { subscription, stream, sequence };
}

function anEntry(overrides: Partial<Waiting> = {}): Waiting {
  return {
    eventId: "acme:order:1001:1",
    subject: "commerce.shopify.acme.order.updated",
    entity: "acme:order:1001",
    attempts: 2,
    firstAt: "2026-11-01T12:00:00.000Z",
    nextAt: 1_793_534_400_000,
    lastStatus: 500,
    lastError: "down",
    ...overrides,
  };
}

describe("what waits for another try", () => {
  it("is found by its place, with the last word on it", async () => {
    expect(await waiting.find(place(1))).toBeUndefined();
    await waiting.save(place(1), anEntry());
    await waiting.save(place(1), anEntry({ attempts: 3 }));
    expect(await waiting.find(place(1))).toEqual(anEntry({ attempts: 3 }));
    expect(await waiting.find(place(1, "crm", "DIRECT"))).toBeUndefined();
    expect(await waiting.count("crm")).toBe(1);
  });

  it("is listed to an end while other processes settle what they have", async () => {
    const sequences = Array.from({ length: 100 }, (_none, at) => at + 1);
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(sequences.map((sequence) => waiting.save(place(sequence), anEntry())));
      const [listed] = await Promise.all([
        waiting.list("crm"),
        ...sequences.slice(10).map((sequence) => waiting.remove(place(sequence))),
      ]);
      const kept = listed.map(({ sequence }) => sequence).filter((sequence) => sequence <= 10);
      expect(kept.sort((a, b) => a - b)).toEqual(sequences.slice(0, 10));
    }
  });

  it("is listed and counted for its subscription alone, also when one name begins like the other", async () => {
    for (const sequence of [1, 2, 30]) await waiting.save(place(sequence), anEntry());
    await waiting.save(place(7, "crm-2"), anEntry());
    const listed = await waiting.list("crm");
    expect(listed.map(({ subscription, stream, sequence }) => [subscription, stream, sequence])).toEqual(
      [1, 2, 30].map((sequence) => ["crm", "COMMERCE", sequence]),
    );
    expect(listed[0]).toEqual({ ...place(1), ...anEntry() });
    expect([await waiting.count("crm"), await waiting.count("crm-2"), await waiting.count("erp")]).toEqual([
      3, 1, 0,
    ]);
    expect(await waiting.list("erp")).toEqual([]);
  });

  it("is gone without a trace when it is removed or cleared", async () => {
    const { broker, names } = test();
    for (const sequence of [1, 2]) await waiting.save(place(sequence), anEntry());
    await waiting.save(place(1, "erp"), anEntry());
    await waiting.remove(place(1));
    expect(await waiting.count("crm")).toBe(1);
    await waiting.clear("crm");
    expect(await waiting.count("crm")).toBe(0);
    const { state } = await broker.jsm.streams.info(`KV_${names.buckets.deliveries}`);
    expect(state.messages).toBe(1);
  });

  it("is cleared without touching the lease, which goes only with the subscription", async () => {
    const { broker, names } = test();
    const kv = await broker.js.views.kv(names.buckets.deliveries);
    await kv.put("crm.lease", "somebody");
    await waiting.save(place(1), anEntry());
    await waiting.clear("crm");
    expect((await kv.get("crm.lease"))?.string()).toBe("somebody");
    await waiting.forget("crm");
    expect(await kv.get("crm.lease")).toBeNull();
  });
});

describe("what is not settled when a process begins", () => {
  const ref: ConsumerRef = { stream: "COMMERCE", name: "crm_1", filter: "commerce.*.*.order.>", from: 5 };
  const subscription = aBareSubscription({ consumers: [ref] });
  const at = (position: Partial<Position>) => ({
    position: async () => ({
      deliveries: 0,
      pending: 0,
      unsettled: 0,
      redelivered: 0,
      ackFloor: 0,
      delivered: 0,
      ...position,
    }),
  });

  it("is what waits, and how much is with nobody", async () => {
    await waiting.save(place(8), anEntry());
    await waiting.save(place(9), anEntry());
    const found = await findUnsettled(subscription, {
      waiting,
      consumers: at({ ackFloor: 7, unsettled: 5 }),
    });
    expect(found.waiting.map(({ sequence }) => sequence)).toEqual([8, 9]);
    expect(found.withNobody).toBe(3);
  });

  it.each([
    { why: "was settled", sequence: 7, entry: {}, stream: "COMMERCE" },
    { why: "lies before the start", sequence: 4, entry: {}, stream: "COMMERCE" },
    {
      why: "no filter lets through",
      sequence: 8,
      entry: { subject: "commerce.x.acme.product.updated" },
      stream: "COMMERCE",
    },
    { why: "comes from another stream", sequence: 8, entry: {}, stream: "DIRECT" },
  ])("is not what $why; that is forgotten", async ({ sequence, entry, stream }) => {
    await waiting.save(place(sequence, "crm", stream), anEntry(entry));
    const found = await findUnsettled(subscription, { waiting, consumers: at({ ackFloor: 7 }) });
    expect(found).toMatchObject({ waiting: [], withNobody: 0 });
    expect(await waiting.count("crm")).toBe(0);
  });
});
