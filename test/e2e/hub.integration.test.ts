/** Signed webhooks in, canonical events out, through everything in between. */
import { connect, type NatsConnection } from "nats";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import { eventually } from "../helpers/eventually.ts";
import { type Sending, startTestHub, type TestHub } from "../helpers/hub.ts";
import { useServer } from "../helpers/broker.ts";

const ID = "820982911946154508";

const server = useServer();
let hub: TestHub;
let hubs: TestHub[];

beforeEach(async () => {
  hubs = [];
  hub = await start();
  await hub.addStore("shopify", "acme");
});
afterEach(async () => {
  await hub?.settled({ withinMs: 40_000 });
  await Promise.all(hubs.map(({ stop }) => stop()));
});

async function start(prefix?: string): Promise<TestHub> {
  const started = await startTestHub({ url: server().url, ...(prefix === undefined ? {} : { prefix }) });
  hubs.push(started);
  return started;
}

/** Sends and expects 200. */
async function sent(topic: string, sending: Sending = {}, through = hub): Promise<void> {
  const answer = await through.send(topic, sending);
  expect(answer.status, await answer.text()).toBe(200);
}

/** Sends one after the other, each settled before the next. */
async function lived(...webhooks: readonly (readonly [string, Sending])[]): Promise<string[]> {
  for (const [topic, sending] of webhooks) {
    await sent(topic, sending);
    await hub.settled();
  }
  return types(await hub.events());
}

function types(events: readonly CanonicalEvent[]): string[] {
  return events.map(({ type, sequence }) => (sequence === undefined ? type : `${sequence} ${type}`));
}

function at(second: number): string {
  return new Date(Date.parse("2026-11-01T12:00:00Z") + second * 1000).toISOString().replace(".000", "");
}

/** Each event once by id, and each entity's sequences from 1 without a gap, in order. */
function expectGapFree(events: readonly CanonicalEvent[]): void {
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  const sequences = new Map<string, number[]>();
  for (const { store, type, subject, sequence } of events) {
    const entity = `${store} ${type.split(".")[0]} ${subject}`;
    sequences.set(entity, [...(sequences.get(entity) ?? []), sequence ?? 0]);
  }
  for (const seen of sequences.values()) expect(seen).toEqual(seen.map((_, index) => index + 1));
}

describe("the life of an order", () => {
  it("comes out as one vocabulary from Shopify", async () => {
    expect(
      await lived(
        ["orders/create", { at: at(10) }],
        ["orders/paid", { at: at(20) }],
        ["orders/fulfilled", { at: at(30) }],
        ["orders/delete", { at: at(40) }],
      ),
    ).toEqual([
      "1 order.created",
      "2 order.updated",
      "3 order.paid",
      "4 order.updated",
      "5 order.fulfilled",
      "6 order.deleted",
    ]);
  });

  it("comes out as the same vocabulary from WooCommerce", async () => {
    await hub.addStore("woocommerce", "hafen");
    const woo = { platform: "woocommerce", store: "hafen", id: "727" };
    expect(
      await lived(
        ["order.created", { ...woo, at: at(10) }],
        ["order.updated", { ...woo, at: at(20) }],
        ["order.updated", { ...woo, at: at(30), status: "completed" }],
        ["order.deleted", { ...woo, at: at(40) }],
      ),
    ).toEqual([
      "1 order.created",
      "2 order.updated",
      "3 order.paid",
      "4 order.updated",
      "5 order.fulfilled",
      "6 order.deleted",
    ]);
  });

  it("says what changed, with the values before", async () => {
    await lived(["orders/create", { at: at(10) }], ["orders/paid", { at: at(20) }]);
    const [, updated, paid] = await hub.events();
    expect(updated?.data).toMatchObject({
      order: { id: ID, paymentStatus: "paid" },
      changed: expect.arrayContaining(["paymentStatus"]),
      previous: { paymentStatus: "pending" },
    });
    expect(paid?.data).toEqual(updated?.data);
  });

  it("keeps an id that a number cannot hold, digit by digit", async () => {
    await lived(["orders/create", {}]);
    const [event] = await hub.events();
    expect(event).toMatchObject({ id: `acme:order:${ID}:1`, subject: ID, data: { order: { id: ID } } });
    expect(await hub.events({ entity: ID })).toHaveLength(1);
  });
});

describe("a NATS client that subscribes to the events", () => {
  let client: NatsConnection;
  afterEach(async () => {
    await client?.close();
  });

  it("sees them as CloudEvents, in order, with the type as the end of the subject", async () => {
    client = await connect({ servers: server().url });
    const seen: { subject: string; contentType: string | undefined; event: CanonicalEvent }[] = [];
    client.subscribe(hub.names.all.commerce, {
      callback: (_error, message) => {
        seen.push({
          subject: message.subject,
          contentType: message.headers?.get("Content-Type"),
          event: message.json(),
        });
      },
    });
    await client.flush();
    await lived(["orders/create", { at: at(10) }], ["orders/paid", { at: at(20) }]);
    await eventually(() => expect(seen).toHaveLength(3));
    expect(seen.map(({ subject }) => subject)).toEqual(
      ["created", "updated", "paid"].map((action) => `${hub.prefix}.commerce.shopify.acme.order.${action}`),
    );
    expect(new Set(seen.map(({ contentType }) => contentType))).toEqual(
      new Set(["application/cloudevents+json"]),
    );
    expect(seen.map(({ event }) => event)).toEqual(await hub.events());
    expect(seen[0]?.event).toMatchObject({ specversion: "1.0", source: "/stores/acme" });
  });
});

describe("what a platform repeats", () => {
  it("is answered with 200 and stored once when it is a retry of one delivery", async () => {
    for (let time = 0; time < 3; time += 1) await sent("orders/create", { deliveryId: "delivery-1" });
    expect(await hub.settled()).toMatchObject({ stored: 1, published: 1, events: 1 });
  });

  it("is stored once when the retry comes through another process", async () => {
    const other = await start(hub.prefix);
    await sent("orders/create", { deliveryId: "delivery-1" });
    await eventually(async () => {
      await sent("orders/create", { deliveryId: "delivery-1" }, other);
    });
    expect(await hub.settled()).toMatchObject({ stored: 1, published: 1 });
  });

  it("is silent when it is another delivery of the same change", async () => {
    await lived(["orders/create", { at: at(10) }], ["orders/create", { at: at(10) }]);
    expect(await hub.settled()).toMatchObject({ stored: 2, published: 1, unchanged: 1, events: 1 });
    expect(await hub.events()).toHaveLength(1);
  });

  it("is silent when an inbox message is redelivered after all of it was done", async () => {
    await lived(["orders/paid", { at: at(10) }]);
    const before = await hub.events();
    const { streams, prompt } = hub.names;
    const stored = await hub.broker.jsm.streams.getMessage(streams.inbox, { seq: 1 });
    await hub.broker.publisher.publish(prompt.subject("shopify", "acme"), stored.data, {
      "Entrepot-Stores": "acme=1",
    });
    expect(await hub.settled()).toMatchObject({ stored: 2 });
    expect(await hub.events()).toEqual(before);
  });
});

describe("what arrives out of order", () => {
  it("never goes back: the older state is stale", async () => {
    expect(await lived(["orders/paid", { at: at(30) }], ["orders/create", { at: at(10) }])).toEqual([
      "1 order.created",
      "2 order.paid",
    ]);
    expect(await hub.settled()).toMatchObject({ published: 1, stale: 1 });
  });
});

describe("webhooks that lead to no event", () => {
  it("are accounted for by what they became", async () => {
    await sent("shop/update");
    await sent("teapots/boiled");
    await sent("orders/create", { body: "{" });
    await sent("orders/create");
    expect(await hub.settled()).toMatchObject({
      stored: 4,
      ignored: 1,
      unknown_topic: 1,
      dead_lettered: 1,
      published: 1,
    });
  });

  it("are counted by store", async () => {
    await hub.addStore("shopify", "other");
    await sent("orders/create");
    await sent("shop/update", { store: "other" });
    await hub.settled();
    expect(await hub.outcomes("other")).toMatchObject({ stored: 1, ignored: 1, published: 0 });
    expect(await hub.outcomes("acme")).toMatchObject({ stored: 1, ignored: 0, published: 1 });
    expect(await hub.outcomes("nobody")).toMatchObject({ stored: 0 });
  });
});

describe("a poisonous payload", () => {
  it("holds up nothing, is listed with its reason, and leaves a letter again when it is redriven unmended", async () => {
    await sent("orders/create", { body: '{"id":{}}' });
    await sent("orders/create", { id: "1" });
    await hub.settled();
    expect(types(await hub.events())).toEqual(["1 order.created"]);

    const [letter] = await letters();
    expect(letter).toMatchObject({
      stage: "normalize",
      reason: expect.stringContaining("id"),
      webhook: { store: "acme", topic: "orders/create", platform: "shopify" },
    });

    const answer = await hub.admin("POST", "/api/dead/redrive", { sequences: [letter?.sequence] });
    expect(await answer.json()).toEqual({ redriven: 1, missing: [], orphaned: [] });
    expect(await hub.settled()).toMatchObject({ stored: 3, dead_lettered: 2, published: 1 });
    const [again] = await letters();
    expect(again).toEqual({ ...letter, sequence: 2, at: again?.at });
  });

  async function letters() {
    const answer = await hub.admin("GET", "/api/dead");
    return z
      .object({ dead: z.array(z.looseObject({ sequence: z.number(), at: z.string() })) })
      .parse(await answer.json()).dead;
  }
});

describe("two processes", () => {
  it("that race on the same entities publish each event once, in order, without a gap", async () => {
    const other = await start(hub.prefix);
    await eventually(() => sent("shop/update", {}, other));
    const life = ["orders/create", "orders/updated", "orders/paid", "orders/fulfilled", "orders/cancelled"];
    const entities = ["1001", "1002", "1003", "1004", "1005", "1006"];
    const webhooks = life.flatMap((topic, step) =>
      entities.flatMap((id) => [0, 1, 2].map((copy) => ({ topic, id, at: at(10 * step + copy) }))),
    );
    await Promise.all(
      webhooks.map(({ topic, ...sending }, index) => sent(topic, sending, index % 2 ? hub : other)),
    );
    const counts = await hub.settled({ withinMs: 40_000 });
    expect(counts.stored).toBe(webhooks.length + 1);
    const events = await hub.events();
    expectGapFree(events);
    for (const id of entities) {
      const told = events.filter(({ subject }) => subject === id).map(({ type }) => type);
      for (const once of ["order.created", "order.cancelled"]) {
        expect(told.filter((type) => type === once)).toHaveLength(1);
      }
      const last = events.filter(({ subject }) => subject === id).at(-1);
      expect(last?.data.order).toMatchObject({ status: "cancelled", updatedAt: at(42) });
    }
    // What each process thinks of itself adds up to the same.
    expect(await other.outcomes()).toEqual(await hub.outcomes());
  });

  it("see a new store, a rotated secret and a removal within moments of each other", async () => {
    const other = await start(hub.prefix);
    await hub.addStore("shopify", "late", ["first"]);
    await eventually(() => sent("orders/create", { store: "late", secret: "first" }, other));

    const rotation = { secrets: ["second"], overlapSeconds: 60 };
    expect((await hub.admin("POST", "/api/stores/late/rotate", rotation)).status).toBe(200);
    await eventually(() => sent("orders/create", { store: "late", secret: "second" }, other));
    await sent("orders/create", { store: "late", secret: "first" }, other);
    other.clock.now += 61_000;
    const status = async (secret: string) =>
      (await other.send("orders/create", { store: "late", secret })).status;
    expect(await status("first")).toBe(401);
    expect(await status("second")).toBe(200);

    expect((await hub.admin("DELETE", "/api/stores/late")).status).toBe(204);
    await eventually(async () => expect(await status("second")).toBe(404));
  });
});

describe("a broker that is away", () => {
  it("is answered with 503 and Retry-After within the platform's patience, and all works again when it is back", async () => {
    await server().kill();
    const startedAt = Date.now();
    const answer = await hub.send("orders/create", { deliveryId: "delivery-1" });
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThanOrEqual(5);
    expect(Date.now() - startedAt).toBeLessThan(5000);
    expect((await hub.admin("GET", "/readyz")).status).toBe(503);

    await server().restart();
    await eventually(() => sent("orders/create", { deliveryId: "delivery-1" }), { withinMs: 20_000 });
    await eventually(async () => expect((await hub.admin("GET", "/readyz")).status).toBe(200));
    expect(await hub.settled({ withinMs: 40_000 })).toMatchObject({ stored: 1, published: 1 });
    expect(types(await hub.events())).toEqual(["1 order.created"]);
  }, 90_000);

  it("that is killed and comes back under load loses nothing that was answered with 200", async () => {
    const orders = Array.from({ length: 400 }, (_, index) => String(5000 + index));
    const accepted: string[] = [];
    const sendAll = async (mine: readonly string[]) => {
      for (const id of mine) {
        const answer = await hub.send("orders/paid", { id });
        if (answer.status === 200) accepted.push(id);
        else expect(answer.status).toBe(503);
      }
    };
    const senders = Array.from({ length: 8 }, (_, sender) =>
      sendAll(orders.filter((_, index) => index % 8 === sender)),
    );
    await eventually(() => expect(accepted.length).toBeGreaterThan(60), { everyMs: 1 });
    await server().kill();
    await server().restart();
    await Promise.all(senders);
    expect(accepted.length).toBeGreaterThan(60);

    // What was in hand comes again when the server gives up waiting for its acknowledgement, after 30 seconds.
    const counts = await hub.settled({ withinMs: 80_000, everyMs: 250 });
    expect(counts.stored).toBeGreaterThanOrEqual(accepted.length);
    expect(counts.published).toBe(counts.stored);
    const events = await hub.events();
    expectGapFree(events);
    for (const id of accepted) {
      expect(types(events.filter(({ subject }) => subject === id))).toEqual([
        "1 order.created",
        "2 order.paid",
      ]);
    }
  }, 150_000);
});
