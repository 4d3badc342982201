import { beforeEach, describe, expect, it } from "vitest";
import { declareStreams } from "../../../src/nats/streams.ts";
import {
  type AttemptRecord,
  type Attempts,
  createAttempts,
} from "../../../src/subscriptions/deliver/attempts.ts";
import { useBroker } from "../../helpers/broker.ts";
import { STREAM_SETTINGS } from "../../helpers/stream-settings.ts";

const test = useBroker();
let attempts: Attempts;

beforeEach(async () => {
  const { broker, names } = test();
  await declareStreams(broker, names, STREAM_SETTINGS);
  attempts = createAttempts({ ...broker, names });
});

/** Of order 1001, at the given second. */
function aRecord(second: number, overrides: Partial<AttemptRecord> = {}): AttemptRecord {
  const entity = overrides.entity ?? "acme:order:1001";
  return {
    subscription: "crm",
    eventId: `${entity}:${second}`,
    type: "order.updated",
    entity,
    attempt: 1,
    at: new Date(Date.UTC(2026, 10, 1, 12, 0, second)).toISOString(),
    durationMs: 12,
    outcome: "delivered",
    status: 200,
    ...overrides,
  };
}

async function ids(filter: Parameters<Attempts["page"]>[0], after = 0, limit = 100): Promise<string[]> {
  return (await attempts.page(filter, after, limit)).attempts.map(({ eventId }) => eventId);
}

describe("the log of attempts", () => {
  it("gives back what was recorded, oldest first, a page at a time", async () => {
    for (let second = 1; second <= 5; second += 1) await attempts.record(aRecord(second));
    const pages: AttemptRecord[][] = [];
    let after = 0;
    for (;;) {
      const page = await attempts.page({}, after, 2);
      pages.push(page.attempts);
      if (page.next === undefined) break;
      after = page.next;
    }
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(pages.flat()).toEqual([1, 2, 3, 4, 5].map((second) => aRecord(second)));
  });

  it("finds those of an event, an entity, a subscription and a result among all others", async () => {
    const signal = "acme:app.uninstalled:x7";
    for (let index = 0; index < 30; index += 1) {
      await attempts.record(aRecord(1, { entity: `acme:order:${2000 + index}` }));
    }
    await attempts.record(aRecord(1, { outcome: "retry" }));
    await attempts.record(aRecord(1, { attempt: 2 }));
    await attempts.record(aRecord(2, { subscription: "erp" }));
    await attempts.record(aRecord(3, { entity: signal, eventId: signal }));
    expect(await ids({ eventId: "acme:order:1001:1" })).toEqual(["acme:order:1001:1", "acme:order:1001:1"]);
    expect(await ids({ eventId: signal })).toEqual([signal]);
    expect(await ids({ entity: "acme:order:1001" })).toHaveLength(3);
    expect(await ids({ entity: "acme:order:1001", subscription: "erp" })).toEqual(["acme:order:1001:2"]);
    expect(await ids({ result: "failed" })).toEqual(["acme:order:1001:1"]);
    expect(await ids({ subscription: "nobody" })).toEqual([]);
    const first = await attempts.page({ entity: "acme:order:1001" }, 0, 1);
    expect(await ids({ entity: "acme:order:1001" }, first.next)).toHaveLength(2);
  });

  it("counts by subscription and result, and knows the last of each", async () => {
    await attempts.record(aRecord(1, { outcome: "dead", status: 500 }));
    await attempts.record(aRecord(2, { entity: "acme:order:1002" }));
    await attempts.record(aRecord(3, { outcome: "retry", error: "timeout" }));
    expect([await attempts.count("crm", "ok"), await attempts.count("crm", "failed")]).toEqual([1, 2]);
    expect(await attempts.count("erp", "ok")).toBe(0);
    expect((await attempts.last("crm", "ok"))?.at).toBe(aRecord(2).at);
    expect((await attempts.last("crm", "failed"))?.at).toBe(aRecord(3).at);
    expect(await attempts.last("erp", "ok")).toBeUndefined();
  });

  it("knows since when an endpoint has taken nothing: its first failure after its last success", async () => {
    expect(await attempts.failingSince("crm")).toBeUndefined();
    await attempts.record(aRecord(1, { outcome: "retry" }));
    expect(await attempts.failingSince("crm")).toBe(aRecord(1).at);
    await attempts.record(aRecord(2));
    expect(await attempts.failingSince("crm")).toBeUndefined();
    await attempts.record(aRecord(3, { outcome: "retry" }));
    await attempts.record(aRecord(4, { outcome: "dead" }));
    await attempts.record(aRecord(5, { subscription: "erp" }));
    expect(await attempts.failingSince("crm")).toBe(aRecord(3).at);
  });
});
