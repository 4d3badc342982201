import { nanos } from "nats";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createJetStreamInbox } from "../../../src/ingest/inbox/jetstream.ts";
import { createLogger } from "../../../src/log.ts";
import { createMetrics, type Metrics } from "../../../src/metrics.ts";
import { type Broker, connect } from "../../../src/nats/connect.ts";
import { createReadFloor } from "../../../src/nats/floor.ts";
import { createNames, type Names } from "../../../src/nats/names.ts";
import { readStream } from "../../../src/nats/read.ts";
import { declareStreams } from "../../../src/nats/streams.ts";
import { decodeWebhooks } from "../../../src/webhook.ts";
import { atOnce } from "../../helpers/at-once.ts";
import { STREAM_SETTINGS } from "../../helpers/stream-settings.ts";
import { startTestServer, type TestServer } from "../../helpers/nats.ts";
import { aWebhook, inboxSuite, WAIT_MS } from "./inbox-suite.ts";

const PATIENCE = { timeout: 10_000, interval: 10 };
const log = createLogger("silent");

let server: TestServer;
let broker: Broker;
let names: Names;
let metrics: Metrics;
let prefixes = 0;
let isKilled = false;

beforeAll(async () => {
  server = await startTestServer();
  broker = await connect({ url: server.url, name: "test", log });
});

/** Every test has streams of its own. */
beforeEach(async () => {
  prefixes += 1;
  names = createNames(`t${prefixes}`);
  metrics = createMetrics();
  await declareStreams(broker, names, STREAM_SETTINGS);
});

afterEach(async () => {
  if (isKilled) await restart();
  await broker.jsm.streams.delete(names.streams.inbox);
});

afterAll(async () => {
  await broker.close();
  await server.stop();
});

async function kill(): Promise<void> {
  isKilled = true;
  await server.kill();
}

async function restart(): Promise<void> {
  await server.restart();
  isKilled = false;
  expect(await broker.whenConnected(20_000)).toBe(true);
}

function open({ waitingMax = 2000 } = {}) {
  return createJetStreamInbox({
    broker,
    names,
    readFloor: createReadFloor(broker.jsm, names),
    metrics,
    waitingMax,
  });
}

async function messages() {
  const stretch = { stream: names.streams.inbox, filter: ">", after: 0, max: 10_000 };
  return (await readStream(broker, stretch)).messages;
}

async function stored() {
  return (await messages()).flatMap(({ data }) => decodeWebhooks(data));
}

async function gauge(): Promise<number | undefined> {
  return (await metrics.waiting.get()).values[0]?.value;
}

describe("on JetStream", () => {
  inboxSuite(async () => ({ inbox: open(), stored }));
});

describe("a group commit", () => {
  it("is none for a webhook that comes alone: one message, which the stream knows again by its key", async () => {
    await open().append(aWebhook({ dedupeKey: "a%20b" }), WAIT_MS);
    const [message, ...more] = await messages();
    expect(more).toEqual([]);
    expect(message?.subject).toBe(names.prompt.subject("shopify", "acme"));
    expect(message?.headers?.get("Nats-Msg-Id")).toBe("webhook:acme:a%20b");
    expect(message?.headers?.get("Entrepot-Stores")).toBe("acme=1");
  });

  it("knows again what another process stored", async () => {
    const webhook = aWebhook();
    expect(await open().append(webhook, WAIT_MS)).toEqual({ kind: "stored" });
    expect(await open().append(webhook, WAIT_MS)).toEqual({ kind: "duplicate" });
    expect(await stored()).toHaveLength(1);
  });

  it("puts what comes at once into few messages and counts it by store", async () => {
    const inbox = open();
    const webhooks = Array.from({ length: 300 }, (_, at) => aWebhook({ store: `store-${at % 3}` }));
    await Promise.all(webhooks.map((webhook) => inbox.append(webhook, WAIT_MS)));
    const found = await messages();
    expect(found.length).toBeLessThan(30);
    const counts = new Map<string, number>();
    for (const { headers } of found) {
      for (const part of (headers?.get("Entrepot-Stores") ?? "").split(",")) {
        const [store = "", count] = part.split("=");
        counts.set(store, (counts.get(store) ?? 0) + Number(count));
      }
    }
    expect(Object.fromEntries(counts)).toEqual({ "store-0": 100, "store-1": 100, "store-2": 100 });
    expect(found.map(({ data }) => decodeWebhooks(data).length).reduce((a, b) => a + b)).toBe(300);
    expect(Math.max(...found.map(({ data }) => decodeWebhooks(data).length))).toBeLessThanOrEqual(64);
    const { values } = await metrics.groupSize.get();
    const size = values.find(({ metricName }) => metricName === "entrepot_inbox_group_size_sum");
    expect(size?.value).toBe(300);
    expect(await gauge()).toBe(0);
  });

  it("keeps a store's own subject as long as no other store is in the message", async () => {
    const inbox = open();
    await Promise.all(Array.from({ length: 64 }, () => inbox.append(aWebhook(), WAIT_MS)));
    const subjects = new Set((await messages()).map(({ subject }) => subject));
    expect([...subjects]).toEqual([names.prompt.subject("shopify", "acme")]);
  });

  it("stays below what the server takes, and stores the largest body alone", async () => {
    const inbox = open();
    const large = Array.from({ length: 4 }, () => aWebhook({ body: Buffer.alloc(7_000_000, "x") }));
    const small = Array.from({ length: 20 }, () => aWebhook());
    const results = await Promise.all([...large, ...small].map((webhook) => inbox.append(webhook, WAIT_MS)));
    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(["stored"]));
    expect((await stored()).length).toBe(24);
  });

  it("says no to what the server does not take, and goes on", async () => {
    const inbox = open();
    const tooLarge = aWebhook({ body: Buffer.alloc(9_000_000) });
    expect(await inbox.append(tooLarge, WAIT_MS)).toMatchObject({
      kind: "unavailable",
      reason: expect.stringContaining("too_large"),
    });
    expect(await inbox.append(aWebhook(), WAIT_MS)).toEqual({ kind: "stored" });
  });
});

describe("a full stream", () => {
  it("is no yes: nothing is thrown away for it, and when there is room again it is", async () => {
    const inbox = open();
    const stream = names.streams.inbox;
    const { config } = await broker.jsm.streams.info(stream);
    await broker.jsm.streams.update(stream, { ...config, max_bytes: 20_000 });
    const webhooks = Array.from({ length: 10 }, () => aWebhook({ body: Buffer.alloc(5000) }));
    const kinds: string[] = [];
    for (const webhook of webhooks) kinds.push((await inbox.append(webhook, WAIT_MS)).kind);
    const taken = webhooks.filter((_, at) => kinds[at] === "stored");
    expect(taken.length).toBeGreaterThan(0);
    expect(new Set(kinds)).toEqual(new Set(["stored", "unavailable"]));
    expect((await stored()).map(({ id }) => id)).toEqual(taken.map(({ id }) => id));

    await broker.jsm.streams.update(stream, { ...config, max_bytes: -1 });
    const refused = webhooks.filter((_, at) => kinds[at] === "unavailable");
    for (const webhook of refused) expect(await inbox.append(webhook, WAIT_MS)).toEqual({ kind: "stored" });
    expect(await stored()).toHaveLength(10);
  });
});

describe("without a broker", () => {
  it("the answer is no within the wait, and yes again as soon as it is back", async () => {
    const inbox = open();
    const webhook = aWebhook();
    await inbox.append(aWebhook(), WAIT_MS);
    await kill();
    const startedAt = performance.now();
    const down = Array.from({ length: 5 }, () => aWebhook());
    const results = await Promise.all([webhook, ...down].map((each) => inbox.append(each, 500)));
    const tookMs = performance.now() - startedAt;
    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(["unavailable"]));
    expect(tookMs).toBeGreaterThan(400);
    expect(tookMs).toBeLessThan(2000);
    // What may still reach the broker is held for a moment longer than anybody waits for its answer.
    await vi.waitFor(async () => expect(await gauge()).toBe(0), PATIENCE);

    await restart();
    const retried = await inbox.append(webhook, 20_000);
    // A message that was under way when the broker died may have been stored by the inbox's own retry.
    expect(["stored", "duplicate"]).toContain(retried.kind);
    await inbox.drain();
    const found = (await stored()).map(({ id }) => id);
    expect(found.filter((id) => id === webhook.id)).toHaveLength(1);
    expect(new Set(found).size).toBe(found.length);
  });

  it("a delivery that comes again meanwhile waits with the first one and is stored once", async () => {
    const inbox = open();
    await kill();
    const webhook = aWebhook();
    const results = Promise.all([inbox.append(webhook, 25_000), inbox.append(webhook, 25_000)]);
    expect(await inbox.append(webhook, 50)).toMatchObject({ kind: "unavailable" });
    await restart();
    expect((await results).map(({ kind }) => kind)).toEqual(["stored", "duplicate"]);
    expect(await stored()).toHaveLength(1);
  });

  it("what waits when it comes back in time is stored", async () => {
    const inbox = open();
    await kill();
    const webhooks = Array.from({ length: 100 }, () => aWebhook());
    const results = Promise.all(webhooks.map((webhook) => inbox.append(webhook, 25_000)));
    await restart();
    expect(new Set((await results).map(({ kind }) => kind))).toEqual(new Set(["stored"]));
    expect((await stored()).map(({ id }) => id).sort()).toEqual(webhooks.map(({ id }) => id));
  });

  it("no more than the limit wait; the rest is told so at once, and room comes back", async () => {
    const inbox = open({ waitingMax: 3 });
    await kill();
    const waiting = ["a", "b", "c"].map((store) => inbox.append(aWebhook({ store }), 500));
    expect(await atOnce(inbox.append(aWebhook(), 500))).toEqual({ kind: "overloaded" });
    expect(await gauge()).toBe(3);
    expect(new Set((await Promise.all(waiting)).map(({ kind }) => kind))).toEqual(new Set(["unavailable"]));
    await vi.waitFor(async () => expect(await gauge()).toBe(0), PATIENCE);
    await restart();
    expect(await inbox.append(aWebhook(), 20_000)).toEqual({ kind: "stored" });
  });
});

describe("a store that floods", () => {
  it("holds half of the room at most, and when that is stored it has room again", async () => {
    const inbox = open({ waitingMax: 100 });
    await kill();
    const flood = Array.from({ length: 90 }, () => inbox.append(aWebhook({ store: "flood" }), 25_000));
    expect(await flood[89]).toEqual({ kind: "store_overloaded" });
    expect(inbox.refusal("flood")).toEqual({ kind: "store_overloaded" });
    expect(inbox.refusal("quiet")).toBeUndefined();
    const quiet = inbox.append(aWebhook({ store: "quiet" }), 25_000);
    expect(await gauge()).toBe(51);
    await restart();
    expect(await quiet).toEqual({ kind: "stored" });
    const kinds = (await Promise.all(flood)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "stored")).toHaveLength(50);
    expect(inbox.refusal("flood")).toBeUndefined();
    expect(await stored()).toHaveLength(51);
  });

  it("goes by its bulk lane with what is too much, its other topics and other stores by the prompt one", async () => {
    const inbox = open();
    const products = Array.from({ length: 700 }, () =>
      aWebhook({ store: "flood", topic: "products/update" }),
    );
    const kinds = await Promise.all(products.map((webhook) => inbox.append(webhook, WAIT_MS)));
    expect(new Set(kinds.map(({ kind }) => kind))).toEqual(new Set(["stored"]));
    await inbox.append(aWebhook({ store: "flood", topic: "orders/create" }), WAIT_MS);
    await inbox.append(aWebhook({ store: "quiet", topic: "products/update" }), WAIT_MS);
    const counts = new Map<string, number>();
    for (const { subject, data } of await messages()) {
      counts.set(subject, (counts.get(subject) ?? 0) + decodeWebhooks(data).length);
    }
    expect(Object.fromEntries(counts)).toEqual({
      [names.prompt.subject("shopify", "flood")]: 65,
      [names.bulkOf("flood").subject("shopify", "flood")]: 636,
      [names.prompt.subject("shopify", "quiet")]: 1,
    });
  });
});

describe("a stream that was deleted", () => {
  it("is a no, not a yes into the void", async () => {
    const inbox = open();
    const { config } = await broker.jsm.streams.info(names.streams.inbox);
    await broker.jsm.streams.delete(names.streams.inbox);
    const webhook = aWebhook();
    expect((await inbox.append(webhook, 300)).kind).toBe("unavailable");
    await vi.waitFor(async () => expect(await gauge()).toBe(0), PATIENCE);
    await broker.jsm.streams.add({ ...config, duplicate_window: nanos(60_000) });
    expect((await inbox.append(webhook, WAIT_MS)).kind).toBe("stored");
  });
});
