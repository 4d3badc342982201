/** An explanation against what a hub really did. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type ExplainedSubscription, type Explanation, explanation } from "../../src/explain/view.ts";
import { answer, type Endpoint, startEndpoint } from "../helpers/endpoint.ts";
import { eventually } from "../helpers/eventually.ts";
import { type Sending, startTestHub, type TestHub } from "../helpers/hub.ts";
import { useServer } from "../helpers/broker.ts";

const ID = "820982911946154508";

const server = useServer();
let hub: TestHub;
let endpoint: Endpoint;

beforeEach(async () => {
  hub = await startTestHub({ url: server().url, now: Date.now });
  endpoint = await startEndpoint();
  // What the samples tell happened before: the first sight of it is no news.
  await hub.addStore("shopify", "acme");
});
afterEach(async () => {
  await hub?.stop();
  await endpoint?.close();
});

function at(second: number): string {
  return new Date(Date.parse("2026-11-01T12:00:00Z") + second * 1000).toISOString().replace(".000", "");
}

async function lived(...webhooks: readonly (readonly [string, Sending])[]): Promise<void> {
  for (const [topic, sending] of webhooks) {
    const sent = await hub.send(topic, sending);
    expect(sent.status, await sent.text()).toBe(200);
    await hub.settled();
  }
}

async function subscribe(name: string, input: object): Promise<void> {
  const body = { name, events: ["order.*"], deliver: "http", url: endpoint.url, ...input };
  const made = await hub.admin("POST", "/api/subscriptions", body);
  expect(made.status, await made.text()).toBe(201);
}

async function explained(path = `acme/order/${ID}`): Promise<Explanation> {
  const response = await hub.admin("GET", `/api/explain/${path}`);
  expect(response.status, await response.clone().text()).toBe(200);
  return explanation.parse(await response.json());
}

function of({ subscriptions }: Explanation, name: string): ExplainedSubscription["deliveries"] {
  return subscriptions.find((each) => each.name === name)?.deliveries ?? [];
}

async function detailOf(response: Response): Promise<string> {
  return z.object({ detail: z.string() }).parse(await response.json()).detail;
}

async function stuckDeliveries(name: string, count: number): Promise<void> {
  await eventually(async () => {
    const states = of(await explained(), name).map(({ state }) => state);
    expect(states.filter((state) => state === "dead" || state === "waiting")).toHaveLength(count);
  });
}

describe("the webhooks of an entity", () => {
  it("stand there with what each became, on both platforms", async () => {
    await hub.addStore("woocommerce", "hafen");
    const woo = { platform: "woocommerce", store: "hafen", id: "727" };
    await lived(
      ["orders/create", { at: at(10) }],
      ["orders/create", { at: at(10) }],
      ["orders/paid", { at: at(20) }],
      ["orders/updated", { at: at(5) }],
      ["orders/create", { at: at(10), id: "1" }],
      ["order.created", { ...woo, at: at(10) }],
      ["order.updated", { ...woo, at: at(30), status: "completed" }],
    );
    const { webhooks, events, entity, notes } = await explained();
    expect(webhooks.map(({ topic, outcome, events: ids }) => [topic, outcome, ids.length])).toEqual([
      ["orders/create", "published", 1],
      ["orders/create", "unchanged", 0],
      ["orders/paid", "published", 2],
      ["orders/updated", "stale", 0],
    ]);
    expect(webhooks.map(({ inboxSequence }) => inboxSequence)).toEqual([1, 2, 3, 4]);
    expect(events.map(({ sequence, type }) => [sequence, type])).toEqual([
      [1, "order.updated"],
      [2, "order.updated"],
      [3, "order.paid"],
    ]);
    expect(events[2]).toMatchObject({ webhook: webhooks[2]?.id, streamSequence: 3 });
    expect(entity).toMatchObject({
      sequence: 3,
      version: "2026-11-01T12:00:20.000000000Z",
      state: { id: ID, paymentStatus: "paid" },
      lastChange: { types: ["order.updated", "order.paid"], webhook: webhooks[2]?.id },
    });
    expect(notes).toEqual([]);
    const other = await explained("hafen/order/727");
    expect(other.webhooks.map(({ topic, outcome }) => [topic, outcome])).toEqual([
      ["order.created", "published"],
      ["order.updated", "published"],
    ]);
    expect(other.events.length).toBeGreaterThan(1);
  });

  it("are found when several stores shared one inbox message", async () => {
    await hub.addStore("shopify", "other");
    const sendings = Array.from({ length: 40 }, (_, index): Sending => {
      return { store: index % 2 === 0 ? "acme" : "other", id: String(1 + (index % 4)), at: at(index) };
    });
    await Promise.all(sendings.map((sending) => hub.send("orders/updated", sending)));
    await hub.settled();
    const mixed = hub.names.outcomesSubject(undefined);
    const { state } = await hub.broker.jsm.streams.info(hub.names.streams.outcomes, {
      subjects_filter: mixed,
    });
    expect(state.subjects?.[mixed]).toBeGreaterThan(0);
    const { webhooks } = await explained("acme/order/1");
    expect(webhooks).toHaveLength(10);
    expect((await explained("other/order/2")).webhooks).toHaveLength(10);
  });

  it("may have an id of any characters", async () => {
    await lived(["inventory_levels/update", { id: "8822", at: at(10) }]);
    const [stock] = (await hub.events({ type: "stock.changed" })).map(({ subject }) => subject ?? "");
    expect(stock).toMatch(/\W/);
    const { webhooks, events } = await explained(`acme/stock/${encodeURIComponent(stock ?? "")}`);
    expect([webhooks.length, events.length]).toEqual([1, 1]);
  });

  it("that could not be read are explained by what their body names, before and after they are tried again", async () => {
    await lived(["orders/create", { body: `{"id":${ID},"line_items":7}` }], ["orders/create", { body: "{" }]);
    const { webhooks, entity, events } = await explained();
    expect([entity, events]).toEqual([undefined, []]);
    expect(webhooks).toEqual([
      expect.objectContaining({
        topic: "orders/create",
        outcome: "dead",
        inboxSequence: 1,
        reason: expect.stringContaining("line_items"),
        deadLetter: 1,
      }),
    ]);
    await hub.admin("POST", "/api/dead/redrive", { sequences: [1] });
    await hub.settled();
    const again = (await explained()).webhooks;
    expect(again.map(({ outcome, inboxSequence }) => [outcome, inboxSequence])).toEqual([
      ["dead", 1],
      ["dead", 3],
    ]);
  });
});

describe("an entity that nothing speaks of", () => {
  it("is not found, and the answer says where was looked", async () => {
    await lived(["orders/create", { at: at(10) }]);
    const response = await hub.admin("GET", "/api/explain/acme/order/4711");
    expect(response.status).toBe(404);
    const detail = await detailOf(response);
    expect(detail).toMatch(
      /^nothing is known of order 4711 of acme: .* 1 events since 2\d.*, 1 outcomes since .*, 0 dead letters/,
    );
    expect(detail).not.toContain("connected");
    const nowhere = await hub.admin("GET", "/api/explain/nowhere/order/4711");
    expect(await detailOf(nowhere)).toContain("no store named nowhere is connected");
  });

  it("is refused when there is no such resource", async () => {
    const response = await hub.admin("GET", "/api/explain/acme/oder/1");
    expect(response.status).toBe(400);
    expect(await detailOf(response)).toBe("resource: there is no resource oder; did you mean order?");
  });
});

describe("each subscription", () => {
  it("over HTTP has what it got and when, and why it did not want the rest", async () => {
    await subscribe("crm", {});
    await subscribe("paid", { where: { path: "order.paymentStatus", equals: "paid" } });
    await subscribe("stock", { events: ["stock.*"] });
    await subscribe("elsewhere", { stores: ["other"] });
    await lived(["orders/create", { at: at(10) }], ["orders/paid", { at: at(20) }]);
    await eventually(() => expect(endpoint.requests).toHaveLength(5));
    await eventually(async () =>
      expect(of(await explained(), "paid").map(({ state }) => state)).toEqual([
        "not_matched",
        "delivered",
        "delivered",
      ]),
    );
    const story = await explained();
    expect(of(story, "crm")).toEqual(
      story.events.map(({ id, type }) => ({
        event: id,
        type,
        state: "delivered",
        attempts: 1,
        at: expect.stringMatching(/^20/),
        status: 204,
      })),
    );
    expect(of(story, "paid")[0]?.reason).toMatch(/^where: .*paymentStatus/);
    expect(of(story, "stock")[0]).toMatchObject({
      state: "not_matched",
      reason: "wants stock.*, this is order.updated",
    });
    expect(of(story, "elsewhere")[0]?.reason).toBe("does not want store acme");
  });

  it("tells of tries that failed: the next one, or the dead letter", async () => {
    endpoint.behave(answer(500));
    await subscribe("patient", { retrySeconds: [3600] });
    await subscribe("hasty", { retrySeconds: [] });
    await lived(["orders/create", { at: at(10) }]);
    await stuckDeliveries("patient", 1);
    await stuckDeliveries("hasty", 1);
    const story = await explained();
    expect(of(story, "patient")).toEqual([
      expect.objectContaining({ state: "waiting", attempts: 1, status: 500 }),
    ]);
    const [waiting] = of(story, "patient");
    expect(Date.parse(waiting?.nextAt ?? "") - Date.parse(waiting?.at ?? "")).toBeGreaterThan(1_800_000);
    expect(of(story, "hasty")).toEqual([
      expect.objectContaining({ state: "dead", attempts: 1, status: 500, deadLetter: 1 }),
    ]);
    endpoint.behave(answer(204));
    await hub.admin("POST", "/api/dead/redrive", { sequences: [1] });
    await eventually(async () => expect(of(await explained(), "hasty")[0]?.state).toBe("delivered"));
  });

  it("that does not run holds its events, and one that began later got none", async () => {
    await subscribe("stopped", { enabled: false });
    await lived(["orders/create", { at: at(10) }]);
    await subscribe("late", {});
    const story = await explained();
    expect(of(story, "stopped")).toEqual([
      expect.objectContaining({
        state: "held",
        reason: expect.stringMatching(/^disabled since .*: created disabled$/),
      }),
    ]);
    expect(of(story, "late")).toEqual([
      expect.objectContaining({ state: "before_start", reason: "it reads from 2 on" }),
    ]);
  });

  it("over NATS is followed by how far its consumer has come", async () => {
    const made = await hub.admin("POST", "/api/subscriptions", {
      name: "erp",
      events: ["order.*"],
      deliver: "nats",
      where: { path: "order.paymentStatus", equals: "paid" },
    });
    expect(made.status, await made.clone().text()).toBe(201);
    const { consumers } = z
      .object({ consumers: z.array(z.object({ name: z.string() })) })
      .parse(await made.json());
    await lived(
      ["orders/create", { at: at(10) }],
      ["orders/paid", { at: at(20) }],
      ["orders/fulfilled", { at: at(30) }],
    );
    const states = async () => of(await explained(), "erp").map(({ state }) => state);
    expect(await states()).toEqual(["not_matched", ...Array(4).fill("pending")]);
    const [first] = of(await explained(), "erp");
    expect(first?.reason).toMatch(/^where: .*the client library leaves it out/);
    const consumer = await hub.broker.js.consumers.get(hub.names.streams.commerce, consumers[0]?.name);
    for (let taken = 0; taken < 3; taken += 1) {
      const message = await consumer.next();
      if (taken < 2) await message?.ackAck();
    }
    expect(await states()).toEqual(["not_matched", "delivered", "in_hand", "pending", "pending"]);
  });
});
