/** What of a request is stored, and what makes two requests the same webhook. */
import { describe, expect, it } from "vitest";
import { normalize } from "../../src/normalizers/normalize.ts";
import { aStore, createTestApp, platformOf, signed } from "../helpers/app.ts";
import { post } from "../helpers/ingest.ts";

const WOO = "/webhooks/woocommerce/shop";
const woocommerce = platformOf("woocommerce");
const wooStores = [aStore(), aStore({ name: "shop", platform: "woocommerce" })];

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
