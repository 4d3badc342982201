/** What a platform gets for an answer, and what an admin can see of it. */
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { INGEST_OUTCOMES, type IngestOutcome } from "../../src/ingest/outcome.ts";
import { aStore, createTestApp, SECRET, signed, type TestApp } from "../helpers/app.ts";
import { ACME, failing, headersOf, manyHeaders, post, problemOf, rejections } from "../helpers/ingest.ts";

const WOO = "/webhooks/woocommerce/shop";
const WARN = 40;
const INFO = 30;

const wooStores = [aStore(), aStore({ name: "shop", platform: "woocommerce" })];
const ping = {
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: "webhook_id=9",
};

interface Row {
  readonly status: number;
  /** Code of the problem document; without it the body is empty. */
  readonly code?: string;
  readonly level: number;
  readonly retryAfter?: true;
  readonly platform: string;
  readonly provoke: () => Promise<readonly [TestApp, Response]>;
}

const ANSWERS: Readonly<Record<IngestOutcome, Row>> = {
  stored: { status: 200, level: INFO, platform: "shopify", provoke: () => post(createTestApp(), signed()) },
  duplicate: {
    status: 200,
    level: INFO,
    platform: "shopify",
    provoke: async () => {
      const test = createTestApp();
      await post(test, signed());
      return post(test, signed());
    },
  },
  handshake: {
    status: 200,
    level: INFO,
    platform: "woocommerce",
    provoke: () => post(createTestApp({ stores: wooStores }), ping, WOO),
  },
  no_store: {
    status: 404,
    code: "not_found",
    level: WARN,
    platform: "shopify",
    provoke: () => post(createTestApp(), signed(), "/webhooks/shopify/other"),
  },
  not_verified: {
    status: 401,
    code: "not_verified",
    level: WARN,
    platform: "shopify",
    provoke: () => post(createTestApp(), signed({ secret: "wrong" })),
  },
  empty_body: {
    status: 400,
    code: "empty_body",
    level: WARN,
    platform: "shopify",
    provoke: () => post(createTestApp(), signed({ body: "" })),
  },
  unsupported_encoding: {
    status: 415,
    code: "unsupported_encoding",
    level: WARN,
    platform: "shopify",
    provoke: () =>
      post(createTestApp(), signed({ body: gzipSync("{}"), headers: { "content-encoding": "gzip" } })),
  },
  too_large: {
    status: 413,
    code: "too_large",
    level: WARN,
    platform: "shopify",
    provoke: () => post(createTestApp(), signed({ body: Buffer.alloc(10_000_000, "1") })),
  },
  too_many_headers: {
    status: 431,
    code: "too_many_headers",
    level: WARN,
    platform: "shopify",
    provoke: () => post(createTestApp(), signed({ headers: manyHeaders(1000) })),
  },
  too_slow: {
    status: 408,
    code: "too_slow",
    level: WARN,
    platform: "shopify",
    provoke: async () => {
      const test = createTestApp({ overrides: { bodyTimeoutMs: 1 } });
      const incoming = new IncomingMessage(new Socket());
      return [test, await test.app.request(ACME, signed(), { incoming })] as const;
    },
  },
  unavailable: {
    status: 503,
    code: "unavailable",
    level: WARN,
    retryAfter: true,
    platform: "shopify",
    provoke: () => post(failing({ kind: "unavailable", reason: "the broker is away" }), signed()),
  },
  overloaded: {
    status: 503,
    code: "overloaded",
    level: WARN,
    retryAfter: true,
    platform: "shopify",
    provoke: () => post(failing({ kind: "overloaded" }), signed()),
  },
  store_overloaded: {
    status: 429,
    code: "store_overloaded",
    level: WARN,
    retryAfter: true,
    platform: "shopify",
    provoke: () => post(failing({ kind: "store_overloaded" }), signed()),
  },
};

describe("the answer to a webhook", () => {
  it("is known for every outcome, and for no other", () => {
    expect(Object.keys(ANSWERS).sort()).toEqual(Object.keys(INGEST_OUTCOMES).sort());
  });

  it.each(Object.entries(ANSWERS))("is the one of the table: %s", async (outcome, row) => {
    const [test, response] = await row.provoke();
    expect(response.status).toBe(row.status);
    const retryAfter = response.headers.get("retry-after");
    if (row.retryAfter) expect(Number(retryAfter)).toBeGreaterThanOrEqual(5);
    else expect(retryAfter).toBeNull();
    if (row.code === undefined) expect(await response.text()).toBe("");
    else {
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await problemOf(response)).toMatchObject({ status: row.status, code: row.code });
    }
    expect(await test.count("requests", { platform: row.platform, outcome })).toBe(1);
    const line = test.lines.filter(({ msg }) => msg === "webhook received").at(-1);
    expect(line).toMatchObject({ level: row.level, outcome, platform: row.platform });
    expect(line?.requestId).toEqual(expect.any(String));
  });

  it.each(Object.entries(ANSWERS))("says nothing of what was sent or of any secret: %s", async (_, row) => {
    const [test, response] = await row.provoke();
    const said = `${await response.text()} ${JSON.stringify(test.lines)}`;
    expect(said).not.toContain(SECRET);
    expect(said).not.toContain("@");
    expect(said).not.toContain("line_items");
  });
});

describe("the address that all shops share", () => {
  const post = (test: ReturnType<typeof createTestApp>, init = signed()) =>
    test.app.request("/webhooks/shopify", init);

  it("finds the store by the platform's name of the shop, and checks with its secrets", async () => {
    const test = createTestApp({ stores: [aStore({ externalId: "northwind-goods.myshopify.com" })] });
    expect((await post(test)).status).toBe(200);
    expect(test.inbox.stored()).toMatchObject([{ store: "acme" }]);
    expect((await post(test, signed({ secret: "wrong" }))).status).toBe(401);
  });

  it("answers for a shop that nobody connected as for a wrong signature", async () => {
    const test = createTestApp();
    expect((await post(test)).status).toBe(401);
    expect(await rejections(test)).toMatchObject([{ reason: "unknown_shop" }]);
    expect(test.inbox.stored()).toEqual([]);
  });
});

describe("a wrong address", () => {
  it.each([
    ["a store that is not connected", "/webhooks/shopify/other"],
    ["a platform that is not known", "/webhooks/other/acme"],
    ["a store of another platform", "/webhooks/woocommerce/acme"],
    ["a name from the prototype as platform", "/webhooks/__proto__/acme"],
    ["a name from the prototype as store", "/webhooks/shopify/constructor"],
    ["no store, with a slash", "/webhooks/shopify/"],
    ["something behind the store", "/webhooks/shopify/acme/orders"],
    ["dots in the path", "/webhooks/shopify/acme/../../x"],
    ["another path", "/somewhere"],
  ])("looks like any other: %s", async (_what, path) => {
    const [test, wrong] = await post(createTestApp(), signed(), path);
    const [, plain] = await post(createTestApp(), signed(), "/no/such/page");
    expect(wrong.status).toBe(404);
    expect(headersOf(wrong)).toEqual(headersOf(plain));
    expect(await problemOf(wrong)).toEqual(await problemOf(plain));
    expect(test.inbox.stored()).toEqual([]);
  });

  it.each(["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])("is what %s to a store is, too", async (method) => {
    const { app } = createTestApp();
    const response = await app.request(ACME, { method });
    expect(response.status).toBe(404);
    expect((await problemOf(response)).code).toBe("not_found");
  });

  it("is told to the admin, with names from the wire cut short", async () => {
    const test = createTestApp();
    await post(test, signed(), `/webhooks/shopify/${"x".repeat(300)}`);
    await post(test, signed(), `/webhooks/${"y".repeat(300)}/acme`);
    expect(await rejections(test)).toMatchObject([
      { platform: "y".repeat(64), store: "acme", reason: "no_store" },
      { platform: "shopify", store: "x".repeat(64), reason: "no_store" },
    ]);
    expect(await test.count("requests", { platform: "unknown", outcome: "no_store" })).toBe(1);
  });
});

describe("a shop's own name", () => {
  it("lets a request pass when it is the one that the admin gave", async () => {
    const stores = [aStore({ externalId: "northwind-goods.myshopify.com" })];
    const [, response] = await post(createTestApp({ stores }), signed());
    expect(response.status).toBe(200);
  });

  it("is looked at only after the signature", async () => {
    const stores = [aStore({ externalId: "other.myshopify.com" })];
    const [test] = await post(createTestApp({ stores }), signed({ secret: "wrong" }));
    expect(await rejections(test)).toMatchObject([{ reason: "wrong_signature" }]);
  });
});

describe("the ping of WooCommerce", () => {
  it("is answered with 200 and stored nowhere", async () => {
    const [test, response] = await post(createTestApp({ stores: wooStores }), ping, WOO);
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(test.inbox.stored()).toEqual([]);
  });

  it.each<[string, RequestInit]>([
    ["with a signature header", { headers: { "x-wc-webhook-signature": "AAAA" } }],
    ["with an empty signature header", { headers: { "x-wc-webhook-signature": "" } }],
    ["with a topic header", { headers: { "x-wc-webhook-topic": "order.updated" } }],
    ["with another body", { body: "webhook_id=9&order=1" }],
    ["with a letter in the id", { body: "webhook_id=9a" }],
    ["with two lines", { body: "webhook_id=9\nwebhook_id=9" }],
    ["with a line break at the end", { body: "webhook_id=9\n" }],
    ["with an id of 100 digits", { body: `webhook_id=${"9".repeat(100)}` }],
    ["with no body", { body: "" }],
  ])("is none %s", async (_what, changes) => {
    const [test, response] = await post(createTestApp({ stores: wooStores }), { ...ping, ...changes }, WOO);
    expect(response.status).toBe(401);
    expect(await test.count("requests", { platform: "woocommerce", outcome: "handshake" })).toBe(0);
  });

  it.each(["/webhooks/woocommerce/other", ACME])("is no way to learn of %s", async (path) => {
    const [, response] = await post(createTestApp({ stores: wooStores }), ping, path);
    expect(response.status).toBe(path === ACME ? 401 : 404);
  });
});

describe("the id of a request", () => {
  it.each([
    ["stored", signed()],
    ["refused", signed({ secret: "wrong" })],
  ])("stands in the answer to a webhook that is %s", async (_, init) => {
    const headers = new Headers(init.headers);
    headers.set("X-Request-Id", "mine-1");
    const [, given] = await post(createTestApp(), { ...init, headers });
    expect(given.headers.get("X-Request-Id")).toBe("mine-1");
    const [, made] = await post(createTestApp(), init);
    expect(made.headers.get("X-Request-Id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});
