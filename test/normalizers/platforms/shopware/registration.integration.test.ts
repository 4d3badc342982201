/** A shop installs the app: it registers at the running hub, confirms, and signs its webhooks with the secret it was given. */
import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { useBroker } from "../../../helpers/broker.ts";
import { type FakeApi, startFakeApi } from "../../../helpers/fake-api.ts";
import { startTestHub } from "../../../helpers/hub.ts";
import { aTokenEndpoint } from "../../../helpers/token-endpoint.ts";
import { answers } from "./api.ts";

const broker = useBroker();
const open: (() => Promise<void>)[] = [];
const APP_SECRET = "app-secret-0123456789";
const ADDRESS = "/webhooks/shopware/acme";
const SHOP_ID = "shopABC123";
const OVERLAP_MS = 5 * 60_000;
const promise = z.object({ proof: z.string(), secret: z.string(), confirmation_url: z.url() });
const rejections = z.object({ rejections: z.array(z.object({ reason: z.string() })) });

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const mac = (secret: string, text: string) => createHmac("sha256", secret).update(text).digest("hex");

/** The shop's own API: tokens for the credentials that it confirms with, and searches. */
async function startShop(): Promise<FakeApi> {
  const tokens = aTokenEndpoint(
    { grant_type: "client_credentials", client_id: "KEY-1", client_secret: "hush" },
    { lifeSeconds: 600 },
  );
  const answer = answers("paid", { id: "42" });
  const api = await startFakeApi({
    authorize: tokens.authorize,
    open: ["POST /api/oauth/token"],
    routes: {
      "POST /api/oauth/token": tokens.route,
      "POST /api/search/{entity}": ({ params }) => ({ body: answer(`/search/${params.entity}`) }),
    },
  });
  open.push(api.close);
  return api;
}

async function connect() {
  const shop = await startShop();
  const hub = await startTestHub({ url: broker().server.url });
  open.push(hub.stop);
  const url = await hub.listen();
  const connected = await hub.admin("POST", "/api/stores", {
    platform: "shopware",
    name: "acme",
    secrets: [APP_SECRET],
    settings: { appName: "Entrepot", shopUrl: shop.url },
  });
  expect(connected.status, await connected.clone().text()).toBe(201);
  const seconds = () => Math.floor(hub.clock.now / 1000);

  /** What the shop sends when the app is installed, or once more with the secret that it has. */
  const ask = (known?: string, appSecret = APP_SECRET) => {
    const query = `shop-id=${SHOP_ID}&shop-url=${encodeURIComponent(shop.url)}&timestamp=${seconds()}`;
    const again = known === undefined ? {} : { "shopware-shop-signature": mac(known, query) };
    const headers = { "shopware-app-signature": mac(appSecret, query), "sw-version": "6.6.7.0", ...again };
    return fetch(`${url}${ADDRESS}?${query}`, { headers });
  };
  const post = async (secret: string, content: object) => {
    const body = JSON.stringify(content).replaceAll("/", "\\/");
    const headers = { "content-type": "application/json", "shopware-shop-signature": mac(secret, body) };
    const answer = await fetch(`${url}${ADDRESS}`, { method: "POST", headers, body });
    return answer.status;
  };
  const confirm = (secret: string) =>
    post(secret, {
      apiKey: "KEY-1",
      secretKey: "hush",
      timestamp: String(seconds()),
      shopUrl: shop.url,
      shopId: SHOP_ID,
    });
  const send = (secret: string, eventId: string) =>
    post(secret, {
      data: {
        payload: [{ entity: "product", operation: "update", primaryKey: PRODUCT, updatedFields: ["stock"] }],
        event: "product.written",
      },
      source: { url: shop.url, appVersion: "1.0.0", shopId: SHOP_ID, eventId },
      timestamp: seconds(),
    });
  const register = async (known?: string) => {
    const answer = await ask(known);
    expect(answer.status).toBe(200);
    return promise.parse(await answer.json());
  };
  const reasons = async () =>
    rejections
      .parse(await (await hub.admin("GET", "/api/rejections")).json())
      .rejections.map((each) => each.reason);
  return { hub, shop, ask, confirm, send, register, reasons };
}

const PRODUCT = `${"0".repeat(30)}42`;

describe("a shop that installs the app", () => {
  it("gets proof and secret, confirms, and is read with what it confirmed", async () => {
    const { hub, shop, confirm, send, register, reasons } = await connect();
    const told = await register();
    expect(told.proof).toBe(mac(APP_SECRET, `${SHOP_ID}${shop.url}Entrepot`));
    expect(new URL(told.confirmation_url).pathname).toBe(ADDRESS);
    expect(told.secret.length).toBeGreaterThanOrEqual(64);
    expect(await send(told.secret, "too-early")).toBe(401);
    expect(await confirm(told.secret)).toBe(200);

    expect(await send(told.secret, "e-1")).toBe(200);
    expect(await hub.settled()).toMatchObject({ stored: 1, published: 1, dead_lettered: 0 });
    expect((await hub.events()).map(({ type }) => type)).toContain("stock.changed");
    expect(shop.asked()[0]).toBe("POST /api/oauth/token");
    expect(new Set(shop.requests.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await send("made-up", "e-2")).toBe(401);
    expect(await reasons()).toEqual(["wrong_signature", "wrong_signature"]);
  });

  it("registers anew with the secret it has; the old one counts for five minutes more, then no longer", async () => {
    const { hub, confirm, send, register, reasons } = await connect();
    const first = await register();
    expect(await confirm(first.secret)).toBe(200);
    const second = await register(first.secret);
    // Until it is confirmed, what was promised counts for nothing.
    expect([await send(first.secret, "e-1"), await send(second.secret, "e-2")]).toEqual([200, 401]);
    expect(await confirm(second.secret)).toBe(200);
    expect([await send(first.secret, "e-3"), await send(second.secret, "e-4")]).toEqual([200, 200]);
    hub.clock.now += OVERLAP_MS;
    expect([await send(first.secret, "e-5"), await send(second.secret, "e-6")]).toEqual([401, 200]);
    expect(await reasons()).toEqual(["wrong_signature", "wrong_signature"]);
    expect(await hub.settled()).toMatchObject({ stored: 4 });
  });

  it("is refused with another app's secret, and nothing is promised", async () => {
    const { hub, ask, confirm } = await connect();
    expect((await ask(undefined, "another-app")).status).toBe(401);
    expect(await confirm("made-up")).toBe(401);
    expect(await hub.outcomes()).toMatchObject({ stored: 0 });
  });
});
