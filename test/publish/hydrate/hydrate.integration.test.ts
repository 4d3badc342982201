import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Api } from "../../../src/normalizers/hydration.ts";
import { useBroker } from "../../helpers/broker.ts";
import { eventually } from "../../helpers/eventually.ts";
import { SECRET, startTestHub, type TestHub, type TestHubOptions } from "../../helpers/hub.ts";
import {
  API_KEY,
  startThinShop,
  thinPlatform,
  thinWebhook,
  type ThinShop,
} from "../../helpers/thin-platform.ts";

const broker = useBroker();
const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function aShop(options: Parameters<typeof startThinShop>[0] = {}): Promise<ThinShop> {
  const shop = await startThinShop(options);
  open.push(shop.close);
  return shop;
}

interface HubOptions extends Partial<TestHubOptions> {
  readonly auth?: Api["auth"];
  readonly limits?: Api["limits"];
}

async function aHub({ auth, limits, ...options }: HubOptions = {}): Promise<TestHub> {
  const platform = thinPlatform({ ...(auth ? { auth } : {}), ...(limits ? { limits } : {}) });
  const hub = await startTestHub({
    url: broker().server.url,
    platforms: { thinshop: platform },
    ...options,
  });
  open.push(hub.stop);
  return hub;
}

/** Connects a store to the shop; without an `apiKey` it cannot read the API. */
async function connect(
  hub: TestHub,
  shop: ThinShop,
  { store = "acme", apiKey = API_KEY }: { readonly store?: string; readonly apiKey?: string } = {},
): Promise<void> {
  const answer = await hub.admin("POST", "/api/stores", {
    platform: "thinshop",
    name: store,
    secrets: [SECRET],
    settings: { shopUrl: shop.url },
    ...(apiKey === "" ? {} : { credentials: { apiKey } }),
  });
  expect(answer.status).toBe(201);
}

async function send(hub: TestHub, id: string, store = "acme", topic = "order.changed"): Promise<void> {
  const answer = await hub.post(`/webhooks/thinshop/${store}`, thinWebhook(id, { topic }));
  expect(answer.status).toBe(200);
}

const deadList = z.object({
  dead: z.array(
    z.object({ sequence: z.number(), stage: z.string(), reason: z.string(), attempts: z.number() }),
  ),
});

async function deadLetters(hub: TestHub) {
  return deadList.parse(await (await hub.admin("GET", "/api/dead")).json()).dead;
}

/** Retries are quick and given up soon. */
const HASTY = { inHandMs: 150, pauseMsMin: 20, pauseMsMax: 40, giveUpMs: 400, refusedMs: 20 };

describe("a thin webhook", () => {
  it("becomes the event of the state that is read, all pages of it", async () => {
    const [hub, shop] = [await aHub(), await aShop()];
    shop.setOrder("9007199254740993");
    shop.setOrder("42");
    await connect(hub, shop);
    await send(hub, "42");
    expect(await hub.settled()).toMatchObject({ stored: 1, published: 1, events: 1 });
    const [event] = await hub.events();
    expect(event).toMatchObject({
      type: "order.created",
      subject: "42",
      authenticity: "api",
      data: { order: { id: "42", lineItems: [{ id: "1" }, { id: "2" }, { id: "3" }] } },
    });
    expect(event).not.toHaveProperty("partial");
    expect(shop.asked()).toEqual([
      "GET /api/orders/42",
      "GET /api/orders/42/lines?page=1",
      "GET /api/orders/42/lines?page=2",
    ]);
  });

  it("of something that is gone tells its deletion", async () => {
    const [hub, shop] = [await aHub(), await aShop()];
    await connect(hub, shop);
    await send(hub, "42");
    expect(await hub.settled()).toMatchObject({ published: 1 });
    expect((await hub.events())[0]).toMatchObject({ type: "order.deleted", subject: "42" });
  });

  it("without credentials tells what it knows, marked partial, with the reason", async () => {
    const [hub, shop] = [await aHub(), await aShop()];
    await connect(hub, shop, { apiKey: "" });
    await send(hub, "42");
    expect(await hub.settled()).toMatchObject({ published: 1 });
    expect((await hub.events())[0]).toMatchObject({
      subject: "42",
      partial: true,
      authenticity: "signature",
    });
    expect(shop.asked()).toEqual([]);
    expect(await (await hub.admin("GET", "/api/stores/acme")).json()).toMatchObject({
      notes: [expect.stringContaining("no API credentials")],
    });
    expect((await hub.metrics.partials.get()).values).toMatchObject([{ value: 1 }]);
    const { data } = await hub.broker.jsm.streams.getMessage(hub.names.streams.outcomes, { seq: 1 });
    expect(JSON.parse(Buffer.from(data).toString())).toMatchObject([
      { reason: "no API credentials: events are partial" },
    ]);
  });

  it("whose limits are reached waits as long as the API asks", async () => {
    const [hub, shop] = [await aHub(), await aShop()];
    shop.setOrder("42");
    await connect(hub, shop);
    shop.failNext({ status: 429, headers: { "retry-after": "1" } });
    await send(hub, "42");
    expect(await hub.settled()).toMatchObject({ published: 1, dead_lettered: 0 });
    const [first, second] = shop.requests;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it("comes back from the waiting room when the API is away for longer than it waits in hand", async () => {
    const [hub, shop] = [await aHub({ hydration: { ...HASTY, giveUpMs: 60_000 } }), await aShop()];
    shop.setOrder("42");
    await connect(hub, shop);
    shop.failAlways({ status: 503 });
    await send(hub, "42");
    await eventually(async () => {
      expect((await hub.metrics.waits.get()).values[0]?.value).toBeGreaterThan(1);
    });
    expect(await hub.outcomes()).toMatchObject({ stored: 1, published: 0, dead_lettered: 0 });
    shop.failAlways(undefined);
    expect(await hub.settled()).toMatchObject({ stored: 1, published: 1, dead_lettered: 0 });
  });

  it("becomes a dead letter that names read and status, and is told after a redrive", async () => {
    const [hub, shop] = [await aHub({ hydration: HASTY }), await aShop()];
    shop.setOrder("42");
    await connect(hub, shop);
    shop.failAlways({ status: 500, body: { error: "secret body" } });
    await send(hub, "42");
    expect(await hub.settled()).toMatchObject({ dead_lettered: 1 });
    const [letter, ...others] = await deadLetters(hub);
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ stage: "hydrate", reason: "read order: answered 500" });
    expect(letter?.attempts).toBeGreaterThan(2);
    shop.failAlways(undefined);
    await hub.admin("POST", "/api/dead/redrive", { sequences: [letter?.sequence] });
    await eventually(async () => expect(await hub.events()).toHaveLength(1));
    expect(await hub.settled()).toMatchObject({ stored: 2, published: 1, dead_lettered: 1 });
  });

  it("becomes a dead letter at once when the API refuses the request for good", async () => {
    const [hub, shop] = [await aHub(), await aShop()];
    await connect(hub, shop);
    shop.failNext({ status: 400 });
    await send(hub, "42");
    expect(await hub.settled()).toMatchObject({ dead_lettered: 1 });
    expect(await deadLetters(hub)).toMatchObject([
      { stage: "hydrate", reason: "read order: answered 400", attempts: 1 },
    ]);
  });

  it("becomes a dead letter when the credentials stay refused, which says so and not what they are", async () => {
    const [hub, shop] = [await aHub({ hydration: HASTY }), await aShop()];
    await connect(hub, shop, { apiKey: "wrong-key" });
    await send(hub, "42");
    expect(await hub.settled()).toMatchObject({ dead_lettered: 1 });
    const letters = await deadLetters(hub);
    expect(letters).toMatchObject([{ stage: "hydrate", reason: "read order: answered 401" }]);
    expect(JSON.stringify(letters)).not.toContain("wrong-key");
  });
});

describe("a token", () => {
  const auth: Api["auth"] = {
    kind: "token",
    url: "/token",
    body: { grant_type: "client_credentials", client_secret: "{apiKey}" },
    encoding: "form",
    lifeSeconds: 3600,
  };

  /** A shop whose tokens are numbered; only the newest one is taken. */
  async function aTokenShop(): Promise<ThinShop & { readonly revoke: () => void }> {
    let newest = 0;
    const shop = await aShop({
      authorized: (headers) => headers.authorization === `Bearer token-${newest}`,
      open: ["POST /api/token"],
      routes: {
        "POST /api/token": ({ body }) => {
          if (new URLSearchParams(body).get("client_secret") !== API_KEY) return { status: 400 };
          newest += 1;
          return { body: { access_token: `token-${newest}` } };
        },
      },
    });
    return {
      ...shop,
      revoke: () => {
        newest += 1;
      },
    };
  }

  it("is fetched once, kept, and fetched again when it is refused", async () => {
    const [hub, shop] = [await aHub({ auth }), await aTokenShop()];
    for (const id of ["1", "2", "3"]) shop.setOrder(id);
    await connect(hub, shop);
    await Promise.all([send(hub, "1"), send(hub, "2")]);
    await hub.settled();
    const fetched = () => shop.asked().filter((asked) => asked === "POST /api/token").length;
    expect(fetched()).toBe(1);
    shop.revoke();
    await send(hub, "3");
    expect(await hub.settled()).toMatchObject({ published: 3, dead_lettered: 0 });
    expect(fetched()).toBe(2);
  });
});

describe("webhooks side by side", () => {
  it("of one order in a burst are served by one read; the first is told, the rest bring nothing new", async () => {
    const [hub, shop] = [await aHub({ limits: { concurrency: 1, perSecond: 500 } }), await aShop()];
    shop.setOrder("1");
    shop.setOrder("42");
    await connect(hub, shop);
    // The first order keeps the only place until all webhooks of the other one wait behind it.
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    shop.failNext({ after: gate, status: 404 });
    await send(hub, "1");
    await eventually(() => expect(shop.requests).toHaveLength(1));
    await Promise.all(Array.from({ length: 10 }, () => send(hub, "42")));
    await eventually(async () => {
      const { num_pending } = await hub.broker.jsm.consumers.info(
        hub.names.streams.inbox,
        hub.names.prompt.worker,
      );
      expect(num_pending).toBe(0);
    });
    release();
    expect(await hub.settled()).toMatchObject({ stored: 11, published: 2, unchanged: 9 });
    expect(shop.asked().filter((asked) => asked === "GET /api/orders/42")).toHaveLength(1);
    expect((await hub.events({ entity: "42" })).length).toBe(1);
  });

  it("of a store with a broken API delay no other store's", async () => {
    const [hub, broken, well] = [
      await aHub({ hydration: { timeoutMs: 60_000 } }),
      await aShop(),
      await aShop(),
    ];
    await connect(hub, broken, { store: "broken" });
    await connect(hub, well);
    broken.failAlways({ after: new Promise(() => undefined) });
    for (let id = 1; id <= 100; id += 1) await send(hub, String(id), "broken");
    await eventually(() => expect(broken.requests.length).toBeGreaterThan(0));
    well.setOrder("42");
    await send(hub, "42");
    await send(hub, "43", "acme", "order.told");
    await eventually(async () => expect(await hub.events({ store: "acme" })).toHaveLength(2), {
      withinMs: 3000,
    });
    expect(await hub.events({ store: "broken" })).toEqual([]);
  });

  it("of one request to the inbox do not wait for a thin one among them", async () => {
    const [hub, shop] = [await aHub({ hydration: { timeoutMs: 60_000 } }), await aShop()];
    await connect(hub, shop);
    shop.failAlways({ after: new Promise(() => undefined) });
    await Promise.all([
      ...Array.from({ length: 20 }, (_, id) => send(hub, String(id + 1))),
      ...Array.from({ length: 20 }, (_, id) => send(hub, String(id + 101), "acme", "order.told")),
    ]);
    await eventually(async () => expect(await hub.events()).toHaveLength(20), { withinMs: 3000 });
  });
});

describe("a hub that stops in the middle of a read", () => {
  it("loses nothing: another one completes the webhook", async () => {
    const [first, shop] = [await aHub({ hydration: { timeoutMs: 60_000 } }), await aShop()];
    shop.setOrder("42");
    await connect(first, shop);
    shop.failNext({ after: new Promise(() => undefined) });
    await send(first, "42");
    await eventually(() => expect(shop.requests).toHaveLength(1));
    await first.stop();
    const second = await aHub({ prefix: first.prefix });
    expect(await second.settled()).toMatchObject({ stored: 1, published: 1 });
    expect((await second.events())[0]).toMatchObject({ type: "order.created", subject: "42" });
  });

  it("loses nothing when it is killed: the message comes again and is told once", async () => {
    const [first, shop] = [await aHub({ hydration: { timeoutMs: 60_000 } }), await aShop()];
    shop.setOrder("42");
    await connect(first, shop);
    shop.failNext({ after: new Promise(() => undefined) });
    await send(first, "42");
    await eventually(() => expect(shop.requests).toHaveLength(1));
    await first.broker.close();
    const second = await aHub({ prefix: first.prefix });
    expect(await second.settled({ withinMs: 25_000 })).toMatchObject({ stored: 1, published: 1, events: 1 });
  });
});
