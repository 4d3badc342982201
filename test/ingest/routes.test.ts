/** What a platform gets for an answer, and what an admin can see of it. */
import { createHmac } from "node:crypto";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { problem } from "../../src/api.ts";
import { ERRORS } from "../../src/errors.ts";
import type { Appended, Inbox } from "../../src/ingest/inbox/inbox.ts";
import { createMemoryInbox } from "../../src/ingest/inbox/memory.ts";
import { INGEST_OUTCOMES, type IngestOutcome } from "../../src/ingest/outcome.ts";
import { createSecretBox } from "../../src/secret-box.ts";
import { REJECTION_REASONS } from "../../src/ingest/signature/outcome.ts";
import { sign } from "../../src/ingest/signature/sign.ts";
import { createMemoryStores } from "../../src/ingest/stores-memory.ts";
import { normalize } from "../../src/normalizers/normalize.ts";
import type { Platform } from "../../src/normalizers/platform.ts";
import type { HmacScheme, JwsScheme, JwtScheme } from "../../src/normalizers/scheme.ts";
import {
  ADMIN_TOKEN,
  aStore,
  createTestApp,
  NOW,
  platformOf,
  SECRET,
  signed,
  type TestApp,
} from "../helpers/app.ts";
import { anRsaPair, toJwks } from "../helpers/key-pairs.ts";
import { aPlatform, appOf, HMAC } from "../helpers/wires.ts";

const ACME = "/webhooks/shopify/acme";
const WOO = "/webhooks/woocommerce/shop";
const woocommerce = platformOf("woocommerce");
const WARN = 40;
const INFO = 30;

const wooStores = [aStore(), aStore({ name: "shop", platform: "woocommerce" })];
const ping = {
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: "webhook_id=9",
};

function appWithInbox(append: Inbox["append"]): TestApp {
  return createTestApp({
    overrides: { inbox: { refusal: () => undefined, append, drain: async () => undefined } },
  });
}

/** Without the id that differs from request to request. */
async function problemOf(response: Response) {
  const { requestId, ...rest } = problem.parse(await response.json());
  expect(requestId).not.toBe("");
  return rest;
}

function headersOf(response: Response): Record<string, string> {
  return Object.fromEntries([...response.headers].filter(([name]) => name !== "x-request-id"));
}

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

const failing503 = () => post(failing({ kind: "unavailable", reason: "the broker is away" }), signed());
const wronglySigned = () => post(createTestApp(), signed({ secret: "wrong" }));

/** A request to a store of a platform that signs in this way. */
const sentTo = (
  overrides: Partial<Platform>,
  init: RequestInit = {},
  secrets: readonly string[] = [SECRET],
) =>
  post(appOf(aPlatform({ id: "shopify", ...overrides }), { secrets }), {
    method: "POST",
    body: "{}",
    ...init,
  });

const signature = { "x-signature": "ab".repeat(32) };
const timed: HmacScheme = {
  ...HMAC,
  timestamp: { source: { header: "x-time" }, format: "seconds", toleranceSeconds: 300 },
};
const jws: JwsScheme = {
  kind: "jws",
  signature: { headers: ["x-signature"] },
  algorithms: ["RS256"],
  keys: { kind: "jwks", url: "https://keys.example/jwks.json", cacheSeconds: 60 },
};
const tokenOf = (head: object) => `${Buffer.from(JSON.stringify(head)).toString("base64url")}..AAAA`;
const pair = anRsaPair();

const REFUSALS: Readonly<Record<(typeof REJECTION_REASONS)[number], () => ReturnType<typeof post>>> = {
  no_secret: () => post(createTestApp({ stores: [aStore({ secrets: [] })] }), signed()),
  secret_unreadable: () => {
    const secretBox = createSecretBox("cd".repeat(32));
    return post(createTestApp({ overrides: { secretBox } }), signed());
  },
  missing_signature: () => post(createTestApp(), signed({ headers: { "x-shopify-hmac-sha256": undefined } })),
  malformed_signature: () => post(createTestApp(), signed({ headers: { "x-shopify-hmac-sha256": "a, a" } })),
  wrong_signature: wronglySigned,
  missing_content: () =>
    sentTo({ schemes: [{ ...HMAC, signs: [{ header: "x-id" }, "body"] }] }, { headers: signature }),
  missing_timestamp: () => sentTo({ schemes: [timed] }, { headers: signature }),
  stale_timestamp: () => {
    const headers = { "x-signature": createHmac("sha256", SECRET).update("{}").digest("hex"), "x-time": "1" };
    return sentTo({ schemes: [timed] }, { headers });
  },
  wrong_algorithm: () => sentTo({ schemes: [jws] }, { headers: { "x-signature": tokenOf({ alg: "none" }) } }),
  unknown_key: () => {
    const headers = { "x-signature": tokenOf({ alg: "RS256", kid: "other" }) };
    return sentTo({ schemes: [{ ...jws, keys: { kind: "secret" } }] }, { headers }, [toJwks({ one: pair })]);
  },
  keys_unavailable: () =>
    sentTo({ schemes: [jws] }, { headers: { "x-signature": tokenOf({ alg: "RS256" }) } }),
  unknown_host: () =>
    sentTo(
      { handshakes: [{ kind: "validation", method: "POST", url: { json: "url" }, hosts: ["fair.example"] }] },
      { body: '{"url":"https://evil.example"}' },
    ),
  wrong_audience: () => {
    const scheme: JwtScheme = {
      kind: "jwt",
      token: "body",
      algorithms: ["RS256"],
      keys: { kind: "secret" },
      leewaySeconds: 0,
    };
    const { body } = sign({ scheme, secret: pair.privateKey, body: Buffer.from("{}"), now: NOW });
    const schemes = [{ ...scheme, claims: { aud: { constant: "me" } } }];
    return sentTo({ schemes }, { body: new Uint8Array(body) }, [pair.publicKey]);
  },
  wrong_shop: () =>
    post(createTestApp({ stores: [aStore({ externalId: "other.myshopify.com" })] }), signed()),
  unknown_shop: () => post(createTestApp(), signed(), "/webhooks/shopify/~"),
};

describe("a refusal", () => {
  it("is known for every reason, and for no other", () => {
    expect(Object.keys(REFUSALS).sort()).toEqual([...REJECTION_REASONS].sort());
  });

  it.each(REJECTION_REASONS.filter((reason) => reason !== "keys_unavailable"))(
    "does not tell the sender its reason, only the admin: %s",
    async (reason) => {
      const [test, response] = await REFUSALS[reason]();
      const [, other] = await wronglySigned();
      expect(response.status).toBe(401);
      expect(headersOf(response)).toEqual(headersOf(other));
      const told = await response.text();
      expect(told).not.toContain(reason);
      expect(problem.parse(JSON.parse(told)).title).toBe(ERRORS.not_verified.publicText);
      expect(Object.keys(JSON.parse(told))).toEqual(Object.keys(JSON.parse(await other.text())));
      const store = reason === "unknown_shop" ? "~" : "acme";
      expect(await rejections(test)).toMatchObject([{ platform: "shopify", store, reason }]);
      expect(await test.count("rejections", { platform: "shopify", reason })).toBe(1);
      expect(test.lines.at(-1)).toMatchObject({ outcome: "not_verified", reason });
      expect(test.inbox.stored()).toEqual([]);
    },
  );

  it("for want of the platform's keys looks like a broker that is away, since trying again helps", async () => {
    const [test, response] = await REFUSALS.keys_unavailable();
    const [, other] = await failing503();
    expect([response.status, response.headers.has("retry-after")]).toEqual([503, true]);
    expect(await problemOf(response)).toEqual(await problemOf(other));
    expect(await rejections(test)).toMatchObject([{ store: "acme", reason: "keys_unavailable" }]);
    expect(await test.count("rejections", { platform: "shopify", reason: "keys_unavailable" })).toBe(1);
    expect(test.inbox.stored()).toEqual([]);
  });

  it("is kept with the id that the sender was told", async () => {
    const [test, response] = await wronglySigned();
    const { requestId } = problem.parse(await response.json());
    expect(await rejections(test)).toMatchObject([{ requestId }]);
  });

  it("is one of the last 500, the newest first", async () => {
    const test = createTestApp();
    for (let number = 0; number < 501; number += 1) {
      await test.app.request(`/webhooks/shopify/store-${number}`, { method: "POST" });
    }
    const kept = await rejections(test);
    expect(kept).toHaveLength(500);
    expect([kept.at(0)?.store, kept.at(-1)?.store]).toEqual(["store-500", "store-1"]);
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

describe("limits", () => {
  it.each([
    [5_000_000, 200],
    [5_000_001, 413],
  ])("a body of %i bytes gets %i", async (bytes, status) => {
    const [test, response] = await post(createTestApp(), signed({ body: Buffer.alloc(bytes, "1") }));
    expect(response.status).toBe(status);
    expect(test.inbox.stored()).toHaveLength(status === 200 ? 1 : 0);
  });

  it("a body that is announced as too large is not read", async () => {
    const incoming = new IncomingMessage(new Socket());
    const init = signed({ headers: { "content-length": "10000000" } });
    const response = await createTestApp().app.request(ACME, init, { incoming });
    expect(response.status).toBe(413);
    expect(incoming.listenerCount("data")).toBe(0);
  });

  it.each([
    [100, 200],
    [101, 431],
  ])("%i headers get %i", async (count, status) => {
    const init = signed();
    const more = count - Object.keys(init.headers).length;
    const [, response] = await post(createTestApp(), {
      ...init,
      headers: { ...init.headers, ...manyHeaders(more) },
    });
    expect(response.status).toBe(status);
  });

  it("hold before the sender is verified, and only at stores that exist", async () => {
    const [test] = await post(createTestApp(), {
      method: "POST",
      body: Buffer.alloc(6_000_000),
      headers: {},
    });
    expect(await test.count("requests", { platform: "shopify", outcome: "too_large" })).toBe(1);
    const [, other] = await post(
      test,
      { method: "POST", body: Buffer.alloc(6_000_000) },
      "/webhooks/shopify/x",
    );
    expect(other.status).toBe(404);
  });

  it.each(["gzip", "br", "deflate", "GZIP", "identity, gzip", "x"])(
    "a body in encoding %s gets 415",
    async (encoding) => {
      const [test, response] = await post(
        createTestApp(),
        signed({ headers: { "content-encoding": encoding } }),
      );
      expect(response.status).toBe(415);
      expect(test.inbox.stored()).toEqual([]);
    },
  );

  it("a body in encoding identity is taken", async () => {
    const [, response] = await post(createTestApp(), signed({ headers: { "content-encoding": "identity" } }));
    expect(response.status).toBe(200);
  });

  it("cut what is kept of headers", async () => {
    const headers = { "x-shopify-topic": "t".repeat(5000), "x-shopify-event-id": "e".repeat(5000) };
    const [test] = await post(createTestApp(), signed({ headers, deliveryId: "d".repeat(5000) }));
    const [stored] = test.inbox.stored();
    expect(stored?.topic).toHaveLength(256);
    expect(stored?.headers["x-shopify-event-id"]).toHaveLength(1024);
    expect(stored?.dedupeKey.length).toBeLessThan(1100);
  });
});

describe("a signed body is stored as it came, whatever it holds", () => {
  it.each<[string, Uint8Array | string]>([
    ["JSON that is none", "{"],
    ["100 000 nested lists", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    ["keys that pollute prototypes", '{"__proto__":{"a":1},"constructor":{"prototype":{"a":1}}}'],
    ["NUL bytes", Buffer.from('{"a":"\0"}\0')],
    ["only blanks", " \r\n\t"],
    ["UTF-16 with a byte order mark", Buffer.from('\uFEFF{"note":"café"}', "utf16le")],
    ["latin1", Buffer.from('{"note":"café"}', "latin1")],
    ["UTF-8 with a byte order mark", '\uFEFF{"id":1}'],
    ["every byte there is", Uint8Array.from({ length: 256 }, (_, byte) => byte)],
    ["a form", "a=1&b=2"],
    ["line breaks of every kind", '{\r\n"id":\r1\n}\n'],
  ])("%s", async (_what, body) => {
    const [test, response] = await post(createTestApp(), signed({ body }));
    expect(response.status).toBe(200);
    const [stored, ...more] = test.inbox.stored();
    expect(more).toEqual([]);
    expect(Buffer.from(body).equals(stored?.body ?? Buffer.alloc(0))).toBe(true);
    expect(Reflect.get({}, "a")).toBeUndefined();
  });

  it.each<[string, Uint8Array | string]>([
    ["JSON that is none", "{"],
    ["100 000 nested lists", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    ["UTF-16", Buffer.from('\uFEFF{"note":"café"}', "utf16le")],
    ["latin1", Buffer.from('{"note":"café"}', "latin1")],
    ["only blanks", " "],
  ])("and becomes a dead letter later: %s", async (_what, body) => {
    const [test] = await post(createTestApp(), signed({ body }));
    const [stored] = test.inbox.stored();
    expect(stored && normalize(stored, {}).kind).toBe("unreadable");
  });
});

describe("a stored webhook", () => {
  it("tells what is known of the request, and no more", async () => {
    const init = signed({
      headers: { "x-secret-of-proxy": "no", cookie: "no", "x-forwarded-for": "1.2.3.4" },
    });
    const [test] = await post(createTestApp(), init);
    const [stored] = test.inbox.stored();
    expect(stored).toMatchObject({
      platform: "shopify",
      store: "acme",
      topic: "orders/create",
      dedupeKey: "545ebdd4-b7be-4d3d-b14e-54aa78e0e0f9",
      receivedAt: "2026-11-01T12:00:00.000Z",
      sentAt: "2026-11-01T11:59:59Z",
      via: "webhook",
      authenticity: "signature",
    });
    expect(Object.keys(stored?.headers ?? {}).sort()).toEqual([
      "x-shopify-api-version",
      "x-shopify-event-id",
      "x-shopify-shop-domain",
      "x-shopify-triggered-at",
      "x-shopify-webhook-id",
    ]);
  });

  it("without a topic is stored too, and is of an unknown topic", async () => {
    const [test, response] = await post(
      createTestApp(),
      signed({ headers: { "x-shopify-topic": undefined } }),
    );
    expect(response.status).toBe(200);
    const [stored] = test.inbox.stored();
    expect(stored?.topic).toBe("");
    expect(stored && normalize(stored, {}).kind).toBe("unknown_topic");
  });

  it("is stored once, however often the platform repeats it", async () => {
    const test = createTestApp();
    for (let time = 0; time < 3; time += 1) expect((await post(test, signed()))[1].status).toBe(200);
    expect(test.inbox.stored()).toHaveLength(1);
  });

  it("that comes twice at the same moment is stored once", async () => {
    const test = createTestApp();
    const answers = await Promise.all([post(test, signed()), post(test, signed())]);
    expect(answers.map(([, { status }]) => status)).toEqual([200, 200]);
    expect(test.inbox.stored()).toHaveLength(1);
  });

  it("with the id of another store's is another one", async () => {
    const test = createTestApp({ stores: [aStore(), aStore({ name: "other" })] });
    await post(test, signed());
    await post(test, signed(), "/webhooks/shopify/other");
    expect(test.inbox.stored().map(({ store }) => store)).toEqual(["acme", "other"]);
  });

  it("without an id is known by its body, and that is counted", async () => {
    const test = createTestApp();
    const headers = { "x-shopify-webhook-id": undefined };
    for (const body of ["1", "2", "1"]) await post(test, signed({ body, headers }));
    expect(test.inbox.stored().map(({ body }) => Buffer.from(body).toString())).toEqual(["1", "2"]);
    const { values } = await test.metrics.dedupeFallbacks.get();
    expect(values).toMatchObject([{ value: 3, labels: { platform: "shopify" } }]);
  });

  it("cannot reach into its key with signs that mean something elsewhere", async () => {
    const test = createTestApp();
    await post(test, signed({ deliveryId: "a b.*.>,%/:=" }));
    expect(test.inbox.stored()[0]?.dedupeKey).toMatch(/^[\w%*.()!~'-]+$/);
  });

  it("of WooCommerce is known by delivery, topic and body together", async () => {
    const test = createTestApp({ stores: wooStores });
    const send = (deliveryId: string, topic: string, body: string) =>
      post(test, signed({ platform: woocommerce, deliveryId, topic, body }), WOO);
    await send("1", "order.updated", '{"id":1}');
    await send("1", "order.updated", '{"id":2}');
    await send("1", "order.created", '{"id":1}');
    await send("2", "order.updated", '{"id":1}');
    await send("1", "order.updated", '{"id":1}');
    expect(test.inbox.stored()).toHaveLength(4);
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

describe("when nothing can be stored", () => {
  it("the platform is told to come back, and then it is stored", async () => {
    const memory = createMemoryInbox();
    let isDown = true;
    const test = appWithInbox(async (webhook, waitMs) =>
      isDown ? { kind: "unavailable", reason: "the broker is away" } : memory.append(webhook, waitMs),
    );
    const [, refused] = await post(test, signed());
    expect(refused.status).toBe(503);
    expect(memory.stored()).toEqual([]);
    isDown = false;
    const [, taken] = await post(test, signed());
    expect(taken.status).toBe(200);
    expect(memory.stored()).toHaveLength(1);
  });

  it("the log names the webhook and the reason", async () => {
    const [test] = await post(failing({ kind: "unavailable", reason: "the broker is away" }), signed());
    expect(test.lines.at(-1)).toMatchObject({
      reason: "the broker is away",
      topic: "orders/create",
      store: "acme",
      webhookId: expect.any(String),
    });
  });

  it("a store that holds its share of the room is refused unread, and another is not", async () => {
    const memory = createMemoryInbox();
    const test = createTestApp({
      stores: [aStore(), aStore({ name: "quiet" })],
      overrides: {
        inbox: {
          ...memory,
          refusal: (store) => (store === "acme" ? { kind: "store_overloaded" } : undefined),
        },
      },
    });
    const [, refused] = await post(test, { ...signed(), body: "never read, so not even verified" });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    const taken = await test.app.request("/webhooks/shopify/quiet", signed());
    expect(taken.status).toBe(200);
    expect(memory.stored()).toHaveLength(1);
  });

  it("the log says once a second that webhooks are turned away, not for each of thousands", async () => {
    const test = failing({ kind: "overloaded" });
    for (let time = 0; time < 50; time += 1) await post(test, signed());
    expect(test.lines.filter(({ outcome }) => outcome === "overloaded")).toHaveLength(1);
    test.clock.now += 1000;
    await post(test, signed());
    expect(test.lines.filter(({ outcome }) => outcome === "overloaded")).toHaveLength(2);
  });

  it("retries are asked for at different moments", async () => {
    const asked = new Set<string | null>();
    for (let time = 0; time < 50; time += 1) {
      const [, response] = await post(failing({ kind: "overloaded" }), signed());
      asked.add(response.headers.get("retry-after"));
    }
    expect(asked.size).toBeGreaterThan(1);
    for (const seconds of asked) expect(Number(seconds)).toBeLessThan(30);
  });

  it("the inbox gets less time than the platform waits", async () => {
    const waits: number[] = [];
    const test = appWithInbox(async (_webhook, waitMs) => {
      waits.push(waitMs);
      return { kind: "stored" };
    });
    await post(test, signed());
    expect(waits).toEqual([3500]);
  });

  it("a defect of the inbox is an error to the platform, never a yes", async () => {
    const test = appWithInbox(() => Promise.reject(new Error("a defect with personal data")));
    const [, response] = await post(test, signed());
    expect(response.status).toBe(500);
    expect(await problemOf(response)).toMatchObject({ code: "internal" });
  });

  it.each([ACME, "/webhooks/shopify/other", "/webhooks/other/acme"])(
    "because the stores are not read yet, %s gets 503 and no 404, which would make the platform give up",
    async (path) => {
      const stores = { ...createMemoryStores(), isReady: () => false };
      const [test, response] = await post(createTestApp({ overrides: { stores } }), signed(), path);
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).not.toBeNull();
      expect(test.inbox.stored()).toEqual([]);
    },
  );
});

const NO_NAMES = [
  "a b",
  "a.b",
  "*",
  ">",
  "%2e",
  "%",
  "..",
  "a/b",
  "a:b",
  "Acme",
  "-a",
  "ä",
  "a\n",
  "a\0",
  "a".repeat(64),
  "a".repeat(300),
  "__proto__",
];

describe("a store's name", () => {
  it.each(NO_NAMES)("cannot be %j: 404 at the webhook address, 400 at the admin's", async (name) => {
    const test = createTestApp();
    for (const path of [name, encodeURIComponent(name)]) {
      const [, response] = await post(test, signed(), `/webhooks/shopify/${path}`);
      expect(response.status).toBe(404);
    }
    const body = { platform: "shopify", name, secrets: ["s"] };
    const refused = await test.admin("POST", "/api/stores", body);
    expect(refused.status).toBe(400);
    expect((await problemOf(refused)).detail).toMatch(/^name: needs a to z/);
    expect(test.deps.stores.list().map((store) => store.name)).toEqual(["acme"]);
  });

  it.each(["constructor", "tostring", "0", "a".repeat(63)])(
    "may be %s, which means nothing special",
    async (name) => {
      const test = createTestApp();
      const path = `/webhooks/shopify/${name}`;
      expect((await post(test, signed(), path))[1].status).toBe(404);
      const body = { platform: "shopify", name, secrets: [SECRET] };
      expect((await test.admin("POST", "/api/stores", body)).status).toBe(201);
      expect((await post(test, signed(), path))[1].status).toBe(200);
    },
  );
});

async function post(
  test: TestApp,
  init: RequestInit,
  path = ACME,
): Promise<readonly [test: TestApp, response: Response]> {
  return [test, await test.app.request(path, init)];
}

function failing(result: Appended): TestApp {
  return appWithInbox(async () => result);
}

function manyHeaders(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, number) => [`x-more-${number}`, "1"]));
}

async function rejections({ app }: TestApp): Promise<Record<string, unknown>[]> {
  const response = await app.request("/api/rejections", {
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  expect(response.status).toBe(200);
  return z.object({ rejections: z.array(z.record(z.string(), z.unknown())) }).parse(await response.json())
    .rejections;
}
