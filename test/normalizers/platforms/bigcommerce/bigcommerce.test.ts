import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LIFE_STAGES } from "../../../../src/normalizers/wire.ts";
import { bigcommerce } from "../../../../src/normalizers/platforms/bigcommerce/index.ts";
import {
  meaningOf,
  toPaymentStatus,
} from "../../../../src/normalizers/platforms/bigcommerce/order-status.ts";
import { momentOf } from "../../../../src/normalizers/platforms/bigcommerce/values.ts";
import { type AnswersOf, planOf, play, tellAlone } from "../../../helpers/hydrate.ts";
import { parseHttpFile } from "../../../helpers/http-file.ts";
import { startRealReads } from "../../../helpers/real-reads.ts";
import { checkRequest } from "../../../helpers/verify.ts";
import { answers, anOrder, aProduct, someStock } from "./api.ts";

const SECRET = "bc-client-secret-0123456789abcdef";
const [scheme] = bigcommerce.schemes;

function bodyOf(topic: keyof typeof bigcommerce.samples.bodies, options = {}): string {
  return bigcommerce.samples.bodies[topic]?.({ id: "42", at: "2026-11-01T12:00:00Z", ...options }) ?? "";
}

function orderRead(topic: string, api: AnswersOf, options = {}) {
  return play(bigcommerce, { topic, body: bodyOf(topic, options), answers: api });
}

/** The order's own answer replaced, the rest of a paid order. */
function withOrder(overrides: Readonly<Record<string, unknown>>): AnswersOf {
  const paid = answers("paid");
  return (path) => (path === "/v2/orders/42" ? anOrder({}, overrides) : paid(path));
}

describe("the signature", () => {
  // Computed with the Standard Webhooks rule by the collector of the platform's facts, not with our code.
  const { headers, body } = parseHttpFile(readFileSync(join(import.meta.dirname, "order-created.http")));
  const sent = { headers, body, secrets: [SECRET], now: 1_700_000_000_000 };

  it("is checked with the client secret as it stands", async () => {
    expect(await checkRequest(scheme, sent)).toBe("ok");
    const decoded = Buffer.from(SECRET, "base64").toString("latin1");
    expect(await checkRequest(scheme, { ...sent, secrets: [decoded] })).toBe("wrong_signature");
  });

  it("may be one of several", async () => {
    const several = { ...headers, "webhook-signature": `v1,AAAA ${headers["webhook-signature"]}` };
    expect(await checkRequest(scheme, { ...sent, headers: several })).toBe("ok");
  });

  it("counts for as long as BigCommerce retries, and no longer", async () => {
    const hour = 3_600_000;
    expect(await checkRequest(scheme, { ...sent, now: sent.now + 47 * hour })).toBe("ok");
    expect(await checkRequest(scheme, { ...sent, now: sent.now + 49 * hour })).toBe("stale_timestamp");
  });

  it("is not needed for hooks that send a secret in a header of ours", async () => {
    const [secretHeader] = bigcommerce.variants["header-secret"].schemes;
    const good = { headers: { "x-entrepot-secret": "s-1" }, body, secrets: ["s-1"] };
    expect(await checkRequest(secretHeader, good)).toBe("ok");
    expect(await checkRequest(secretHeader, { ...good, secrets: ["s-2"] })).toBe("wrong_signature");
    expect(await checkRequest(secretHeader, { ...good, headers: {} })).toBe("missing_signature");
  });
});

describe("moments", () => {
  it.each([
    ["Wed, 10 Jan 2018 21:05:30 +0000", "2018-01-10T21:05:30Z"],
    ["Tue, 05 Mar 2019 21:40:11 -0600", "2019-03-06T03:40:11Z"],
    ["5 Mar 2019 21:40:11 GMT", "2019-03-05T21:40:11Z"],
    ["2018-09-05T20:42:07+00:00", "2018-09-05T20:42:07Z"],
    ["Wed, 31 Feb 2018 21:05:30 +0000", undefined],
    ["Wed, 10 Foo 2018 21:05:30 +0000", undefined],
    ["", undefined],
  ])("reads %s", (text, moment) => expect(momentOf(text)).toBe(moment));
});

describe("statuses", () => {
  it("are those of all fifteen ids, and unknown for any other", () => {
    const words = Array.from({ length: 15 }, (_, id) => meaningOf(String(id)));
    expect(words.map(({ word, status }) => `${word}: ${status}`)).toMatchInlineSnapshot(`
      [
        "Incomplete: draft",
        "Pending: pending",
        "Shipped: open",
        "Partially Shipped: open",
        "Refunded: completed",
        "Cancelled: cancelled",
        "Declined: cancelled",
        "Awaiting Payment: pending",
        "Awaiting Pickup: open",
        "Awaiting Shipment: open",
        "Completed: completed",
        "Awaiting Fulfillment: open",
        "Manual Verification Required: on_hold",
        "Disputed: on_hold",
        "Partially Refunded: open",
      ]
    `);
    expect(meaningOf("15")).toEqual({ status: "unknown", word: "15" });
    expect(meaningOf("__proto__").status).toBe("unknown");
  });

  it.each([
    ["11", "captured", "0", "paid"],
    ["11", "capture pending", "0", "authorized"],
    ["7", "", "0", "pending"],
    ["11", "", "0", "paid"],
    ["2", "", "0", undefined],
    ["6", "declined", "0", "failed"],
    ["5", "void", "0", "voided"],
    ["2", "captured", "20.0000", "partially_refunded"],
    ["2", "captured", "100.0000", "refunded"],
    ["4", "captured", "0", "refunded"],
    ["11", "on the moon", "0", "unknown"],
  ])("of the money with id %s, word %j and %s given back is %s", (statusId, word, refunded, expected) => {
    expect(toPaymentStatus({ statusId, word, total: "100.0000", refunded })).toBe(expected);
  });

  it("keep a word that nobody knows beside unknown", () => {
    const { observations } = orderRead(
      "store/order/updated",
      withOrder({ status_id: 99, status: "Pre-order", payment_status: "odd" }),
    );
    expect(observations[0]).toMatchObject({
      state: {
        status: "unknown",
        platformStatus: "Pre-order",
        paymentStatus: "unknown",
        platformPaymentStatus: "odd",
      },
    });
  });
});

describe("an order", () => {
  it("is read with all its parts, in two rounds", () => {
    const { paths } = orderRead("store/order/updated", answers("shipped"));
    expect(paths).toEqual([
      "/v2/orders/42",
      "/v2/orders/42/products?page=1&limit=50",
      "/v2/orders/42/shipping_addresses?page=1&limit=50",
      "/v2/orders/42/shipments?page=1&limit=50",
      "/v3/orders/42/payment_actions/refunds",
      "/v3/orders/42/transactions",
    ]);
  });

  it("is read page after page until a page is not full", () => {
    const line = (id: number) => ({ id, product_id: 1, name: "x", quantity: 1 });
    const api = answers("paid");
    const pages: Record<string, unknown> = {
      "/v2/orders/42/products?page=1&limit=50": Array.from({ length: 50 }, (_, id) => line(id + 1)),
      "/v2/orders/42/products?page=2&limit=50": null,
    };
    const { observations, paths } = orderRead("store/order/updated", (path) =>
      path in pages ? pages[path] : api(path),
    );
    expect(paths).toContain("/v2/orders/42/products?page=2&limit=50");
    expect(observations[0]).toMatchObject({ state: { lineItems: { length: 50 } } });
  });

  it("is held back, and costs one request, while it is incomplete", () => {
    const { observations, paths } = orderRead(
      "store/order/created",
      withOrder({ status_id: 0, status: "Incomplete" }),
    );
    expect(observations).toEqual([]);
    expect(paths).toEqual(["/v2/orders/42"]);
  });

  it("is deleted when it is gone or archived by the time it is read", () => {
    expect(orderRead("store/order/updated", () => undefined).observations).toMatchObject([
      { kind: "deleted", id: "42" },
    ]);
    const archived = orderRead("store/order/updated", withOrder({ is_deleted: true }));
    expect(archived.observations).toMatchObject([
      { kind: "deleted", version: "2026-11-01T12:00:00.000000000Z" },
    ]);
  });

  it("states amounts with tax where the shop shows them so", () => {
    const { observations } = orderRead("store/order/updated", withOrder({ is_tax_inclusive_pricing: true }));
    expect(observations[0]).toMatchObject({
      state: {
        taxesIncluded: true,
        totals: { subtotal: { amount: "89.18" }, shipping: { amount: "10.82" }, total: { amount: "100.00" } },
        lineItems: [
          { unitPrice: { amount: "37.89" } },
          { unitPrice: { amount: "32.48" }, total: { amount: "56.29" } },
        ],
      },
    });
  });

  it("has amounts with the decimals of its currency", () => {
    const { observations } = orderRead(
      "store/order/updated",
      withOrder({ currency_code: "JPY", total_inc_tax: "1200.0000" }),
    );
    expect(observations[0]).toMatchObject({
      state: { totals: { total: { amount: "1200", currency: "JPY" } } },
    });
  });

  it("goes through its life", () => {
    const seen = LIFE_STAGES.map((stage) => {
      const [order] = orderRead("store/order/statusUpdated", answers(stage), { stage }).observations;
      const { paymentStatus, fulfillmentStatus } =
        order?.kind === "state" && order.resource === "order" ? order.state : {};
      return `${stage}: ${paymentStatus}, ${fulfillmentStatus}`;
    });
    expect(seen).toEqual([
      "created: pending, unfulfilled",
      "paid: paid, unfulfilled",
      "partly_shipped: paid, partially_fulfilled",
      "shipped: paid, fulfilled",
      "partly_refunded: partially_refunded, fulfilled",
    ]);
  });

  it("says without a read only what the webhook says", () => {
    const alone = (topic: string, options = {}) =>
      tellAlone(bigcommerce, { topic, body: bodyOf(topic, options) });
    expect(alone("store/order/created")).toMatchObject([
      { path: "updatedAt", value: "2026-11-01T12:00:00Z" },
    ]);
    expect(alone("store/order/statusUpdated", { status: "0" })).toEqual([]);
    expect(alone("store/order/statusUpdated", { status: "2" })).toMatchObject([
      { path: "status", value: "open" },
      { path: "fulfillmentStatus", value: "fulfilled", news: ["fulfilled"] },
    ]);
    expect(alone("store/order/statusUpdated", { status: "77" })).toMatchObject([
      { path: "status", value: "unknown" },
      { path: "platformStatus", value: "77" },
    ]);
  });
});

describe("scopes of a channel", () => {
  const send = (scope: string, data: Readonly<Record<string, unknown>>, api: AnswersOf) =>
    play(bigcommerce, { topic: scope, body: JSON.stringify({ scope, data }), answers: api });

  it("name the order differently", () => {
    const { observations } = send("store/channel/1/order/updated", { order_id: 42 }, answers("paid"));
    expect(observations[0]).toMatchObject({ resource: "order", id: "42" });
  });

  it("tell the stock of a variant at a location", () => {
    const data = { variant_id: 127, product_id: 77, location_id: 2 };
    const { observations, paths } = send("store/channel/7/inventory/product/stock_changed", data, someStock);
    expect(paths).toEqual(["/v3/inventory/items?variant_id:in=127&location_id:in=2"]);
    expect(observations).toMatchObject([
      {
        resource: "stock",
        id: "127@2",
        state: { variantId: "127", locationId: "2", available: 4, sku: "MUG-BLU" },
      },
    ]);
  });
});

describe("stock without locations", () => {
  const stock = (overrides: Readonly<Record<string, unknown>>) =>
    play(bigcommerce, {
      topic: "store/sku/inventory/updated",
      body: bodyOf("store/sku/inventory/updated", { id: "77" }),
      answers: () => aProduct(overrides),
    }).observations.flatMap((each) =>
      each.kind === "state" && each.resource === "stock" ? [each.state] : [],
    );

  it("is counted by variant, by product, or not at all", () => {
    expect(stock({}).map(({ inventoryItemId, available }) => [inventoryItemId, available])).toEqual([
      ["127", 5],
      ["128", 0],
    ]);
    expect(stock({ inventory_tracking: "product" })).toMatchObject([
      { inventoryItemId: "product:77", available: 12 },
    ]);
    expect(
      stock({ inventory_tracking: "none" }).map(({ available, tracked }) => [available, tracked]),
    ).toEqual([
      [null, false],
      [null, false],
    ]);
    expect(stock({ inventory_tracking: "by weight" })).toEqual([]);
  });

  it("is told without a read only where the webhook names a level", () => {
    const alone = (method: string) =>
      tellAlone(bigcommerce, {
        topic: "store/sku/inventory/updated",
        body: JSON.stringify({
          data: { id: 461, inventory: { product_id: 206, variant_id: 509, method, value: 5 } },
        }),
      });
    expect(alone("absolute")).toMatchObject([
      { resource: "stock", id: "509", state: { available: 5, productId: "206" } },
    ]);
    expect(alone("relative")).toEqual([]);
  });
});

describe("the API", () => {
  it("is asked with the store's token, and slows down where its headers say so", async () => {
    const topic = "store/order/updated";
    const plan = planOf(bigcommerce, { topic, body: bodyOf(topic) });
    if (!("reads" in plan)) return expect.unreachable("needs no read");
    const reads = await startRealReads(bigcommerce, {
      answers: (path) => (path === "/v2/orders/42" ? anOrder({}, { status_id: 0 }) : undefined),
      credentials: { accessToken: "token-1" },
      settings: { storeHash: "abc123" },
      authorize: ({ headers }) => headers["x-auth-token"] === "token-1",
      headers: { "X-Rate-Limit-Requests-Left": "0", "X-Rate-Limit-Time-Reset-Ms": "5000" },
    });
    try {
      expect(await reads.hydrate(plan)).toMatchObject({ kind: "observed", observations: [] });
      expect(reads.api.asked()).toEqual(["GET /stores/abc123/v2/orders/42"]);
      expect(await reads.hydrate(plan)).toMatchObject({ kind: "later" });
      expect(reads.api.asked()).toHaveLength(1);
    } finally {
      await reads.close();
    }
  });
});
