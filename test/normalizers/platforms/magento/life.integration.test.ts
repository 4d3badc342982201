/** The life of an order over the hub, with the shop's REST API as a fake: who asks, where, and what comes too early. */
import { afterEach, describe, expect, it } from "vitest";
import { LIFE_STAGES, type LifeStage } from "../../../../src/normalizers/wire.ts";
import { magento } from "../../../../src/normalizers/platforms/magento/index.ts";
import { signedTo } from "../../../helpers/app.ts";
import { useBroker } from "../../../helpers/broker.ts";
import { startFakeApi } from "../../../helpers/fake-api.ts";
import { SECRET, startTestHub } from "../../../helpers/hub.ts";
import { answers } from "./api.ts";

const broker = useBroker();
const open: (() => Promise<void>)[] = [];
const TOKEN = "token-of-the-integration";
const MILESTONES =
  /^order\.(created|paid|partially_fulfilled|fulfilled|partially_refunded|refunded|cancelled|deleted)$/;

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function connect(variant?: keyof typeof magento.variants) {
  const now: { stage: LifeStage; at: string } = { stage: "created", at: "2026-11-01T12:00:10Z" };
  const answer = ({ url }: { url: URL }) => {
    const body = answers(now.stage, { id: "1001", at: now.at })(`${url.pathname}${url.search}`);
    return body === undefined ? { status: 404 } : { body };
  };
  const api = await startFakeApi({
    authorize: ({ headers }) => headers.authorization === `Bearer ${TOKEN}`,
    perSecond: 20,
    // The store code is the setting's default.
    routes: { "GET /rest/all/V1/{things}": answer, "GET /rest/all/V1/{things}/{id}": answer },
  });
  open.push(api.close);
  const hub = await startTestHub({ url: broker().server.url, platforms: { magento } });
  open.push(hub.stop);
  const connected = await hub.admin("POST", "/api/stores", {
    platform: "magento",
    name: "acme",
    secrets: [SECRET],
    settings: { baseUrl: api.url },
    credentials: { accessToken: TOKEN },
    ...(variant === undefined ? {} : { variant }),
  });
  expect(connected.status, await connected.clone().text()).toBe(201);
  const send = async (topic: string) => {
    const wire = variant === undefined ? magento : magento.variants[variant];
    const bodies: Readonly<Record<string, (typeof magento.samples.bodies)["sales.order.created"]>> =
      wire.samples.bodies;
    const body = bodies[topic]?.({ id: "1001", at: now.at, stage: now.stage }) ?? "";
    const { path, init } = signedTo({ platform: magento, variant, secret: SECRET, topic, body });
    expect((await hub.post(path, init)).status, topic).toBe(200);
  };
  return { hub, api, now, send };
}

describe.each([undefined, "admin-post"] as const)("the life of an order over the variant %s", (variant) => {
  it("gives its milestones once and in order, of one order", async () => {
    const { hub, api, now, send } = await connect(variant);
    const { life } = variant === undefined ? magento.samples : magento.variants[variant].samples;
    for (const [position, stage] of LIFE_STAGES.entries()) {
      now.stage = stage;
      now.at = `2026-11-01T12:00:1${position}Z`;
      for (const topic of life[stage]) {
        hub.clock.now += 1000;
        await send(topic);
        await hub.settled();
      }
    }
    const events = await hub.events();
    const told = events.map(({ type }) => type).filter((type) => MILESTONES.test(type));
    expect(told).toEqual([
      "order.created",
      "order.paid",
      "order.partially_fulfilled",
      "order.fulfilled",
      "order.partially_refunded",
    ]);
    expect(events.filter(({ type }) => type === "fulfillment.created")).toHaveLength(2);
    expect(events.filter(({ type }) => type === "refund.created")).toHaveLength(1);
    expect((await hub.outcomes()).dead_lettered).toBe(0);
    expect(api.requests.every(({ status }) => status === 200)).toBe(true);
  });
});

describe("a request that is sent before the shop's commit", () => {
  it("waits until the shop has the order, and tells it once", async () => {
    const { hub, api, send } = await connect("admin-post");
    // Reads know the real time only, and after ten minutes what the shop says counts.
    hub.clock.now = Date.now();
    api.failNext({ status: 404 });
    await send("order.saved");
    await hub.settled();
    const events = await hub.events();
    expect(events.map(({ type }) => type)).toEqual(["order.created"]);
    expect(api.asked()).toEqual(["GET /rest/all/V1/orders/1001", "GET /rest/all/V1/orders/1001"]);
    expect((await hub.outcomes()).dead_lettered).toBe(0);
  });
});
