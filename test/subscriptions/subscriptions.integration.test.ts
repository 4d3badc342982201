import { AckPolicy } from "nats";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createEventPublisher } from "../../src/publish/jetstream.ts";
import { useBroker } from "../helpers/broker.ts";
import { answer, startEndpoint } from "../helpers/endpoint.ts";
import { anEvent } from "../helpers/event.ts";
import { eventually } from "../helpers/eventually.ts";
import { startTestHub, type TestHub } from "../helpers/hub.ts";

const test = useBroker();
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const path = "/api/subscriptions";
const shown = z.looseObject({
  name: z.string(),
  state: z.string(),
  statistics: z.record(z.string(), z.unknown()),
});
const withConsumers = z.looseObject({
  stream: z.string(),
  consumers: z.array(z.object({ stream: z.string(), name: z.string(), filter: z.string() }).loose()),
});

async function startHub(prefix?: string, now: () => number = Date.now): Promise<TestHub> {
  const hub = await startTestHub({ url: test().server.url, now, ...(prefix ? { prefix } : {}) });
  closers.push(hub.stop);
  return hub;
}

async function openEndpoint() {
  const endpoint = await startEndpoint();
  closers.push(endpoint.close);
  return endpoint;
}

async function make(hub: TestHub, body: object) {
  const response = await hub.admin("POST", path, body);
  expect(response.status, await response.clone().text()).toBe(201);
  return response.json();
}

async function statistics(hub: TestHub, name: string) {
  const answered = await hub.admin("GET", `${path}/${name}`);
  return shown.parse(await answered.json()).statistics;
}

async function stateOf(hub: TestHub, name: string): Promise<string | undefined> {
  const answered = await hub.admin("GET", `${path}/${name}`);
  return answered.status === 200 ? shown.parse(await answered.json()).state : undefined;
}

async function publish(hub: TestHub, from: number, to: number): Promise<void> {
  const publisher = createEventPublisher(hub.broker.publisher, hub.names);
  for (let sequence = from; sequence <= to; sequence += 1) await publisher.publish(anEvent(sequence));
}

/** Names of all consumers of subscriptions. */
async function consumers(hub: TestHub): Promise<string[]> {
  const found: string[] = [];
  for (const stream of [hub.names.streams.commerce, hub.names.streams.direct])
    for await (const { name } of hub.broker.jsm.consumers.list(stream)) found.push(name);
  return found.sort();
}

describe("a subscription over HTTP", () => {
  it("has statistics of what was delivered, failed, waits and is dead", async () => {
    const hub = await startHub();
    const endpoint = await openEndpoint();
    const base = { events: ["order.*"], deliver: "http", url: endpoint.url };
    await make(hub, { ...base, name: "crm", retrySeconds: [] });
    await publish(hub, 1, 2);
    await eventually(async () => expect(await statistics(hub, "crm")).toMatchObject({ delivered: 2 }));
    endpoint.behave(answer(500));
    await publish(hub, 3, 3);
    await eventually(async () =>
      expect(await statistics(hub, "crm")).toEqual({
        pending: 0,
        unsettled: 0,
        redelivered: 0,
        delivered: 2,
        failed: 1,
        waiting: 0,
        dead: 1,
        lastDeliveredAt: expect.any(String),
        lastError: { at: expect.any(String), error: "status", status: 500 },
      }),
    );
    await hub.admin("POST", `${path}/crm/pause`);
    await publish(hub, 4, 6);
    // The server counts what waits a moment after it has acknowledged it.
    await eventually(async () => {
      const paused = await statistics(hub, "crm");
      expect(paused).toMatchObject({ delivered: 2, dead: 1, oldestUnsettledAt: expect.any(String) });
      expect(Number(paused.pending) + Number(paused.unsettled)).toBe(3);
    });
  });

  it("gets its dead letter again by a redrive, and nothing of it is left", async () => {
    const hub = await startHub();
    const endpoint = await openEndpoint();
    endpoint.behave(answer(500), answer(204));
    const base = { events: ["order.*"], deliver: "http", url: endpoint.url };
    await make(hub, { ...base, name: "crm", retrySeconds: [] });
    await publish(hub, 1, 1);
    await eventually(async () => expect(await statistics(hub, "crm")).toMatchObject({ dead: 1 }));
    const body = { subscription: "crm" };
    const counted = await hub.admin("POST", "/api/dead/redrive", { ...body, dryRun: true });
    expect(await counted.json()).toEqual({ redriven: 1, missing: [], orphaned: [] });
    await hub.admin("POST", "/api/dead/redrive", body);
    await eventually(async () =>
      expect(await statistics(hub, "crm")).toMatchObject({ dead: 0, delivered: 1 }),
    );
    const ids = endpoint.requests.map(({ headers }) => headers["webhook-id"]);
    expect(ids).toEqual([ids[0], ids[0]]);
  });
});

describe("a subscription over NATS", () => {
  it("has one durable consumer per filter, from where it starts, and statistics of it", async () => {
    const hub = await startHub();
    await publish(hub, 1, 3);
    const body = { name: "erp", events: ["order.*", "stock.out"], deliver: "nats", startAt: "beginning" };
    const made = withConsumers.parse(await make(hub, body));
    expect(made.consumers.map(({ name }) => name).sort()).toEqual(await consumers(hub));
    const [first] = made.consumers;
    if (first === undefined) throw new Error("no consumer");
    const info = await hub.broker.jsm.consumers.info(first.stream, first.name);
    expect(info.config).toMatchObject({
      ack_policy: AckPolicy.Explicit,
      filter_subject: first.filter,
      max_deliver: -1,
    });
    expect(info.config.filter_subjects).toBeUndefined();
    expect(await statistics(hub, "erp")).toMatchObject({ pending: 3, unsettled: 0, delivered: 0 });
    const message = await (await hub.broker.js.consumers.get(first.stream, first.name)).next();
    expect(await statistics(hub, "erp")).toMatchObject({ pending: 2, unsettled: 1, delivered: 1 });
    await message?.ackAck();
    expect(await statistics(hub, "erp")).toMatchObject({ pending: 2, unsettled: 0, delivered: 1 });
  });

  it("holds its events back while it is paused, and goes on where it stopped", async () => {
    const hub = await startHub();
    const made = withConsumers.parse(await make(hub, { name: "erp", events: ["order.*"], deliver: "nats" }));
    const [first] = made.consumers;
    if (first === undefined) throw new Error("no consumer");
    expect((await hub.admin("POST", `${path}/erp/pause`)).status).toBe(200);
    await publish(hub, 1, 1);
    const consumer = await hub.broker.js.consumers.get(first.stream, first.name);
    expect(await consumer.next({ expires: 1000 })).toBeNull();
    expect((await hub.admin("POST", `${path}/erp/resume`, {})).status).toBe(200);
    expect((await consumer.next({ expires: 1000 }))?.json()).toEqual(anEvent(1));
  });
});

describe("changes", () => {
  it("survive a restart of the hub", async () => {
    const hub = await startHub();
    const endpoint = await openEndpoint();
    await make(hub, { name: "crm", events: ["order.*"], deliver: "http", url: endpoint.url });
    await make(hub, { name: "erp", events: ["*"], deliver: "nats" });
    await hub.admin("POST", `${path}/crm/pause`);
    await publish(hub, 1, 2);
    const before = await consumers(hub);
    await hub.stop();
    const again = await startHub(hub.prefix);
    expect(await consumers(again)).toEqual(before);
    expect([await stateOf(again, "crm"), await stateOf(again, "erp")]).toEqual(["paused", "active"]);
    await again.admin("POST", `${path}/crm/resume`, {});
    await eventually(() => expect(endpoint.requests).toHaveLength(2));
  });

  it("made by one hub are seen by the other", async () => {
    const one = await startHub();
    const other = await startHub(one.prefix);
    await make(one, { name: "erp", events: ["*"], deliver: "nats" });
    await eventually(async () => expect(await stateOf(other, "erp")).toBe("active"));
    expect((await other.admin("POST", path, { name: "erp", events: ["*"], deliver: "nats" })).status).toBe(
      409,
    );
    await other.admin("POST", `${path}/erp/disable`);
    await eventually(async () => expect(await stateOf(one, "erp")).toBe("disabled"));
    expect((await one.admin("DELETE", `${path}/erp`)).status).toBe(204);
    await eventually(async () => expect(await stateOf(other, "erp")).toBeUndefined());
  });

  it("of the same configuration change nothing", async () => {
    const hub = await startHub();
    const body = {
      events: ["order.*"],
      deliver: "http",
      url: "https://crm.example.com",
      headers: { "X-Key": "k" },
    };
    await hub.admin("PUT", `${path}/crm`, body);
    const entry = await (await hub.broker.js.views.kv(hub.names.buckets.subscriptions)).get("crm");
    expect((await hub.admin("PUT", `${path}/crm`, body)).status).toBe(200);
    const after = await (await hub.broker.js.views.kv(hub.names.buckets.subscriptions)).get("crm");
    expect(after?.revision).toBe(entry?.revision);
  });
});

describe("the consumers", () => {
  it("go with their subscription, and those of others stay", async () => {
    const hub = await startHub();
    await make(hub, { name: "erp", events: ["order.*", "stock.*"], deliver: "nats" });
    const kept = withConsumers.parse(await make(hub, { name: "erp-2", events: ["*"], deliver: "nats" }));
    await hub.admin("DELETE", `${path}/erp`);
    expect(await consumers(hub)).toEqual(kept.consumers.map(({ name }) => name).sort());
  });

  it("that no subscription names are removed at the start, and missing ones are made again", async () => {
    const hub = await startHub();
    await make(hub, { name: "erp", events: ["order.*"], deliver: "nats" });
    const wanted = await consumers(hub);
    const stream = hub.names.streams.commerce;
    await hub.broker.jsm.consumers.add(stream, {
      durable_name: "gone_0123abcd",
      ack_policy: AckPolicy.Explicit,
    });
    await hub.broker.jsm.consumers.add(stream, { durable_name: "operators", ack_policy: AckPolicy.Explicit });
    const [lost = ""] = wanted;
    for (const each of [stream, hub.names.streams.direct])
      await hub.broker.jsm.consumers.delete(each, lost).catch(() => false);
    await hub.stop();
    const again = await startHub(hub.prefix, () => Date.now() + 120_000);
    expect(await consumers(again)).toEqual([...wanted, "operators"].sort());
  });
});
