/** What a hub published against what today's, or tomorrow's, normalizers would. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { z } from "zod";
import type { Platform, TopicHandler } from "../../../src/normalizers/platform.ts";
import { findPlatform } from "../../../src/normalizers/registry.ts";
import { entityRow } from "../../../src/normalizers/transition/row.ts";
import { entityKey } from "../../../src/nats/names.ts";
import { renormalize, type RenormalizeQuery } from "../../../src/publish/renormalize/renormalize.ts";
import { renormalizeLine } from "../../../src/publish/renormalize/routes.ts";
import { platformOf } from "../../helpers/app.ts";
import { CONNECTED_AT, type Sending, startTestHub, type TestHub } from "../../helpers/hub.ts";
import { useServer } from "../../helpers/broker.ts";

const ID = "820982911946154508";
type Line = z.infer<typeof renormalizeLine>;

const server = useServer();
let hub: TestHub;

beforeEach(async () => {
  hub = await startTestHub({ url: server().url });
  await hub.addStore("shopify", "acme");
});
afterEach(async () => {
  await hub?.stop();
});

function at(second: number): string {
  return new Date(Date.parse(CONNECTED_AT) + second * 1000).toISOString().replace(".000", "");
}

async function lived(...webhooks: readonly (readonly [string, Sending])[]): Promise<void> {
  for (const [topic, sending] of webhooks) {
    const sent = await hub.send(topic, sending);
    expect(sent.status, await sent.text()).toBe(200);
    await hub.settled();
  }
}

const LIFE: readonly (readonly [string, Sending])[] = [
  ["orders/create", { at: at(10) }],
  ["orders/create", { at: at(10) }],
  ["orders/paid", { at: at(20) }],
  ["orders/updated", { at: at(5) }],
  ["orders/fulfilled", { at: at(30) }],
  ["orders/delete", { at: at(40) }],
  ["inventory_levels/update", { id: "8822", at: at(10) }],
  ["products/create", { id: "8801", at: at(11) }],
  ["inventory_levels/update", { id: "8822", at: at(12) }],
  ["app/uninstalled", { at: at(50) }],
  ["shop/update", { at: at(51) }],
  ["teapots/boiled", { at: at(52) }],
  ["orders/create", { body: "{" }],
];

async function asked(query: string): Promise<Line[]> {
  const answer = await hub.admin("GET", `/api/renormalize?${query}`);
  expect(answer.status, await answer.clone().text()).toBe(200);
  expect(answer.headers.get("Content-Type")).toBe("application/x-ndjson");
  const lines = (await answer.text()).trim().split("\n");
  return lines.map((line) => renormalizeLine.parse(JSON.parse(line)));
}

/** The same by other normalizers: `topics` instead of those of the platform. */
async function askedWith(topics: Record<string, TopicHandler>, query: Partial<RenormalizeQuery> = {}) {
  const changed: Platform = {
    ...platformOf("shopify"),
    topics: { ...platformOf("shopify").topics, ...topics },
  };
  const lines: unknown[] = [];
  const rows = await hub.broker.js.views.kv(hub.names.buckets.entities);
  const run = renormalize(
    { store: "acme", after: 0, limit: 1000, ...query },
    {
      broker: hub.broker,
      names: hub.names,
      publicUrl: "https://hub.example.com",
      findStore: () => ({ connectedAt: CONNECTED_AT, options: {} }),
      findPlatform: (id) => (id === "shopify" ? changed : findPlatform(id)),
      findRow: async ({ store, resource, id }) => {
        const entry = await rows.get(entityKey(store, resource, id));
        return entry ? entityRow.parse(entry.json()) : undefined;
      },
    },
  );
  for await (const line of run) lines.push(line);
  return lines;
}

/** The handler of a topic with its states changed on the way. */
function altered(
  topic: string,
  alter: (state: Record<string, unknown>) => Record<string, unknown>,
): TopicHandler {
  const handler = platformOf("shopify").topics[topic];
  if (handler?.kind !== "mapped") throw new Error(`${topic} is not mapped`);
  return {
    kind: "mapped",
    map: (payload, context) => {
      const mapped = handler.map(payload, context);
      if (!mapped.ok) return mapped;
      const observations = mapped.observations.map((each) =>
        each.kind === "state" ? Object.assign({}, each, { state: alter({ ...each.state }) }) : each,
      );
      return { ok: true, observations };
    },
  };
}

const NO_DIFFERENCE = { kind: "summary", missing: 0, extra: 0, different: 0, unknown: 0 };

describe("with the normalizers as they were", () => {
  it("no webhook makes a difference, on either platform", async () => {
    await hub.addStore("woocommerce", "hafen");
    const woo = { platform: "woocommerce", store: "hafen", id: "727" };
    await lived(
      ...LIFE,
      ["order.created", { ...woo, at: at(10) }],
      ["order.updated", { ...woo, at: at(30), status: "completed" }],
      ["product.created", { ...woo, id: "799", at: at(30) }],
    );
    expect(await asked("store=acme")).toEqual([{ ...NO_DIFFERENCE, webhooks: 13, same: 13 }]);
    expect(await asked("store=hafen")).toEqual([{ ...NO_DIFFERENCE, webhooks: 3, same: 3 }]);
    expect(await asked("store=nobody")).toEqual([{ ...NO_DIFFERENCE, webhooks: 0, same: 0 }]);
  });

  it("none does when the run begins in the middle of a life, wherever that is", async () => {
    await lived(...LIFE);
    for (let after = 1; after < LIFE.length; after += 1) {
      const lines = await asked(`store=acme&after=${after}`);
      expect(
        lines.filter(({ kind }) => !["summary", "unknown"].includes(kind)),
        `after ${after}`,
      ).toEqual([]);
      expect(lines.at(-1)).toMatchObject({ webhooks: 13 - after });
    }
  });

  it("says that it cannot tell when what was known before is only known from later", async () => {
    await lived(...LIFE.slice(0, 5));
    const [line] = await asked("store=acme&after=3");
    // This one was stale because of what came before the range.
    expect(line).toMatchObject({
      kind: "unknown",
      topic: "orders/updated",
      inboxSequence: 4,
      resource: "order",
    });
  });

  it("goes on where a run ended, and keeps to one resource or entity", async () => {
    await lived(...LIFE);
    let after: number | undefined = 0;
    let webhooks = 0;
    for (let runs = 0; after !== undefined && runs < 20; runs += 1) {
      const lines: Line[] = await asked(`store=acme&limit=4&after=${after}`);
      const summary = lines.at(-1);
      if (summary?.kind !== "summary") throw new Error("no summary");
      webhooks += summary.webhooks;
      after = summary.next;
    }
    expect([webhooks, after]).toEqual([13, undefined]);
    expect(await asked(`store=acme&resource=order&entity=${ID}`)).toEqual([
      { ...NO_DIFFERENCE, webhooks: 13, same: 13 },
    ]);
    expect((await hub.admin("GET", "/api/renormalize?store=acme&resource=oder")).status).toBe(400);
    const past = new Date(Date.now() - 60_000).toISOString();
    expect(await asked(`store=acme&until=${past}`)).toEqual([{ ...NO_DIFFERENCE, webhooks: 0, same: 0 }]);
  });
});

describe("with other normalizers", () => {
  it("shows the paths that differ, with both values", async () => {
    await lived(...LIFE.slice(0, 3));
    const noted = altered("orders/paid", (state) => ({ ...state, note: "changed mapper" }));
    expect(await askedWith({ "orders/paid": noted })).toEqual([
      expect.objectContaining({
        kind: "different",
        topic: "orders/paid",
        inboxSequence: 3,
        resource: "order",
        id: ID,
        published: ["order.updated", "order.paid"],
        now: ["order.updated", "order.paid"],
        paths: [expect.objectContaining({ path: "order.note", now: "changed mapper" })],
      }),
      { kind: "summary", webhooks: 3, same: 2, missing: 0, extra: 0, different: 1, unknown: 0 },
    ]);
  });

  it("shows events that would no longer be published", async () => {
    await lived(...LIFE.slice(0, 3));
    const lines = await askedWith({ "orders/paid": { kind: "ignored", reason: "not of interest" } });
    expect(lines).toEqual([
      expect.objectContaining({
        kind: "extra",
        topic: "orders/paid",
        published: ["order.updated", "order.paid"],
        now: [],
        reason: "ignored",
      }),
      { kind: "summary", webhooks: 3, same: 2, missing: 0, extra: 1, different: 0, unknown: 0 },
    ]);
  });

  it("shows events that would be published now, of a topic that was not known then", async () => {
    await lived(["teapots/boiled", { at: at(10), body: '{"id":1}' }]);
    const create = platformOf("shopify").topics["customers/create"];
    if (create?.kind !== "mapped") throw new Error("customers/create is not mapped");
    const body = platformOf("shopify").samples.bodies["customers/create"]?.({ id: "7", at: at(10) }) ?? "";
    const boiled: TopicHandler = {
      kind: "mapped",
      map: (_payload, context) => create.map(JSON.parse(body), context),
    };
    expect(await askedWith({ "teapots/boiled": boiled })).toEqual([
      expect.objectContaining({ kind: "missing", resource: "customer", published: [], inboxSequence: 1 }),
      { kind: "summary", webhooks: 1, same: 0, missing: 1, extra: 0, different: 0, unknown: 0 },
    ]);
  });
});
