/** What the suites over all platforms do not show of Wix. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { MapContext, MapResult, Observation } from "../../../../src/normalizers/platform.ts";
import { wix } from "../../../../src/normalizers/platforms/wix/index.ts";
import { findTopic } from "../../../../src/normalizers/registry.ts";
import { aStore, createTestApp, NOW, sampleBody } from "../../../helpers/app.ts";
import { parseHttpFile } from "../../../helpers/http-file.ts";

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
