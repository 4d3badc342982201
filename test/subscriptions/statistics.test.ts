import { describe, expect, it } from "vitest";
import { readStatistics } from "../../src/subscriptions/statistics.ts";
import { createTestApp, secretBox } from "../helpers/app.ts";
import { anAttempt, aSubscription, FRESH } from "../helpers/subscriptions.ts";

const crm = aSubscription(secretBox);

/** Consumers that have come this far, in the order of the subscription's own. */
async function statistics(positions: object[], options: Parameters<typeof createTestApp>[0] = {}) {
  const test = createTestApp({ subscriptions: [crm], ...options });
  await test.stage.routes.lifecycle.restore();
  const all = [...test.stage.deps.consumers.all.values()];
  for (const [at, position] of positions.entries()) {
    const consumer = all[at];
    if (consumer) consumer.position = { ...FRESH, ...position };
  }
  return { test, read: () => readStatistics(crm, test.stage.routes.statistics) };
}

const letter = { stage: "deliver", reason: "r", attempts: 9, at: "a", bytes: 1 };
const delivery = { subscription: "crm", eventId: "e", type: "order.paid", store: "acme" };

describe("the statistics", () => {
  it("sum up all consumers, with the oldest event of any", async () => {
    const { read } = await statistics([
      { pending: 3, unsettled: 2, redelivered: 1, deliveries: 9 },
      { pending: 4, unsettled: 1, redelivered: 1, deliveries: 5 },
    ]);
    expect(await read()).toMatchObject({ pending: 7, unsettled: 3, redelivered: 2 });
    expect((await read()).oldestUnsettledAt).toMatch(/^2026-11-01T11:00:0/);
  });

  it("over HTTP count attempts, and tell the last success and the last error", async () => {
    const attempts = [
      anAttempt(),
      anAttempt({ at: "2026-11-01T11:59:30.000Z" }),
      anAttempt({ outcome: "retry", status: 500, error: "status", at: "2026-11-01T11:59:40.000Z" }),
      anAttempt({ subscription: "erp" }),
    ];
    const { read } = await statistics([{ deliveries: 40 }], { attempts });
    expect(await read()).toMatchObject({
      delivered: 2,
      failed: 1,
      waiting: 3,
      lastDeliveredAt: "2026-11-01T11:59:30.000Z",
      lastError: { at: "2026-11-01T11:59:40.000Z", error: "status", status: 500 },
    });
  });

  it("over NATS count what was given out", async () => {
    const { test } = await statistics([{ deliveries: 40 }, { deliveries: 2 }]);
    const { endpoint: _endpoint, ...plain } = crm;
    const read = await readStatistics({ ...plain, deliver: "nats" }, test.stage.routes.statistics);
    expect(read).toEqual({ pending: 0, unsettled: 0, redelivered: 0, delivered: 42, dead: 0 });
  });

  it("count the dead letters of this subscription", async () => {
    const dead = [
      { ...letter, sequence: 1, delivery },
      { ...letter, sequence: 2, delivery: { ...delivery, subscription: "erp" } },
    ];
    const { read } = await statistics([], { dead });
    expect((await read()).dead).toBe(1);
  });

  it("of consumers that are gone are nothing", async () => {
    const { test, read } = await statistics([{ pending: 3 }]);
    test.stage.deps.consumers.all.clear();
    expect(await read()).toMatchObject({ pending: 0, unsettled: 0, redelivered: 0 });
    expect(await read()).not.toHaveProperty("oldestUnsettledAt");
  });
});
