import { describe, expect, it } from "vitest";
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import type { Failure } from "../../src/dead-letters/dead-letters.ts";
import { type ProcessDeps, processWebhook } from "../../src/publish/process.ts";
import { createRowCache } from "../../src/publish/row-cache.ts";
import type { Webhook } from "../../src/webhook.ts";
import { platformOf } from "../helpers/app.ts";
import { processDeps } from "../helpers/process-deps.ts";
import { aKnownStore } from "../helpers/thin.ts";

interface Letter extends Failure {
  readonly webhook: Webhook;
}

function aHub(overrides: Partial<ProcessDeps> = {}) {
  const events: CanonicalEvent[] = [];
  const letters: Letter[] = [];
  let inboxSequence = 0;
  const deps = processDeps(events, {
    isSettled: async () => false,
    deadLetter: async (webhook, failure) => void letters.push({ webhook, ...failure }),
    ...overrides,
  });
  return {
    deps,
    events,
    letters,
    process: (webhook: Webhook) => {
      inboxSequence += 1;
      return processWebhook(webhook, { inboxSequence }, deps);
    },
  };
}

let made = 0;

function aWebhook(topic: string, id: string, overrides: Partial<Webhook> = {}): Webhook {
  made += 1;
  const { platform = "shopify", sentAt: at = "2026-11-01T12:00:10Z" } = overrides;
  return {
    id: `webhook-${String(made).padStart(4, "0")}`,
    platform,
    store: "acme",
    topic,
    dedupeKey: `delivery-${made}`,
    receivedAt: "2026-11-01T12:00:11Z",
    sentAt: at,
    via: "webhook",
    authenticity: "signature",
    headers: {},
    body: Buffer.from(platformOf(platform).samples.bodies[topic]?.({ id, at }) ?? ""),
    ...overrides,
  };
}

describe("a webhook", () => {
  it("becomes the events of all entities that it speaks of", async () => {
    const { process, events } = aHub();
    expect(await process(aWebhook("products/create", "8801"))).toEqual({
      outcome: "published",
      events: 4,
      entities: [
        { resource: "product", id: "8801", outcome: "published" },
        { resource: "price", id: "8812", outcome: "published" },
        { resource: "price", id: "8813", outcome: "published" },
      ],
    });
    expect(events.map(({ type, subject }) => `${type} ${subject}`).sort()).toEqual([
      "price.changed 8812",
      "price.changed 8813",
      "product.created 8801",
      "product.published 8801",
    ]);
  });

  it("names itself as the cause and the moment of its change as the time of the events", async () => {
    const { process, events } = aHub();
    const webhook = aWebhook("orders/create", "820982911946154508");
    await process(webhook);
    expect(events[0]).toMatchObject({
      id: "acme:order:820982911946154508:1",
      subject: "820982911946154508",
      causationid: webhook.id,
      time: "2026-11-01T12:00:10Z",
      detectedat: "2026-11-01T12:00:11Z",
      store: "acme",
      platform: "shopify",
      dataschema: "https://hub.example.com/schemas/v1/order.json",
    });
  });

  it("that tells nothing new is unchanged, one that is older is stale", async () => {
    const { process, events } = aHub();
    await process(aWebhook("orders/create", "1", { sentAt: "2026-11-01T12:00:10Z" }));
    expect(await process(aWebhook("orders/create", "1", { sentAt: "2026-11-01T12:00:10Z" }))).toEqual({
      outcome: "unchanged",
      events: 0,
      entities: [{ resource: "order", id: "1", outcome: "unchanged" }],
    });
    expect(await process(aWebhook("orders/updated", "1", { sentAt: "2026-11-01T12:00:05Z" }))).toEqual({
      outcome: "stale",
      events: 0,
      entities: [{ resource: "order", id: "1", outcome: "stale" }],
    });
    expect(events).toHaveLength(1);
  });

  it("that comes a second time reports the same events, and they have the same bytes", async () => {
    const { deps, events, process } = aHub();
    const webhook = aWebhook("orders/paid", "1");
    const first = await process(webhook);
    // Another process, which did not see the acknowledgements.
    const again = await processWebhook(
      webhook,
      { inboxSequence: 1 },
      { ...deps, cache: createRowCache(1_000_000) },
    );
    expect(again).toEqual(first);
    expect(new Set(events.map((event) => JSON.stringify(event))).size).toBe(events.length / 2);
  });

  it("of a store that was removed meanwhile is processed all the same", async () => {
    const { process } = aHub({ findStore: () => undefined });
    expect(await process(aWebhook("orders/create", "1"))).toMatchObject({ outcome: "published" });
  });

  it("takes the options of its store", async () => {
    const { process, events } = aHub({
      findStore: () => aKnownStore({ options: { currency: "SEK" } }),
    });
    await process(aWebhook("products/create", "8801"));
    const price = events.find(({ type }) => type === "price.changed");
    expect(price?.data).toMatchObject({ price: { price: { amount: "39.90", currency: "SEK" } } });
  });

  it("rejects when its events cannot be stored, so that it stays in the inbox", async () => {
    const { process } = aHub({ publisher: { publish: () => Promise.reject(new Error("no broker")) } });
    await expect(process(aWebhook("orders/create", "1"))).rejects.toThrow("no broker");
  });
});

describe("stock", () => {
  it("carries the sku and variant that a product webhook told before", async () => {
    const { process, events } = aHub();
    await process(aWebhook("products/create", "8801"));
    await process(aWebhook("inventory_levels/update", "8822"));
    expect(events.at(-1)).toMatchObject({
      type: "stock.changed",
      data: {
        stock: {
          inventoryItemId: "8822",
          available: 11,
          sku: "BLANKET-GREY",
          variantId: "8812",
          productId: "8801",
        },
      },
    });
  });

  it("is told without them when no product webhook came before, and completed without an event later", async () => {
    const { process, events } = aHub();
    await process(aWebhook("inventory_levels/update", "8822"));
    expect(events.at(-1)?.data.stock).not.toHaveProperty("sku");
    await process(aWebhook("products/create", "8801"));
    const before = events.length;
    const later = { sentAt: "2026-11-01T12:00:20Z" };
    expect(await process(aWebhook("inventory_levels/update", "8822", later))).toMatchObject({
      outcome: "unchanged",
    });
    expect(events).toHaveLength(before);
  });

  it("keeps the stores apart", async () => {
    const { process, events } = aHub();
    await process(aWebhook("products/create", "8801", { store: "other" }));
    await process(aWebhook("inventory_levels/update", "8822"));
    expect(events.at(-1)?.data.stock).not.toHaveProperty("sku");
  });
});

describe("a webhook that says nothing to us", () => {
  it("is ignored with the reason that the platform declares", async () => {
    const { process, letters, events } = aHub();
    const processed = await process(aWebhook("shop/update", "1"));
    expect(processed).toMatchObject({ outcome: "ignored", events: 0, reason: "settings of the shop" });
    expect([...letters, ...events]).toEqual([]);
  });

  it("of a topic that nobody thought of is counted as such, not dead-lettered", async () => {
    const { process, letters } = aHub();
    expect(await process(aWebhook("teapots/boiled", "1"))).toEqual({ outcome: "unknown_topic", events: 0 });
    expect(letters).toEqual([]);
  });
});

describe("a webhook that cannot be read", () => {
  it.each([
    ["no JSON", "{"],
    ["not an object", "[]"],
    ["no id", '{"name":"#1"}'],
    ["nothing", ""],
    ["broken text", Buffer.from([0xff, 0xfe, 0x00])],
  ])("(%s) becomes a dead letter with the reason", async (_what, body) => {
    const { process, letters, events } = aHub();
    const webhook = aWebhook("orders/create", "1", { body: Buffer.from(body) });
    const processed = await process(webhook);
    expect(processed).toMatchObject({ outcome: "dead_lettered", events: 0 });
    expect(processed.reason).toBeTruthy();
    expect(letters).toEqual([{ webhook, reason: processed.reason, attempts: 1, inboxSequence: 1 }]);
    expect(events).toEqual([]);
  });

  it("of a platform that is gone from the registry becomes a dead letter", async () => {
    const { process, letters } = aHub();
    const webhook = { ...aWebhook("orders/create", "1"), platform: "etoys" };
    expect(await process(webhook)).toMatchObject({ outcome: "dead_lettered" });
    expect(letters[0]?.reason).toContain("etoys");
  });

  it("rejects when the dead letter cannot be stored", async () => {
    const { process } = aHub({ deadLetter: () => Promise.reject(new Error("DEAD is full")) });
    const webhook = aWebhook("orders/create", "1", { body: Buffer.from("{") });
    await expect(process(webhook)).rejects.toThrow("DEAD is full");
  });
});

describe("a signal", () => {
  it("is published with an id of store, type and dedupe key, and without a sequence", async () => {
    const { process, events } = aHub();
    expect(await process(aWebhook("app/uninstalled", "1", { dedupeKey: "delivery-a" }))).toEqual({
      outcome: "published",
      events: 1,
      entities: [],
    });
    expect(events[0]).toMatchObject({ id: "acme:app.uninstalled:delivery-a", type: "app.uninstalled" });
    expect(events[0]).not.toHaveProperty("sequence");
  });

  it("has the same id and bytes when the webhook comes again, and another for another delivery", async () => {
    const { process, events } = aHub();
    const webhook = aWebhook("customers/redact", "1");
    await process(webhook);
    await process(webhook);
    await process(aWebhook("customers/redact", "1"));
    const [first, again, other] = events.map((event) => JSON.stringify(event));
    expect(again).toBe(first);
    expect(events[2]?.id).not.toBe(events[0]?.id);
    expect(other).not.toBe(first);
  });
});
