/** Requests that set an address up: answered, never stored, and no way around the signature. */
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { PlatformAnswer } from "../../src/ingest/signature/platform-fetch.ts";
import { openCredentials } from "../../src/ingest/stores.ts";
import type { Handshake, Registration } from "../../src/normalizers/wire.ts";
import { PUBLIC_URL, secretBox, type TestApp } from "../helpers/app.ts";
import { aPlatform, appOf, HMAC } from "../helpers/wires.ts";

const FAIR = "/webhooks/fair/acme";

function appWith(handshakes: readonly Handshake[], overrides: Parameters<typeof appOf>[2] = {}) {
  return appOf(
    aPlatform({ handshakes, locate: { ...aPlatform().locate, store: { json: "shop" } } }),
    {},
    overrides,
  );
}

const send = (test: TestApp, body: unknown, path = FAIR) =>
  test.app.request(path, { method: "POST", body: JSON.stringify(body) });

async function reasons(test: TestApp): Promise<string[]> {
  const answer = await (await test.admin("GET", "/api/rejections")).json();
  return z
    .object({ rejections: z.array(z.object({ reason: z.string() })) })
    .parse(answer)
    .rejections.map(({ reason }) => reason);
}

describe("a challenge", () => {
  const byQuery: Handshake = {
    kind: "challenge",
    method: "GET",
    value: { query: "challenge" },
    answer: "text",
  };
  const byBody: Handshake = {
    kind: "challenge",
    method: "POST",
    value: { json: "challenge" },
    answer: "json",
  };

  it("in the query is repeated as text that no browser takes for a page", async () => {
    const value = "<script>alert(1)</script>";
    const test = appWith([byQuery]);
    const response = await test.app.request(`${FAIR}?challenge=${encodeURIComponent(value)}`);
    expect([response.status, await response.text()]).toEqual([200, value]);
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(test.inbox.stored()).toEqual([]);
  });

  it("in the body is repeated as JSON", async () => {
    const test = appWith([byBody]);
    const response = await send(test, { challenge: 'a"<b' });
    expect([response.status, await response.json()]).toEqual([200, { challenge: 'a"<b' }]);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(test.inbox.stored()).toEqual([]);
  });

  it.each(["", "a\r\nSet-Cookie: x", "\u0000", "é", "x".repeat(1025)])(
    "is not repeated when it is %j",
    async (value) => {
      const response = await appWith([byQuery]).app.request(`${FAIR}?challenge=${encodeURIComponent(value)}`);
      expect(response.status).toBe(404);
      expect(await response.text()).not.toContain("Set-Cookie");
    },
  );

  it("is known at the address that all shops share, too, and at no store that is not connected", async () => {
    const test = appWith([byQuery]);
    expect((await test.app.request("/webhooks/fair?challenge=x")).status).toBe(200);
    expect((await test.app.request("/webhooks/fair/other?challenge=x")).status).toBe(404);
    expect((await test.app.request(`${FAIR}?other=x`)).status).toBe(404);
  });

  it("is none in a body that is news, however it is named: by a topic or by a topic's beginning", async () => {
    for (const type of ["sold", "sold.again"]) {
      const handler = aPlatform().topics.sold;
      if (handler === undefined) return expect.unreachable();
      const platform = aPlatform({ handshakes: [byBody], topicPrefixes: { "sold.": handler } });
      const test = appOf(platform);
      expect((await send(test, { type, challenge: "x" })).status).toBe(401);
    }
  });

  it("is one where the address names the topic", async () => {
    const platform = aPlatform({ handshakes: [byBody], locate: { topic: { path: "topic" }, dedupe: [] } });
    expect((await send(appOf(platform), { challenge: "x" }, `${FAIR}/sold`)).status).toBe(200);
  });

  it("is not looked for in a large body, or in one that is no JSON", async () => {
    expect((await send(appWith([byBody]), { challenge: "x", more: "x".repeat(9000) })).status).toBe(401);
    for (const body of ["{", `${"[".repeat(4000)}${"]".repeat(4000)}`])
      expect((await appWith([byBody]).app.request(FAIR, { method: "POST", body })).status).toBe(401);
  });
});

describe("an address that the platform asks to have fetched", () => {
  const validation: Handshake = {
    kind: "validation",
    method: "POST",
    url: { json: "validationUrl" },
    hosts: ["check.fair.example"],
  };
  const GOOD = "https://check.fair.example/validate?id=1";
  const open = (answer: PlatformAnswer | undefined = { status: 200, text: "" }) => {
    const fetched: string[] = [];
    const platformFetch = async (url: string) => {
      fetched.push(url);
      return answer;
    };
    const test = appWith([validation], { platformFetch });
    return { test, fetched, validate: (validationUrl: unknown) => send(test, { validationUrl }) };
  };

  it("is fetched when its host is the platform's, and not again within 5 s", async () => {
    const { test, fetched, validate } = open();
    const response = await validate(GOOD);
    expect([response.status, await response.text()]).toEqual([200, ""]);
    const again = await validate(GOOD);
    expect([again.status, again.headers.has("retry-after")]).toEqual([503, true]);
    test.clock.now += 5000;
    expect((await validate(GOOD)).status).toBe(200);
    expect(fetched).toEqual([GOOD, GOOD]);
    expect(test.inbox.stored()).toEqual([]);
  });

  it.each([
    "https://evil.example/",
    "http://check.fair.example/",
    "https://check.fair.example:8443/",
    "https://check.fair.example.evil.example/",
    "https://check.fair.example@evil.example/",
    "https://user@check.fair.example/",
    "https://:password@check.fair.example/",
    "https://evil.example\\@check.fair.example/",
    "https://127.0.0.1/",
    "file:///etc/passwd",
    "javascript:alert(1)",
  ])("is not fetched elsewhere: %s", async (url) => {
    const { test, fetched, validate } = open();
    expect((await validate(url)).status).toBe(401);
    expect(fetched).toEqual([]);
    expect(await reasons(test)).toEqual(["unknown_host"]);
  });

  it.each([["no address"], [7], [null], [[GOOD]], [{}]])("is none: %j", async (value) => {
    const { fetched, validate } = open();
    expect((await validate(value)).status).toBe(401);
    expect(fetched).toEqual([]);
  });

  it("that fails is tried again by the platform", async () => {
    expect((await open({ status: 500, text: "" }).validate(GOOD)).status).toBe(503);
    const { test } = open();
    const unreachable = appWith([validation]);
    expect((await send(unreachable, { validationUrl: GOOD })).status).toBe(503);
    expect(await reasons(test)).toEqual([]);
  });
});

describe("a shop that introduces itself", () => {
  const registration: Registration = {
    kind: "registration",
    ask: {
      scheme: {
        ...HMAC,
        signature: { headers: ["x-app-signature"] },
        signs: ["query"],
        timestamp: { source: { query: "timestamp" }, format: "seconds", toleranceSeconds: 300 },
      },
      shop: "shop-id",
      address: "shop-url",
    },
    proof: [{ query: "shop-id" }, { query: "shop-url" }, { setting: "appName" }],
    confirm: { scheme: HMAC, credentials: { clientId: "apiKey", clientSecret: "secretKey" } },
  };
  const APP_SECRET = "app-secret";
  const QUERY = "shop-id=shopABC123&shop-url=https://shop.example&timestamp=1700000000";
  const AT = 1_700_000_000_000;
  const mac = (key: string, text: string) => createHmac("sha256", key).update(text).digest("hex");
  const answered = z.object({ proof: z.string(), secret: z.string(), confirmation_url: z.string() });

  function open(store: Parameters<typeof appOf>[1] = {}) {
    const platform = aPlatform({
      handshakes: [registration],
      locate: { ...aPlatform().locate, store: { json: "shopId" } },
    });
    const settings = { appName: "MyApp", shopUrl: "https://shop.example" };
    const test = appOf(platform, { secrets: [APP_SECRET], settings, ...store });
    test.clock.now = AT;
    const ask = (
      query = QUERY,
      headers: Record<string, string> = { "x-app-signature": mac(APP_SECRET, query) },
    ) => test.app.request(`${FAIR}?${query}`, { headers });
    const register = async (query = QUERY, headers?: Record<string, string>) =>
      answered.parse(await (await ask(query, headers)).json());
    const post = async (secret: string, content: object) => {
      const body = JSON.stringify(content);
      return (
        await test.app.request(FAIR, { method: "POST", body, headers: { "x-signature": mac(secret, body) } })
      ).status;
    };
    const confirm = (secret: string, more: object = {}) =>
      post(secret, { apiKey: "key-1", secretKey: "secret-1", shopId: "shopABC123", ...more });
    const sell = (secret: string, id: string) => post(secret, { type: "sold", id, shopId: "shopABC123" });
    return { test, ask, register, confirm, sell };
  }

  /** Retyped from what is known of Shopware's handshake; computed with node:crypto, not with our own code. */
  it("is given the proof of the vector, and a secret of its own", async () => {
    const headers = { "x-app-signature": "77d1ded792075b42e87ad452afaa488678951f9b49999d52227fc134c6408f8d" };
    const { register } = open();
    const told = await register(QUERY, headers);
    expect(told.proof).toBe("926d31fee292807a70df7ffd52c600c07b4ba738f18400ffd4150896fd981a0b");
    expect(told.secret).toMatch(/^[0-9a-f]{64}$/);
    expect(told.confirmation_url).toBe(`${PUBLIC_URL}${FAIR}`);
    expect((await register(QUERY, headers)).secret).not.toBe(told.secret);
  });

  it("signs with that secret once it has confirmed it; its credentials and name are kept, and nothing is stored", async () => {
    const { test, register, confirm, sell } = open();
    const { secret } = await register();
    expect(await sell(secret, "early")).toBe(401);
    expect(await confirm(secret)).toBe(200);
    expect(test.inbox.stored()).toEqual([]);
    const store = test.deps.stores.find("acme");
    if (store === undefined) return expect.unreachable();
    expect(store.externalId).toBe("shopABC123");
    expect(store.registrations).toBeUndefined();
    expect(openCredentials(store, secretBox)).toEqual({ clientId: "key-1", clientSecret: "secret-1" });
    expect(await sell(secret, "1")).toBe(200);
    expect(test.inbox.stored()).toMatchObject([{ topic: "sold", dedupeKey: "1", authenticity: "signature" }]);
    expect(await confirm("made-up")).toBe(401);
  });

  it("is refused when the app's secret did not sign it, or long ago", async () => {
    const { test, ask } = open();
    expect((await ask(QUERY, { "x-app-signature": mac("other", QUERY) })).status).toBe(401);
    expect((await ask(QUERY, {})).status).toBe(401);
    expect((await ask(`${QUERY}&more=1`, { "x-app-signature": mac(APP_SECRET, QUERY) })).status).toBe(401);
    test.clock.now = AT + 300_001;
    expect((await ask()).status).toBe(401);
    expect(await reasons(test)).toEqual([
      "stale_timestamp",
      "wrong_signature",
      "missing_signature",
      "wrong_signature",
    ]);
    expect(test.deps.stores.find("acme")?.registrations).toBeUndefined();
  });

  it("is refused when it is another shop, or stands elsewhere", async () => {
    expect((await open({ externalId: "other" }).ask()).status).toBe(401);
    expect(
      (await open({ settings: { appName: "MyApp", shopUrl: "https://other.example" } }).ask()).status,
    ).toBe(401);
    expect((await open().ask("shop-url=https://shop.example&timestamp=1700000000")).status).toBe(401);
    expect((await open({ settings: {} }).ask()).status).toBe(401);
  });

  it("has a quarter of an hour to confirm; of several promises each may be confirmed", async () => {
    const { test, register, confirm, sell } = open();
    const [first, second] = [await register(), await register()];
    expect(await confirm(first.secret)).toBe(200);
    expect([await sell(first.secret, "1"), await sell(second.secret, "2")]).toEqual([200, 401]);
    const late = open();
    const { secret } = await late.register();
    late.test.clock.now = AT + 15 * 60_000;
    expect(await late.confirm(secret)).toBe(401);
    expect(test.deps.stores.find("acme")?.secrets).toHaveLength(2);
  });

  it("that is known already has to show it with the secret it has, and keeps that for 5 minutes", async () => {
    const { test, ask, register, confirm, sell } = open();
    const first = await register();
    await confirm(first.secret);
    const app = { "x-app-signature": mac(APP_SECRET, QUERY) };
    expect((await ask(QUERY, { ...app, "x-signature": mac("made-up", QUERY) })).status).toBe(401);
    const second = await register(QUERY, { ...app, "x-signature": mac(first.secret, QUERY) });
    expect(await confirm(second.secret)).toBe(200);
    expect([await sell(first.secret, "1"), await sell(second.secret, "2")]).toEqual([200, 200]);
    test.clock.now += 5 * 60_000;
    expect([await sell(first.secret, "3"), await sell(second.secret, "4")]).toEqual([401, 200]);
  });

  it("tells its secrets to the shop alone: no log line, no view", async () => {
    const { test, register, confirm } = open();
    const { secret } = await register();
    await confirm(secret);
    const views = await Promise.all(
      ["/api/stores/acme", "/api/rejections", "/metrics"].map(async (path) =>
        (await test.admin("GET", path)).text(),
      ),
    );
    const everything = JSON.stringify([views, test.lines]);
    for (const hidden of [secret, APP_SECRET, "secret-1", "shop-url"])
      expect(everything).not.toContain(hidden);
  });
});
