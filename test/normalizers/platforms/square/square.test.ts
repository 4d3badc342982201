import { describe, expect, it } from "vitest";
import type { MapContext, Observation } from "../../../../src/normalizers/platform.ts";
import { square } from "../../../../src/normalizers/platforms/square/index.ts";
import {
  toFulfillmentStatus,
  toOrderStatus,
  toPaymentState,
  toPaymentStatus,
  toRefundState,
} from "../../../../src/normalizers/platforms/square/order-status.ts";
import { checkRequest } from "../../../helpers/verify.ts";

const CONTEXT = { at: "2026-01-02T03:04:05Z", receivedAt: "2026-01-02T03:04:06Z", headers: {}, options: {} };
const usd = (amount: number) => ({ amount: String(amount), currency: "USD" });
const paid = (status: string, total = 1000, refunded = 0) => ({
  status,
  total: usd(total),
  refunded: usd(refunded),
});

describe("the signature of Square", () => {
  const [scheme] = square.schemes;
  const header = "x-square-hmacsha256-signature";

  it("is that of the vendor's SDK", async () => {
    // square/square-nodejs-sdk, tests of the webhook helper.
    const vector = {
      url: "https://webhook.site/webhooks",
      body: '{"data":{"type":"webhooks","id":"fake_id"}}',
      headers: { [header]: "W3FlCNk5IA3ZQ2LHTWoajvzfaDu/OwY2tNHIHC3IUOA=" },
      secrets: ["signature-key"],
    };
    expect(await checkRequest(scheme, vector)).toBe("ok");
    expect(await checkRequest(scheme, { ...vector, url: `${vector.url}/` })).toBe("wrong_signature");
    expect(await checkRequest(scheme, { ...vector, body: `${vector.body} ` })).toBe("wrong_signature");
  });

  it("covers the address with the store in it", async () => {
    // Computed with openssl from the vendor's rule.
    const vector = {
      url: "https://hooks.example.com/square/acct-1",
      body: '{"merchant_id":"MERCHANT1","type":"order.updated","event_id":"11111111-2222-3333-4444-555555555555","created_at":"2026-01-02T03:04:05.678Z","data":{"type":"order","id":"ORDER1","object":{"order_updated":{"order_id":"ORDER1","version":2,"location_id":"LOC1","state":"OPEN"}}}}',
      headers: { [header]: "TXlgnIJuSh77kLanyr4XgCipvx5kfsWPnN0HMXalTGM=" },
      secrets: ["square-signature-key"],
    };
    expect(await checkRequest(scheme, vector)).toBe("ok");
  });

  it("is not looked for in the older header", async () => {
    const headers = { "x-square-signature": "W3FlCNk5IA3ZQ2LHTWoajvzfaDu/OwY2tNHIHC3IUOA=" };
    expect(await checkRequest(scheme, { headers, secrets: ["k"], url: "https://a.example" })).toBe(
      "missing_signature",
    );
  });
});

describe("words of Square", () => {
  it.each([
    ["OPEN", "open"],
    ["COMPLETED", "completed"],
    ["CANCELED", "cancelled"],
    ["DRAFT", "draft"],
    ["PARKED", "unknown"],
    [undefined, undefined],
  ])("order %s is %s", (word, status) => expect(toOrderStatus(word)).toBe(status));

  it.each([
    ["APPROVED", "authorization", "succeeded"],
    ["PENDING", "sale", "pending"],
    ["COMPLETED", "sale", "succeeded"],
    ["CANCELED", "void", "succeeded"],
    ["FAILED", "sale", "failed"],
    ["constructor", "other", "unknown"],
  ])("payment %s is %s %s", (word, kind, status) => {
    expect(toPaymentState(word)).toEqual({ kind, status });
  });

  it.each([
    ["PENDING", "pending"],
    ["COMPLETED", "succeeded"],
    ["REJECTED", "failed"],
    ["FAILED", "failed"],
    ["LOST", "unknown"],
  ])("refund %s is %s", (word, status) => expect(toRefundState(word)).toBe(status));
});

describe("whether an order of Square is paid", () => {
  it.each([
    ["nothing was paid", "OPEN", [], "pending"],
    ["money is reserved", "OPEN", [paid("APPROVED")], "authorized"],
    ["a part was paid", "OPEN", [paid("COMPLETED", 400), paid("APPROVED", 600)], "partially_paid"],
    ["two payments make the total", "OPEN", [paid("COMPLETED", 400), paid("COMPLETED", 600)], "paid"],
    ["a tip comes on top", "COMPLETED", [paid("COMPLETED", 1200)], "paid"],
    ["one payment failed", "OPEN", [paid("FAILED")], "failed"],
    ["a failed one was repeated", "OPEN", [paid("FAILED"), paid("PENDING")], "pending"],
    ["the order was cancelled unpaid", "CANCELED", [paid("CANCELED")], "voided"],
    ["a part went back", "COMPLETED", [paid("COMPLETED", 1000, 1)], "partially_refunded"],
    ["all went back", "COMPLETED", [paid("COMPLETED", 1000, 1000)], "refunded"],
    ["a word is new", "OPEN", [paid("PONDERING")], "unknown"],
  ])("%s", (_title, state, payments, status) => {
    expect(toPaymentStatus(state, usd(1000), payments)).toBe(status);
  });

  it("needs no payment for a total of zero once it is completed", () => {
    expect(toPaymentStatus("COMPLETED", usd(0), [])).toBe("paid");
    expect(toPaymentStatus("OPEN", usd(0), [])).toBe("pending");
  });
});

describe("how much of an order of Square was sent", () => {
  const some = [{ ordered: 2, fulfilled: 1 }];
  it.each([
    ["a sale at the till", "COMPLETED", [], [], "fulfilled"],
    ["an open order without fulfillments", "OPEN", [], [], "unfulfilled"],
    ["a prepared one", "OPEN", [{ state: "PREPARED" }], some, "unfulfilled"],
    ["one of two pieces", "OPEN", [{ state: "COMPLETED" }], some, "partially_fulfilled"],
    ["a word that is new", "OPEN", [{ state: "BEAMED" }], some, "unknown"],
    ["all pieces", "OPEN", [{ state: "COMPLETED" }], [{ ordered: 2, fulfilled: 2 }], "fulfilled"],
  ])("%s", (_title, state, fulfillments, lines, status) => {
    expect(toFulfillmentStatus(state, fulfillments, lines)).toBe(status);
  });
});

describe("the catalogue of Square", () => {
  const topic = "catalog.version.updated";
  const planAt = (updated_at: string) => {
    const plan = square.topics[topic].plan(
      { data: { object: { catalog_version: { updated_at } } } },
      { ...CONTEXT, topic },
    );
    return plan.ok && "hydration" in plan ? plan.hydration : expect.unreachable("no reads are planned");
  };

  it("is searched from a little before the change, alike for the webhooks of one burst", () => {
    const [read] = planAt("2026-01-02T03:04:05.123456789Z").reads({});
    expect(read).toMatchObject({
      method: "POST",
      path: "/v2/catalog/search",
      body: { begin_time: "2026-01-02T03:00:00.000Z", include_deleted_objects: true },
    });
    expect(planAt("2026-01-02T03:00:30Z").reads({})[0]).toMatchObject({
      body: { begin_time: "2026-01-02T02:50:00.000Z" },
    });
    expect(planAt("2026-01-02T03:05:00Z").key).toBe(planAt("2026-01-02T03:04:05Z").key);
  });

  it("is read page after page, and too many pages are no silent loss", () => {
    const hydration = planAt("2026-01-02T03:04:05Z");
    const pages = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`page ${at + 1}`, { objects: [], cursor: `c${at + 1}` }]),
      );
    expect(hydration.reads(pages(1)).at(-1)).toMatchObject({ name: "page 2", body: { cursor: "c1" } });
    expect(hydration.reads(pages(5))).toHaveLength(5);
    expect(hydration.map(pages(5), CONTEXT.at)).toMatchObject({ ok: false });
    const last = { ...pages(4), "page 5": { objects: [] } };
    expect(hydration.map(last, CONTEXT.at)).toEqual({ ok: true, observations: [] });
  });

  it("tells deleted items, and the price of a variation that changed alone", () => {
    const objects = [
      { type: "ITEM", id: "gone", is_deleted: true, updated_at: "2026-01-02T03:04:05Z" },
      {
        type: "ITEM_VARIATION",
        id: "blue",
        updated_at: "2026-01-02T03:04:05Z",
        item_variation_data: { item_id: "mug", pricing_type: "VARIABLE_PRICING" },
      },
      { type: "TAX", id: "vat" },
    ];
    const mapped = planAt("2026-01-02T03:04:05Z").map({ "page 1": { objects } }, CONTEXT.at);
    const told: readonly Observation[] = mapped.ok ? mapped.observations : [];
    expect(told).toMatchObject([
      { kind: "deleted", resource: "product", id: "gone" },
      { kind: "reference", id: "blue", fields: { productId: "mug" } },
      { kind: "state", resource: "price", id: "blue", state: { price: null } },
    ]);
  });
});

describe("inventory of Square", () => {
  it("counts what is in stock, by place, with fractions and below zero", () => {
    const counts = [
      { state: "IN_STOCK", location_id: "a", quantity: "-1.5" },
      { state: "SOLD", location_id: "a", quantity: "3" },
      { state: "IN_STOCK", location_id: "b", quantity: "2" },
    ].map((count) => ({
      ...count,
      catalog_object_id: "blue",
      calculated_at: "2019-10-29T18:38:45.455006797Z",
    }));
    const context: MapContext = { ...CONTEXT, topic: "inventory.count.updated" };
    const mapped = square.topics["inventory.count.updated"];
    const result =
      mapped.kind === "mapped"
        ? mapped.map({ data: { id: "random", object: { inventory_counts: counts } } }, context)
        : undefined;
    expect(result).toMatchObject({
      ok: true,
      observations: [
        { id: "blue@a", version: "2019-10-29T18:38:45.455006797Z", state: { available: -1.5 } },
        { id: "blue@b", state: { available: 2 } },
      ],
    });
  });
});
