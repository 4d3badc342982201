/** What the suites over all platforms do not show of Saleor. */
import { describe, expect, it } from "vitest";
import type { MapContext } from "../../../../src/normalizers/platform.ts";
import { saleor } from "../../../../src/normalizers/platforms/saleor/index.ts";
import { subscriptionOf } from "../../../../src/normalizers/platforms/saleor/queries.ts";
import { aStore, createTestApp, NOW } from "../../../helpers/app.ts";
import { anRsaPair, toJwks } from "../../../helpers/key-pairs.ts";
import { signed } from "../../../helpers/app.ts";
import { planOf } from "../../../helpers/hydrate.ts";
import { type RealReadsOptions, startRealReads } from "../../../helpers/real-reads.ts";
import { answers, DENIED } from "./api.ts";

const SHOP = "https://shop.saleor.cloud";

describe("the deprecated signature", () => {
  // The documentation of Saleor signs this body with this secret: saleor/webhook/transport/utils.py.
  const body = '{"product": {"id": "UHJvZHVjdDo3Ng==", "name": "Coconut Juice"}}';
  const headers = {
    "saleor-event": "product_updated",
    "saleor-signature": "26285139a1983a3f5724a5af72878a112d700448698fa24755fdf82d2025d8b3",
  };
  const post = async (variant: string | undefined) => {
    const { app, inbox } = createTestApp({
      stores: [
        aStore({
          platform: "saleor",
          secrets: ["test_secret_123"],
          ...(variant === undefined ? {} : { variant }),
        }),
      ],
    });
    const { status } = await app.request("/webhooks/saleor/acme", { method: "POST", body, headers });
    return { status, stored: inbox.stored().length };
  };

  it("counts for a store that is configured for it", async () => {
    expect(await post("hmac")).toEqual({ status: 200, stored: 1 });
  });

  it("counts for no other store", async () => {
    const { status, stored } = await post(undefined);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(stored).toBe(0);
  });
});

describe("the keys", () => {
  const pair = anRsaPair();
  const post = async (headers: Record<string, string> = {}) => {
    const asked: string[] = [];
    const { app } = createTestApp({
      stores: [aStore({ platform: "saleor", secrets: [], settings: { shopUrl: SHOP } })],
      overrides: {
        platformFetch: async (url) => {
          asked.push(url);
          return url === `${SHOP}/.well-known/jwks.json`
            ? { status: 200, text: toJwks({ "1": pair }) }
            : { status: 404, text: "" };
        },
      },
    });
    const init = signed({ platform: saleor, secret: pair.privateKey, headers });
    const { status } = await app.request("/webhooks/saleor/acme", init);
    return { status, asked };
  };

  it("are those that the configured shop publishes", async () => {
    expect(await post()).toEqual({ status: 200, asked: [`${SHOP}/.well-known/jwks.json`] });
  });

  it("are never fetched from where the request says", async () => {
    const { asked } = await post({ "saleor-api-url": "https://evil.example/graphql/" });
    expect(asked).toEqual([`${SHOP}/.well-known/jwks.json`]);
  });
});

describe("bodies", () => {
  it("without a query are refused with the way out", () => {
    const legacy = [{ id: "T3JkZXI6MQ==", meta: { issuing_principal: {} } }];
    expect(plan("order_created", legacy)).toMatchObject({
      ok: false,
      problem: expect.stringContaining("register the webhook again with the query"),
    });
  });

  it("with ids only are completed by the app's own query", () => {
    const planned = plan("order_created", { order: { id: "T3JkZXI6MQ==" } });
    if (!("hydration" in planned)) return expect.unreachable("nothing is read");
    expect(planned.hydration.key).toBe("order:T3JkZXI6MQ==");
    expect(planned.hydration.reads({})).toMatchObject([
      { method: "POST", path: "/graphql/", body: { variables: { id: "T3JkZXI6MQ==" } } },
    ]);
    const at = "2026-11-01T12:00:00Z";
    expect(planned.hydration.map({ order: { data: { order: null } } }, at)).toMatchObject({
      observations: [{ kind: "deleted", id: "T3JkZXI6MQ==", version: "2026-11-01T12:00:00.000000000Z" }],
    });
    // What GraphQL answers when the token may not: status 200, no data.
    expect(planned.hydration.map({ order: { data: null, errors: [{}] } }, at)).toMatchObject({ ok: false });
    expect(planned.hydration.map({ order: { data: null } }, at)).toMatchObject({ ok: false });
  });
});

describe("statuses", () => {
  it.each([
    ["DRAFT", "draft", undefined],
    ["UNCONFIRMED", "pending", undefined],
    ["UNFULFILLED", "open", "unfulfilled"],
    ["PARTIALLY_FULFILLED", "open", "partially_fulfilled"],
    ["FULFILLED", "completed", "fulfilled"],
    ["PARTIALLY_RETURNED", "completed", undefined],
    ["RETURNED", "completed", undefined],
    ["CANCELED", "cancelled", undefined],
    ["EXPIRED", "failed", undefined],
    ["NEW_WORD", "unknown", undefined],
  ])("%s of an order is %s, its shipments are %s", (word, status, fulfillmentStatus) => {
    const planned = plan("order_updated", { order: { id: "1", status: word } });
    expect(planned).toMatchObject({ observations: [{ state: { status, platformStatus: word } }] });
    const [first] = "observations" in planned ? planned.observations : [];
    expect(first).toHaveProperty("state.fulfillmentStatus", fulfillmentStatus);
  });
});

describe("the payment", () => {
  // By saleor/graphql/order/types.py: with transactions the word counts what the shop still has.
  it.each([
    ["NOT_CHARGED", 0, 0, "pending"],
    ["FULLY_CHARGED", 100, 0, "paid"],
    ["PARTIALLY_CHARGED", 95, 5, "partially_refunded"],
    ["FULLY_CHARGED", 95, 5, "partially_refunded"],
    ["NOT_CHARGED", 0, 100, "refunded"],
    ["FULLY_REFUNDED", 0, 100, "refunded"],
    ["CANCELLED", 0, 5, "voided"],
    ["NEW_WORD", 95, 5, "unknown"],
  ])("of the word %s with %d charged and %d refunded is %s", (word, charged, refunded, expected) => {
    const money = (amount: number) => ({ amount, currency: "EUR" });
    const order = {
      id: "1",
      status: "UNFULFILLED",
      paymentStatus: word,
      totalCharged: money(charged),
      totalRefunded: money(refunded),
    };
    expect(plan("order_updated", { order })).toMatchObject({
      observations: [{ state: { paymentStatus: expected, platformPaymentStatus: word } }],
    });
  });
});

describe("the API", () => {
  const ORDER = { id: "T3JkZXI6MQ==", at: "2026-11-01T12:00:10Z" };
  const thin = planOf(saleor, { topic: "order_updated", body: JSON.stringify({ order: { id: ORDER.id } }) });
  const variant = planOf(saleor, {
    topic: "product_variant_updated",
    body: JSON.stringify({ productVariant: { id: "v1", product: { id: "UHJvZHVjdDo3Ng==" } } }),
  });
  const open = async (options: Partial<RealReadsOptions>, test: (reads: Reads) => Promise<void>) => {
    const reads = await startRealReads(saleor, {
      answers: answers("paid", ORDER),
      credentials: { appToken: "token-1" },
      authorize: ({ headers }) => headers.authorization === "Bearer token-1",
      ...options,
    });
    await test(reads).finally(reads.close);
  };
  type Reads = Awaited<ReturnType<typeof startRealReads>>;

  it("is asked below the shop's address with the app's token, for the order as a whole", () =>
    open({}, async (reads) => {
      if (!("reads" in thin)) return expect.unreachable("needs no read");
      expect(await reads.hydrate(thin)).toMatchObject({
        kind: "observed",
        observations: [{ id: ORDER.id, state: { paymentStatus: "paid", lineItems: [{}, {}] } }],
      });
      expect(reads.api.asked()).toEqual(["POST /graphql/"]);
      expect(reads.api.requests[0]?.headers["content-type"]).toBe("application/json");
    }));

  it("is asked for the product of a variant, with its prices and stocks", () =>
    open({ answers: answers("paid", { ...ORDER, id: "UHJvZHVjdDo3Ng==" }) }, async (reads) => {
      if (!("reads" in variant)) return expect.unreachable("needs no read");
      expect(await reads.hydrate(variant)).toMatchObject({
        observations: [{ resource: "product" }, { resource: "price" }, { resource: "stock" }],
      });
    }));

  it("says that an order is gone by null", () =>
    open({ answers: answers("paid", { ...ORDER, id: "another" }) }, async (reads) => {
      if (!("reads" in thin)) return expect.unreachable("needs no read");
      expect(await reads.hydrate(thin)).toMatchObject({ observations: [{ kind: "deleted", id: ORDER.id }] });
    }));

  it("is asked again later, and deletes nothing, where it says null to an app that may not read", async () => {
    await open({ answers: () => DENIED }, async (reads) => {
      if (!("reads" in thin)) return expect.unreachable("needs no read");
      expect(await reads.hydrate(thin)).toMatchObject({ kind: "later", waited: { failures: 1 } });
      expect(thin.map({ order: DENIED }, ORDER.at)).toMatchObject({
        problem: expect.stringContaining("PermissionDenied"),
        again: true,
      });
    });
  });

  it("is left alone after it refused the token, and after it was asked too much", async () => {
    await open({ credentials: { appToken: "old" } }, async (reads) => {
      if (!("reads" in thin)) return expect.unreachable("needs no read");
      expect(await reads.hydrate(thin)).toMatchObject({ kind: "later" });
      expect(await reads.hydrate(thin)).toMatchObject({ kind: "later" });
      expect(reads.api.requests.map(({ status }) => status)).toEqual([401]);
    });
    await open({}, async (reads) => {
      if (!("reads" in thin) || !("reads" in variant)) return expect.unreachable("needs no read");
      reads.api.failNext({ status: 429, headers: { "retry-after": "30" } });
      expect(await reads.hydrate(thin)).toMatchObject({ kind: "later" });
      expect(await reads.hydrate(variant)).toMatchObject({ kind: "later" });
      reads.skip(30_000);
      expect(await reads.hydrate(thin)).toMatchObject({ kind: "observed" });
      expect(reads.api.requests.map(({ status }) => status)).toEqual([429, 200]);
    });
  });
});

describe("the queries", () => {
  it("exist for every topic that is mapped", () => {
    for (const topic of Object.keys(saleor.topics)) {
      const query = subscriptionOf(topic);
      expect(query, topic).toContain("issuedAt");
      expect(query?.split("{").length, topic).toBe(query?.split("}").length);
    }
    expect(subscriptionOf("order_fully_paid")).toContain("... on OrderFullyPaid {");
  });

  it("ask for whatever the samples hold", () => {
    for (const [topic, body] of Object.entries(saleor.samples.bodies)) {
      const query = subscriptionOf(topic) ?? "";
      const sample: unknown = JSON.parse(body({ id: "1", at: "2026-11-01T12:00:00Z" }));
      expect(
        keysOf(sample).filter((key) => !new RegExp(`\\b${key}\\b`).test(query)),
        topic,
      ).toEqual([]);
    }
  });
});

function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [key, ...keysOf(part)]);
}

function plan(topic: string, payload: unknown) {
  const handler = saleor.topics[topic];
  if (handler?.kind !== "hydrated") return expect.unreachable(topic);
  const at = new Date(NOW).toISOString();
  const context: MapContext = { topic, at, receivedAt: at, headers: {}, options: {} };
  return handler.plan(payload, context);
}
