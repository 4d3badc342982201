/** Addresses that hold more than a store's name, or less, and requests that hold several webhooks. */
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aStore, createTestApp, PUBLIC_URL, type TestApp } from "../helpers/app.ts";
import { aPlatform, appOf, aVariant, HMAC } from "../helpers/wires.ts";

const SECRET = "a-secret-of-this-store";
const TOKEN = "tok-0123456789abcdef";
const mac = (body: string, secret = SECRET) => createHmac("sha256", secret).update(body).digest("hex");

async function send(test: TestApp, path: string, body: string, secret = SECRET): Promise<number> {
  const headers = { "x-signature": mac(body, secret) };
  return (await test.app.request(path, { method: "POST", body, headers })).status;
}

async function rejections(test: TestApp) {
  const answer = await (await test.admin("GET", "/api/rejections")).json();
  const row = z.object({ store: z.string(), reason: z.string() });
  return z.object({ rejections: z.array(row) }).parse(answer).rejections;
}

describe("an address with a token", () => {
  const platform = aPlatform({
    schemes: [{ kind: "unsigned", reason: "signs nothing" }],
    locate: { ...aPlatform().locate, store: { json: "shop" } },
  });
  const open = () => appOf(platform, { secrets: [TOKEN], externalId: "1" });
  const news = '{"type":"sold","id":"1","shop":1}';

  it("takes what comes to it, as news that nobody signed", async () => {
    const test = open();
    expect(await send(test, `/webhooks/fair/acme/${TOKEN}`, news)).toBe(200);
    expect(test.inbox.stored()).toMatchObject([{ store: "acme", topic: "sold", authenticity: "path" }]);
  });

  it("may be shared by all shops: the token is that of the shop which the body names", async () => {
    const test = open();
    expect(await send(test, `/webhooks/fair/~/${TOKEN}`, news)).toBe(200);
    expect(test.inbox.stored()).toMatchObject([{ store: "acme" }]);
    expect(await send(test, `/webhooks/fair/~/${TOKEN}`, '{"type":"sold","id":"2","shop":2}')).toBe(401);
  });

  it.each([
    ["/webhooks/fair/acme", 401],
    ["/webhooks/fair/acme/", 404],
    ["/webhooks/fair/acme/wrong", 401],
    [`/webhooks/fair/acme/${TOKEN}x`, 401],
    [`/webhooks/fair/acme/${TOKEN}%00`, 401],
    [`/webhooks/fair/acme/${TOKEN}/`, 404],
    [`/webhooks/fair/acme/${TOKEN}/sold`, 404],
    [`/webhooks/fair/acme?token=${TOKEN}`, 401],
    [`/webhooks/fair/${TOKEN}`, 404],
    ["/webhooks/fair", 401],
    ["/webhooks/fair/~/wrong", 401],
  ])("takes nothing at %s: %i", async (path, status) => {
    const test = open();
    expect(await send(test, path, news)).toBe(status);
    expect(test.inbox.stored()).toEqual([]);
  });

  it("stands in no log line, metric, answer or rejection, be the token right or wrong", async () => {
    const test = open();
    const told: string[] = [];
    for (const path of [
      `acme/${TOKEN}`,
      `acme/x${TOKEN}`,
      `acme/${TOKEN}/x`,
      `~/${TOKEN}x`,
      `other/${TOKEN}`,
    ]) {
      const response = await test.app.request(`/webhooks/fair/${path}`, { method: "POST", body: news });
      told.push(await response.text(), JSON.stringify([...response.headers]));
    }
    await test.admin("POST", "/api/stores/acme/rotate", { secrets: [`${TOKEN}-new`] });
    for (const path of ["/api/rejections", "/metrics", "/api/stores", "/api/stores/acme"])
      told.push(await (await test.admin("GET", path)).text());
    const broken = appOf(
      platform,
      { secrets: [TOKEN] },
      {
        inbox: {
          refusal: () => undefined,
          append: () => Promise.reject(new Error("a defect")),
          drain: async () => undefined,
        },
      },
    );
    const failed = await broken.app.request(`/webhooks/fair/acme/${TOKEN}`, { method: "POST", body: news });
    expect(failed.status).toBe(500);
    told.push(await failed.text());
    expect(JSON.stringify([told, test.lines, broken.lines])).not.toContain(TOKEN);
  });
});

describe("an address that names the topic", () => {
  const platform = aPlatform({
    locate: { topic: { firstOf: [{ header: "x-topic" }, { path: "topic" }] }, dedupe: [{ json: "id" }] },
  });

  it("gives the webhook its topic, which may have slashes", async () => {
    const test = appOf(platform, { secrets: [SECRET] });
    expect(await send(test, "/webhooks/fair/acme/sales.order/created", '{"id":"1"}')).toBe(200);
    expect(await send(test, "/webhooks/fair/acme", '{"id":"2"}')).toBe(200);
    expect(test.inbox.stored().map(({ topic }) => topic)).toEqual(["sales.order/created", ""]);
  });
});

describe("an address that all shops share", () => {
  const platform = aPlatform({
    locate: { ...aPlatform().locate, store: { json: "shop" } },
    variants: { other: aVariant({ locate: { ...aPlatform().locate, store: { header: "x-shop" } } }) },
  });
  const shop = (name: string, externalId: string, more: object = {}) =>
    aStore({ platform: "fair", name, externalId, secrets: [`${name}-secret`], ...more });
  const open = () =>
    createTestApp({
      stores: [shop("acme", "1"), shop("beta", "2"), shop("gamma", "3", { variant: "other" })],
      overrides: { findPlatform: (id) => (id === "fair" ? platform : undefined) },
    });
  const body = (number: number) => JSON.stringify({ type: "sold", id: "1", shop: number });

  it.each(["/webhooks/fair", "/webhooks/fair/~"])("finds the store by the body at %s", async (path) => {
    const test = open();
    expect(await send(test, path, body(1), "acme-secret")).toBe(200);
    expect(await send(test, path, body(2), "beta-secret")).toBe(200);
    expect(test.inbox.stored().map(({ store }) => store)).toEqual(["acme", "beta"]);
  });

  it("finds it by the variant that the store uses", async () => {
    const test = open();
    const headers = { "x-shop": "3", "x-signature": mac("{}", "gamma-secret") };
    expect((await test.app.request("/webhooks/fair", { method: "POST", body: "{}", headers })).status).toBe(
      200,
    );
    expect(test.inbox.stored()).toMatchObject([{ store: "gamma", variant: "other" }]);
    expect(await send(test, "/webhooks/fair", body(3), "gamma-secret")).toBe(401);
  });

  it("lets no shop speak for another", async () => {
    const test = open();
    expect(await send(test, "/webhooks/fair", body(2), "acme-secret")).toBe(401);
    expect(await rejections(test)).toEqual([
      expect.objectContaining({ store: "beta", reason: "wrong_signature" }),
    ]);
    expect(test.inbox.stored()).toEqual([]);
  });

  it.each([
    ["a shop that nobody connected", body(9)],
    ["no shop", '{"type":"sold"}'],
    ["a list of shops", '{"shop":[1]}'],
    ["JSON that is none", "{"],
    ["100 000 nested lists", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    ["a name from the prototype", '{"shop":"__proto__"}'],
    ["nothing", ""],
  ])("answers for %s as for a wrong signature", async (_what, sent) => {
    const test = open();
    expect(await send(test, "/webhooks/fair", sent, "acme-secret")).toBe(401);
    expect(await rejections(test)).toEqual([expect.objectContaining({ store: "~", reason: "unknown_shop" })]);
  });

  it("follows the stores as they come, change and go", async () => {
    const test = open();
    await test.deps.stores.add(shop("delta", "4"));
    expect(await send(test, "/webhooks/fair", body(4), "delta-secret")).toBe(200);
    await test.deps.stores.update("delta", (store) => ({ ...store, externalId: "5" }));
    expect(await send(test, "/webhooks/fair", body(4), "delta-secret")).toBe(401);
    expect(
      await send(test, "/webhooks/fair", JSON.stringify({ type: "sold", id: "2", shop: 5 }), "delta-secret"),
    ).toBe(200);
    await test.deps.stores.remove("delta");
    expect(await send(test, "/webhooks/fair", body(5), "delta-secret")).toBe(401);
  });

  it("is none where the platform names no shop", async () => {
    expect(await send(appOf(aPlatform(), { secrets: [SECRET] }), "/webhooks/fair", "{}")).toBe(404);
  });
});

describe("a signed address", () => {
  const platform = aPlatform({ schemes: [{ ...HMAC, signs: ["url", "body"] }] });

  it("is the public one as the platform spelled it, whatever stands in between", async () => {
    const test = appOf(platform, { secrets: [SECRET] });
    const target = "/webhooks/fair/acme?a=%27b%27&c=d+e";
    const headers = { "x-signature": mac(`${PUBLIC_URL}${target}{}`) };
    const at = (path: string) =>
      test.app.request(`http://10.0.0.7:8080${path}`, { method: "POST", body: "{}", headers });
    expect((await at(target)).status).toBe(200);
    expect((await at("/webhooks/fair/acme")).status).toBe(401);
    expect((await at(target.replace("a=", "A="))).status).toBe(401);
  });
});

describe("a request with several webhooks", () => {
  const platform = aPlatform({
    batch: { json: "events" },
    locate: { topic: { json: "type" }, store: { json: "shop" }, dedupe: [{ json: "id" }] },
  });
  const open = (locate = platform.locate) =>
    appOf({ ...platform, locate }, { secrets: [SECRET], externalId: "1" });
  const bodies = (test: TestApp) => test.inbox.stored().map(({ body }) => Buffer.from(body).toString());

  it("becomes as many, each with its topic, its key, and its numbers to the last digit", async () => {
    const test = open();
    const items = [
      '{"type":"sold","id":12345678901234567890,"shop":1,"price":19.90}',
      '{"type":"gone","id":"2","shop":1,"text":"é\\n"}',
    ];
    expect(await send(test, "/webhooks/fair/acme", `{"events":[${items.join(",")}]}`)).toBe(200);
    expect(bodies(test)).toEqual([items[0], '{"type":"gone","id":"2","shop":1,"text":"é\\n"}']);
    expect(test.inbox.stored().map(({ topic, dedupeKey }) => [topic, dedupeKey])).toEqual([
      ["sold", "12345678901234567890"],
      ["gone", "2"],
    ]);
    const line = test.lines.find(({ msg }) => msg === "webhook received");
    expect(line).toMatchObject({ outcome: "stored", webhooks: 2 });
  });

  it("is known again when it is retried", async () => {
    const test = open();
    const body = '{"events":[{"id":1,"shop":1},{"id":2,"shop":1}]}';
    for (let time = 0; time < 2; time += 1) expect(await send(test, "/webhooks/fair/acme", body)).toBe(200);
    expect(test.inbox.stored()).toHaveLength(2);
    expect(await test.count("requests", { outcome: "duplicate" })).toBe(1);
  });

  it("loses none where they share one id, as those do whose id is a header", async () => {
    const test = open({ ...platform.locate, dedupe: [{ header: "x-signature" }] });
    const body = '{"events":[{"a":1,"shop":1},{"a":2,"shop":1},{"a":3,"shop":1}]}';
    for (let time = 0; time < 2; time += 1) expect(await send(test, "/webhooks/fair/acme", body)).toBe(200);
    expect(bodies(test)).toEqual(['{"a":1,"shop":1}', '{"a":2,"shop":1}', '{"a":3,"shop":1}']);
  });

  it("is refused as a whole when one of them is of another shop", async () => {
    const test = open();
    expect(await send(test, "/webhooks/fair/acme", '{"events":[{"id":1,"shop":1},{"id":2,"shop":2}]}')).toBe(
      401,
    );
    expect(await send(test, "/webhooks/fair", '{"events":[{"id":1,"shop":1},{"id":2}]}')).toBe(401);
    expect(test.inbox.stored()).toEqual([]);
  });

  it.each([
    ["two members of one name", '{"events":[{"id":1,"id":2,"shop":1}]}', ['{"id":2,"shop":1}']],
    ["a byte order mark", '\uFEFF{"events":[{"id":1,"shop":1}]}', ['{"id":1,"shop":1}']],
  ])("may have %s", async (_what, body, expected) => {
    const test = open();
    expect(await send(test, "/webhooks/fair/acme", body)).toBe(200);
    expect(bodies(test)).toEqual(expected);
  });

  it.each([
    '{"shop":1}',
    '{"shop":1,"events":[]}',
    '{"shop":1,"events":{}}',
    `{"shop":1,"events":[${Array(1001).fill("{}").join()}]}`,
  ])("is one webhook where it holds no list that can be true", async (body) => {
    const test = open();
    expect(await send(test, "/webhooks/fair/acme", body)).toBe(200);
    expect(bodies(test)).toEqual([body]);
  });

  it("is asked for again when one of them could not be stored", async () => {
    let stored = 0;
    const test = appOf(
      platform,
      { secrets: [SECRET] },
      {
        inbox: {
          refusal: () => undefined,
          append: async () =>
            ++stored === 2 ? { kind: "unavailable", reason: "the broker is away" } : { kind: "stored" },
          drain: async () => undefined,
        },
      },
    );
    expect(await send(test, "/webhooks/fair/acme", '{"events":[{"id":1},{"id":2},{"id":3}]}')).toBe(503);
  });
});
