/** What the suites over all platforms do not show of Wix. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { MapContext, MapResult, Observation } from "../../../../src/normalizers/platform.ts";
import { wix } from "../../../../src/normalizers/platforms/wix/index.ts";
import { findTopic } from "../../../../src/normalizers/registry.ts";
import { aStore, createTestApp, NOW, sampleBody } from "../../../helpers/app.ts";
import { planOf } from "../../../helpers/hydrate.ts";
import { parseHttpFile } from "../../../helpers/http-file.ts";
import { type RealReads, startRealReads } from "../../../helpers/real-reads.ts";
import { aTokenEndpoint } from "../../../helpers/token-endpoint.ts";
import { answers } from "./api.ts";

const INSTANCE = "8e9d6b70-6eb9-4ab3-a62d-e033063e2f05";
const file = (name: string) => readFileSync(join(import.meta.dirname, name));
const UPDATED = "wix.ecom.v1.order_updated";

describe("a token", () => {
  // Signed with `openssl dgst -sha256 -sign`; openssl.pem is the public half of its key.
  const { body } = parseHttpFile(file("cart-deleted-signed-by-openssl.http"));
  const key = file("openssl.pem").toString();
  const post = async (stores: readonly ReturnType<typeof aStore>[], path = "/webhooks/wix") => {
    const { app, inbox } = createTestApp({ stores });
    const response = await app.request(path, { method: "POST", body: new Uint8Array(body) });
    return { status: response.status, stored: inbox.stored() };
  };

  it("that OpenSSL signed finds its site at the address of all sites", async () => {
    const { status, stored } = await post([
      aStore({ name: "other", platform: "wix", externalId: "another", secrets: [key] }),
      aStore({ name: "acme", platform: "wix", externalId: INSTANCE, secrets: [key] }),
    ]);
    expect(status).toBe(200);
    expect(stored).toMatchObject([
      { store: "acme", topic: "wix.ecom.v2.cart_deleted", sentAt: "2026-11-01T11:59:58.740820Z" },
    ]);
    expect(stored[0]?.dedupeKey).toContain("096a8672-f3bc-47fa-b092-0f7fe6780fef");
  });

  it("counts with the key in base64 as well, as some pages hand it out", async () => {
    const secrets = [Buffer.from(key).toString("base64")];
    const { status } = await post([aStore({ platform: "wix", secrets })], "/webhooks/wix/acme");
    expect(status).toBe(200);
  });

  it("of a site that nobody connected is refused", async () => {
    const { status, stored } = await post([
      aStore({ platform: "wix", externalId: "another", secrets: [key] }),
    ]);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(stored).toEqual([]);
  });
});

describe("the wrapping", () => {
  const event = { id: "e1", entityId: "42", eventTime: "2026-11-01T11:00:00.000001Z" };
  const order = { id: "42", currency: "EUR", updatedDate: "2026-11-01T10:59:59Z" };

  it.each([
    ["an object", { updatedEvent: { currentEntity: order } }],
    ["a text", { updatedEvent: { currentEntity: JSON.stringify(order) } }],
    ["the twin as an object", { updatedEvent: { currentEntityAsJson: order } }],
    ["the twin as a text", { updatedEvent: { currentEntityAsJson: JSON.stringify(order) } }],
    ["the body of an action", { actionEvent: { bodyAsJson: JSON.stringify({ order }) } }],
  ])("holds the entity as %s", (_form, slots) => {
    expect(observe(UPDATED, claims({ ...event, ...slots }))).toMatchObject([
      { resource: "order", id: "42", version: "2026-11-01T10:59:59.000000000Z" },
    ]);
  });

  it("gives the event's time as version where the entity tells no change time", () => {
    const { updatedDate: _without, ...rest } = order;
    expect(observe(UPDATED, claims({ ...event, updatedEvent: { currentEntity: rest } }))).toMatchObject([
      { version: "2026-11-01T11:00:00.000001000Z" },
    ]);
  });

  it("that is no domain event is unreadable", () => {
    expect(map(UPDATED, claims({}))).toMatchObject({ ok: false });
    expect(map(UPDATED, { data: "no JSON" })).toMatchObject({ ok: false });
  });
});

describe("statuses", () => {
  const stateOf = (fields: object) =>
    observe(UPDATED, claims({ updatedEvent: { currentEntity: { id: "1", ...fields } } }))[0];

  it.each([
    ["INITIALIZED", "pending"],
    ["PENDING", "pending"],
    ["APPROVED", "open"],
    ["CANCELED", "cancelled"],
    ["REJECTED", "failed"],
    ["SOMETHING_NEW", "unknown"],
  ])("of an order: %s is %s", (status, expected) => {
    expect(stateOf({ status })).toMatchObject({ state: { status: expected, platformStatus: status } });
  });

  it.each([
    ["UNSPECIFIED", "unknown"],
    ["NOT_PAID", "pending"],
    ["PENDING", "pending"],
    ["PENDING_MERCHANT", "pending"],
    ["PARTIALLY_PAID", "partially_paid"],
    ["PAID", "paid"],
    ["PARTIALLY_REFUNDED", "partially_refunded"],
    ["FULLY_REFUNDED", "refunded"],
    ["CANCELED", "voided"],
    ["DECLINED", "failed"],
    ["CHARGED_BACK", "unknown"],
  ])("of the payment: %s is %s", (paymentStatus, expected) => {
    expect(stateOf({ paymentStatus })).toMatchObject({
      state: { paymentStatus: expected, platformPaymentStatus: paymentStatus },
    });
  });

  it.each([
    ["NOT_FULFILLED", "unfulfilled"],
    ["PARTIALLY_FULFILLED", "partially_fulfilled"],
    ["FULFILLED", "fulfilled"],
    ["CANCELED", "unknown"],
  ])("of the fulfilment: %s is %s", (fulfillmentStatus, expected) => {
    expect(stateOf({ fulfillmentStatus })).toMatchObject({ state: { fulfillmentStatus: expected } });
  });
});

describe("transactions", () => {
  it("are told without amounts when nothing names the currency, and with them when the store does", () => {
    const topic = "wix.ecom.v1.order_transactions_refund_completed";
    const payload: unknown = JSON.parse(sampleBody(wix, topic, { id: "7", amount: "100.00" }));
    const refund = (currency?: string) =>
      observe(topic, payload, currency).find((each) => "resource" in each && each.resource === "refund");
    expect(refund()).not.toHaveProperty("state.amount.amount");
    expect(refund("CHF")).toHaveProperty("state.amount", { amount: "5.00", currency: "CHF" });
  });
});

describe("the API", () => {
  const SAMPLE = { id: "42", at: "2026-11-01T12:00:10Z" };
  const REFUND = "wix.ecom.v1.order_transactions_refund_completed";
  const HOUR_MS = 3_600_000;
  const readOf = (topic: string) => {
    const plan = planOf(wix, { topic, body: sampleBody(wix, topic, SAMPLE) });
    return "reads" in plan ? plan : expect.unreachable("needs no read");
  };
  /** As the documentation of `/oauth2/token` has it; the token goes without a word in front. */
  const endpoint = () =>
    aTokenEndpoint(
      { grant_type: "client_credentials", client_id: "app-1", client_secret: "s-1", instance_id: INSTANCE },
      { prefix: "", lifeSeconds: 14_400 },
    );
  const open = async (
    test: (reads: RealReads, tokens: ReturnType<typeof endpoint>) => Promise<void>,
    clientSecret = "s-1",
  ) => {
    const tokens = endpoint();
    const reads = await startRealReads(wix, {
      answers: answers("partly_refunded", SAMPLE),
      credentials: { clientId: "app-1", clientSecret },
      settings: { instanceId: INSTANCE },
      authorize: tokens.authorize,
      routes: { "POST /oauth2/token": tokens.route },
      open: ["POST /oauth2/token"],
    });
    await test(reads, tokens).finally(reads.close);
  };

  it("is asked for the order of a refund with a token of the site, which is kept", () =>
    open(async (reads, tokens) => {
      const order = readOf(REFUND);
      expect(await reads.hydrate(order)).toMatchObject({
        kind: "observed",
        observations: [{ id: "42", state: { paymentStatus: "partially_refunded" } }, {}, {}],
      });
      expect(await reads.hydrate(order)).toMatchObject({ kind: "observed" });
      expect(tokens.given()).toBe(1);
      expect(reads.api.asked()).toEqual([
        "POST /oauth2/token",
        "GET /ecom/v1/orders/42",
        "GET /ecom/v1/orders/42",
      ]);
    }));

  it("is asked for what old catalogues only name", () =>
    open(async (reads) => {
      expect(await reads.hydrate(readOf("com.wix.ecommerce.catalog.api.v1.ProductChanged"))).toMatchObject({
        observations: [{ resource: "product", id: "42" }, { resource: "price" }],
      });
      expect(
        await reads.hydrate(readOf("com.wix.ecommerce.inventory.api.v1.InventoryItemChanged")),
      ).toMatchObject({ observations: [{ resource: "stock" }, { state: { available: 2 } }] });
      expect(reads.api.asked().slice(1)).toEqual([
        "GET /stores-reader/v1/products/42",
        "POST /stores-reader/v2/inventoryItems/product/42/getVariants",
      ]);
    }));

  it("is asked with another token when the first is about to expire", () =>
    open(async (reads, tokens) => {
      await reads.hydrate(readOf(REFUND));
      reads.skip(4 * HOUR_MS - 90_000);
      await reads.hydrate(readOf(REFUND));
      expect(tokens.given()).toBe(1);
      reads.skip(60_000);
      expect(await reads.hydrate(readOf(REFUND))).toMatchObject({ kind: "observed" });
      expect(tokens.given()).toBe(2);
    }));

  it("is asked once more, with another token, when it refuses one before its time", () =>
    open(async (reads, tokens) => {
      await reads.hydrate(readOf(REFUND));
      tokens.revoke();
      expect(await reads.hydrate(readOf(REFUND))).toMatchObject({ kind: "observed" });
      expect(tokens.given()).toBe(2);
      expect(reads.api.requests.map(({ status }) => status)).toEqual([200, 200, 401, 200, 200]);
    }));

  it("is left alone when it refuses the new token as well, or the credentials", async () => {
    await open(async (reads, tokens) => {
      await reads.hydrate(readOf(REFUND));
      reads.api.failAlways({ status: 403 });
      expect(await reads.hydrate(readOf(REFUND))).toMatchObject({ kind: "later" });
      expect(await reads.hydrate(readOf(REFUND))).toMatchObject({ kind: "later" });
      expect(tokens.given()).toBe(1);
      expect(reads.api.asked().slice(2)).toEqual(["GET /ecom/v1/orders/42", "POST /oauth2/token"]);
    });
    await open(async (reads) => {
      expect(await reads.hydrate(readOf(REFUND))).toMatchObject({ kind: "later" });
      expect(new Set(reads.api.asked())).toEqual(new Set(["POST /oauth2/token"]));
    }, "another");
  });

  it("is not asked again for as long as it says when it was asked too much", () =>
    open(async (reads) => {
      await reads.hydrate(readOf(REFUND));
      reads.api.failNext({ status: 429, headers: { "retry-after": "30" } });
      expect(await reads.hydrate(readOf(REFUND))).toMatchObject({ kind: "later" });
      reads.skip(20_000);
      expect(await reads.hydrate(readOf(REFUND))).toMatchObject({ kind: "later" });
      reads.skip(10_000);
      expect(await reads.hydrate(readOf(REFUND))).toMatchObject({ kind: "observed" });
      expect(reads.api.requests.map(({ status }) => status)).toEqual([200, 200, 429, 200]);
    }));
});

function claims(event: object): unknown {
  return { data: JSON.stringify({ eventType: UPDATED, instanceId: INSTANCE, data: JSON.stringify(event) }) };
}

function observe(topic: string, payload: unknown, currency?: string): readonly Observation[] {
  const result = map(topic, payload, currency);
  return result.ok ? result.observations : expect.unreachable(result.problem);
}

function map(topic: string, payload: unknown, currency?: string): MapResult {
  const handler = findTopic(wix, topic);
  if (handler === undefined || handler.kind === "ignored") return expect.unreachable(topic);
  const at = new Date(NOW).toISOString();
  const context: MapContext = { topic, at, receivedAt: at, headers: {}, options: { currency } };
  if (handler.kind === "mapped") return handler.map(payload, context);
  const plan = handler.plan(payload, context);
  return "hydration" in plan ? plan.hydration.partial() : plan;
}
