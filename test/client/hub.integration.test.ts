/** From the webhook of a platform to the subscriber's loop, with the document that the hub answers with. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Subscription, subscribe } from "../../src/client/index.ts";
import { parseEvent } from "../../src/events.ts";
import { startTestHub, type TestHub } from "../helpers/hub.ts";
import { useServer } from "../helpers/broker.ts";

const server = useServer();
let hub: TestHub;
let subscription: Subscription | undefined;

beforeEach(async () => {
  hub = await startTestHub({ url: server().url });
  await hub.addStore("shopify", "acme");
});
afterEach(async () => {
  await subscription?.close();
  await hub?.stop();
});

async function open(input: object): Promise<Subscription> {
  const answer = await hub.admin("POST", "/api/subscriptions", {
    name: "shipping",
    deliver: "nats",
    ...input,
  });
  expect(answer.status).toBe(201);
  // The hub of the test gives no credentials and does not know where its server listens.
  const connection = { servers: server().url };
  subscription = await subscribe(JSON.parse(await answer.text()), { validate: parseEvent, connection });
  return subscription;
}

describe("a subscriber with the hub's answer", () => {
  it("gets the events of a webhook, valid and in sequence, without gaps", async () => {
    const events = await open({ events: ["order.*"] });
    await hub.send("orders/create", { id: "1" });
    await hub.send("orders/paid", { id: "1", at: "2026-11-01T12:01:00Z" });
    const types: string[] = [];
    for await (const { event, sequence, ack } of events) {
      types.push(`${event.type}#${sequence}`);
      ack();
      if (event.type === "order.paid") break;
    }
    expect(types).toEqual(["order.created#1", "order.updated#2", "order.paid#3"]);
    expect(events.counts()).toMatchObject({ gaps: 0, duplicates: 0, invalid: 0 });
  });

  it("gets only what its content filter lets through", async () => {
    const events = await open({
      events: ["order.created"],
      where: { path: "order.totals.total.amount", gte: 100 },
    });
    await hub.send("orders/create", { id: "1", amount: "99.90" });
    await hub.send("orders/create", { id: "2", amount: "100" });
    for await (const { event, ack } of events) {
      expect(event.subject).toBe("2");
      ack();
      break;
    }
    expect(events.counts()).toMatchObject({ received: 1, unwanted: 1 });
  });

  it("gets the test event that an admin sends, and what is replayed to it", async () => {
    await hub.send("orders/create", { id: "1" });
    await hub.settled();
    const events = await open({ events: ["order.*"] });
    const iterator = events[Symbol.asyncIterator]();
    expect((await hub.admin("POST", "/api/subscriptions/shipping/test", {})).ok).toBe(true);
    const { value: test } = await iterator.next();
    expect(test?.event.test).toBe(true);
    test?.ack();
    const replay = { since: "2026-01-01T00:00:00Z" };
    expect((await hub.admin("POST", "/api/subscriptions/shipping/replay", replay)).ok).toBe(true);
    const { value: replayed } = await iterator.next();
    expect(replayed?.event).toMatchObject({ via: "replay", subject: "1" });
    replayed?.ack();
  });

  it("is told when the subscription is removed", async () => {
    const events = await open({ events: ["order.*"] });
    const ended = expect(events.each(() => undefined)).rejects.toMatchObject({ reason: "consumer_deleted" });
    expect((await hub.admin("DELETE", "/api/subscriptions/shipping")).ok).toBe(true);
    await ended;
  });
});
