import { afterEach, describe, expect, it } from "vitest";
import {
  type Received,
  type SubscribeOptions,
  type Subscription,
  type SubscriptionAccess,
  subscribe,
} from "../../src/client/index.ts";
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import { useBroker } from "../helpers/broker.ts";
import { anEvent } from "../helpers/event.ts";
import { eventually } from "../helpers/eventually.ts";
import { startTestServer } from "../helpers/nats.ts";
import { handMade } from "./hand-made.ts";

const broker = useBroker();
const opened: Subscription[] = [];

async function open(access: SubscriptionAccess, options: SubscribeOptions = {}): Promise<Subscription> {
  const subscription = await subscribe(access, options);
  opened.push(subscription);
  return subscription;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((subscription) => subscription.close()));
});

/** Acknowledges so many events and gives them; the subscription stays open. */
async function take(subscription: Subscription, count: number): Promise<Received[]> {
  const iterator = subscription[Symbol.asyncIterator]();
  const received: Received[] = [];
  while (received.length < count) {
    const { done, value } = await iterator.next();
    if (done) break;
    value.ack();
    received.push(value);
  }
  return received;
}

function numberOf({ event }: Received): string {
  return `${event.subject}#${event.sequence}`;
}

/** `count` events of each of `orders` orders, mixed, each order in sequence; every third is a milestone. */
function manyEvents(orders: number, count: number): CanonicalEvent[] {
  return Array.from({ length: orders * count }, (_, at) => {
    const sequence = Math.floor(at / orders) + 1;
    const type = sequence % 3 === 0 ? "order.paid" : "order.updated";
    return anEvent(sequence, { subject: `order-${(at * 7) % orders}`, type });
  });
}

describe("a subscriber", () => {
  it("gets events as they are published, typed by their name", async () => {
    const { access, publish, open: left } = await handMade(broker());
    const subscription = await open(access);
    await publish([anEvent(1, { type: "order.paid" })]);
    for await (const received of subscription) {
      const { event } = received;
      if (event.type !== "order.paid") continue;
      expect(event.data.order.id).toBe("1001");
      received.ack();
      break;
    }
    await eventually(async () => expect(await left()).toBe(0));
  });

  it.each([
    ["one consumer", ["order.*"]],
    ["a consumer for each name", ["order.paid", "order.updated"]],
  ])(
    "that was away gets all events, in order per entity, exactly once by id, through %s",
    async (_, events) => {
      const { access, publish, open: left } = await handMade(broker(), { events });
      const published = manyEvents(100, 30);
      await publish(published);
      const subscription = await open(access);
      const received = await take(subscription, published.length);
      expect(new Set(received.map(({ event }) => event.id)).size).toBe(published.length);
      const last = new Map<string, number>();
      for (const { entity, sequence = 0 } of received) {
        expect(sequence).toBe((last.get(entity) ?? 0) + 1);
        last.set(entity, sequence);
      }
      expect(subscription.counts()).toMatchObject({ duplicates: 0, gaps: 0, received: published.length });
      await eventually(async () => expect(await left()).toBe(0));
    },
  );

  it("gets replays and test events beside the stream, whatever it had before", async () => {
    const { access, publish, publishDirect } = await handMade(broker());
    const subscription = await open(access);
    await publish([anEvent(1), anEvent(2)]);
    expect((await take(subscription, 2)).map(numberOf)).toEqual(["1001#1", "1001#2"]);
    await publishDirect(anEvent(1, { via: "replay" }));
    const [replayed] = await take(subscription, 1);
    expect(replayed?.event.via).toBe("replay");
    await publishDirect(anEvent(7, { type: "stock.out", test: true }));
    const [test] = await take(subscription, 1);
    expect(test?.event.test).toBe(true);
    expect(subscription.counts()).toMatchObject({ gaps: 0, duplicates: 0 });
  });

  it("lets an event come again that it gives back", async () => {
    const { access, publish } = await handMade(broker());
    const subscription = await open(access);
    await publish([anEvent(1)]);
    const iterator = subscription[Symbol.asyncIterator]();
    const { value: first } = await iterator.next();
    first?.nak(1);
    const { value: again } = await iterator.next();
    expect(again).toMatchObject({ attempt: 2, redelivered: true, late: false });
    again?.term("no more");
  });

  it("is told of a gap when events have gone from the stream", async () => {
    const { access, publish } = await handMade(broker());
    await publish([anEvent(1)]);
    const subscription = await open(access);
    await take(subscription, 1);
    await publish([anEvent(4)]);
    const [received] = await take(subscription, 1);
    expect(received?.gap).toEqual({ entity: "acme:order:1001", from: 2, to: 3 });
  });

  it("handles events side by side and in order per entity, failures included", async () => {
    const { access, publish, open: left } = await handMade(broker());
    const published = manyEvents(20, 10);
    await publish(published);
    const subscription = await open(access);
    const done: Received[] = [];
    let failures = 0;
    const handled = subscription.each(
      async (received) => {
        await new Promise((resolve) => setImmediate(resolve));
        if (received.sequence === 5 && received.attempt === 1) {
          failures += 1;
          throw new Error("not yet");
        }
        done.push(received);
      },
      { concurrency: 8, retryDelayMs: () => 20, onError: () => undefined },
    );
    await eventually(() => expect(done).toHaveLength(published.length), { withinMs: 20_000 });
    await subscription.drain();
    await handled;
    expect(failures).toBe(20);
    for (const order of new Set(done.map(({ entity }) => entity))) {
      const sequences = done.filter(({ entity }) => entity === order).map(({ sequence }) => sequence);
      expect(sequences).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }
    expect(await left()).toBe(0);
  });
});

describe("draining", () => {
  it("finishes what is in hand and gives back what was only taken ahead", async () => {
    const { access, publish, open: left } = await handMade(broker());
    await publish([anEvent(1), anEvent(2), anEvent(3)]);
    const subscription = await open(access);
    const iterator = subscription[Symbol.asyncIterator]();
    const { value: inHand } = await iterator.next();
    const drained = subscription.drain();
    expect((await iterator.next()).done).toBe(true);
    inHand?.ack();
    await drained;
    expect(await left()).toBe(2);
    const later = await open(access);
    expect((await take(later, 2)).map(numberOf)).toEqual(["1001#2", "1001#3"]);
  });

  it("waits no longer than it is told to", async () => {
    const { access, publish } = await handMade(broker());
    await publish([anEvent(1)]);
    const subscription = await open(access, { drainTimeoutMs: 50 });
    const { value: forgotten } = await subscription[Symbol.asyncIterator]().next();
    await subscription.drain();
    forgotten?.ack();
    const later = await open(access);
    expect((await take(later, 1)).map(numberOf)).toEqual(["1001#1"]);
  });

  it("happens by itself when the loop is left", async () => {
    const { access, publish } = await handMade(broker());
    await publish([anEvent(1), anEvent(2)]);
    const subscription = await open(access);
    for await (const received of subscription) {
      received.ack();
      break;
    }
    const later = await open(access);
    expect((await take(later, 1)).map(numberOf)).toEqual(["1001#2"]);
  });
});

describe("a subscription ends with a reason", () => {
  it("when its consumers are deleted while it waits", async () => {
    const { access, deleteConsumers } = await handMade(broker());
    const subscription = await open(access);
    const ended = expect(take(subscription, 1)).rejects.toMatchObject({
      name: "SubscriptionEnded",
      reason: "consumer_deleted",
    });
    await eventually(async () => {
      const [first] = access.consumers;
      const info = await broker().broker.jsm.consumers.info(access.stream, first?.name ?? "");
      expect(info.num_waiting).toBeGreaterThan(0);
    });
    await deleteConsumers();
    await ended;
  });

  it("when they were deleted before it came", async () => {
    const { access, deleteConsumers } = await handMade(broker());
    await deleteConsumers();
    const subscription = await open(access);
    await expect(take(subscription, 1)).rejects.toMatchObject({ reason: "consumer_deleted" });
  });

  it("when the consumer does not answer although there is a connection", async () => {
    const { access } = await handMade(broker());
    const subscription = await open({ ...access, apiPrefix: "hub.API" }, { unreachableAfterMs: 100 });
    await expect(take(subscription, 1)).rejects.toMatchObject({ reason: "unreachable" });
  });

  it("when a message is no event and nobody takes note", async () => {
    const { access, publishDirect } = await handMade(broker());
    const subscription = await open(access, {
      validate: () => {
        throw new Error("not for us");
      },
    });
    await publishDirect(anEvent(1));
    await expect(take(subscription, 1)).rejects.toMatchObject({ name: "InvalidEvent" });
  });

  it("and says so to everyone who asks later", async () => {
    const { access, deleteConsumers } = await handMade(broker());
    await deleteConsumers();
    const subscription = await open(access);
    await expect(subscription.each(() => undefined)).rejects.toMatchObject({ reason: "consumer_deleted" });
    await expect(take(subscription, 1)).rejects.toMatchObject({ reason: "consumer_deleted" });
  });
});

describe("credentials that do not count", () => {
  it("are told from a server that cannot be reached", async () => {
    const { access } = await handMade(broker());
    const guarded = await startTestServer({ extraConfig: "authorization { token: right }" });
    try {
      const wrong = { servers: guarded.url, token: "wrong" };
      await expect(subscribe(access, { connection: wrong })).rejects.toMatchObject({
        name: "SubscriptionEnded",
        reason: "access_denied",
      });
    } finally {
      await guarded.stop();
    }
    await expect(subscribe(access, { connection: { servers: guarded.url } })).rejects.toMatchObject({
      code: "CONNECTION_REFUSED",
    });
  });
});

describe("a restart of the server", () => {
  it("neither ends the subscription nor loses or repeats an event", async () => {
    const { access, publish, open: left } = await handMade(broker(), { ackWaitMs: 2000 });
    const subscription = await open(access);
    const ids: string[] = [];
    const handled = subscription.each((received) => {
      ids.push(received.event.id);
    });
    await publish(manyEvents(10, 5));
    await eventually(() => expect(ids).toHaveLength(50));
    await broker().server.restart();
    await eventually(() => publish([anEvent(1)]));
    await publish(manyEvents(10, 10).slice(50));
    await eventually(() => expect(ids).toHaveLength(101), { withinMs: 15_000 });
    await eventually(async () => expect(await left()).toBe(0));
    expect(new Set(ids).size).toBe(101);
    await subscription.drain();
    await handled;
  });
});

describe("an access document", () => {
  it.each([
    [{ deliver: "http" }, "delivered over http"],
    [{ consumers: [] }, "consumers is empty"],
    [{ servers: [] }, "servers is empty"],
    [{ where: { path: "store", equals: "acme" } }, "without wherePaths"],
  ])("that cannot be used is refused in words: %j", async (part, words) => {
    const { access } = await handMade(broker());
    await expect(subscribe({ ...access, ...part })).rejects.toThrow(words);
  });
});
