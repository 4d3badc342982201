/** The life of an order at platforms whose orders are read: webhooks as samples, the API as a fake of the platform's. */
import { afterEach, describe, expect, it } from "vitest";
import { LIFE_STAGES, type LifeStage, type Platform } from "../../../src/normalizers/platform.ts";
import { paddle } from "../../../src/normalizers/platforms/paddle/index.ts";
import { square } from "../../../src/normalizers/platforms/square/index.ts";
import { stripe } from "../../../src/normalizers/platforms/stripe/index.ts";
import { useBroker } from "../../helpers/broker.ts";
import { startFakeApi } from "../../helpers/fake-api.ts";
import { SECRET, startTestHub } from "../../helpers/hub.ts";
import * as paddleApi from "../../normalizers/platforms/paddle/api.ts";
import * as squareApi from "../../normalizers/platforms/square/api.ts";
import * as stripeApi from "../../normalizers/platforms/stripe/api.ts";

const broker = useBroker();
const open: (() => Promise<void>)[] = [];
const TOKEN = "token-of-the-shop";
/** In the order of a life; the rest says that something changed. */
const MILESTONES =
  /^order\.(created|paid|partially_fulfilled|fulfilled|partially_refunded|refunded|cancelled)$/;

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

interface Case {
  readonly platform: Platform;
  readonly credential: string;
  readonly answers: typeof squareApi.answers;
  readonly milestones: readonly string[];
}

const CASES: readonly Case[] = [
  {
    platform: square,
    credential: "accessToken",
    answers: squareApi.answers,
    milestones: ["created", "paid", "partially_fulfilled", "fulfilled", "partially_refunded"],
  },
  {
    platform: stripe,
    credential: "apiKey",
    answers: stripeApi.answers,
    milestones: ["created", "paid", "partially_refunded"],
  },
  {
    platform: paddle,
    credential: "apiKey",
    answers: paddleApi.answers,
    milestones: ["created", "paid", "fulfilled", "partially_refunded"],
  },
];

async function play({ platform, credential, answers }: Case, withCredentials: boolean) {
  const now: { stage: LifeStage; at: string } = { stage: "created", at: "2026-11-01T12:00:10Z" };
  const api = await startFakeApi({
    authorize: ({ headers }) => headers.authorization === `Bearer ${TOKEN}`,
    routes: Object.fromEntries(
      ["{a}/{b}", "{a}/{b}/{c}", "{a}/{b}/{c}/{d}", "{a}/{b}/{c}/{d}/{e}"].map((path) => [
        `GET /${path}`,
        ({ url }) => {
          const body = answers(now.stage, { id: "1001", at: now.at })(
            decodeURIComponent(`${url.pathname}${url.search}`),
          );
          return body === undefined ? { status: 404 } : { body };
        },
      ]),
    ),
  });
  open.push(api.close);
  const local = { ...platform, ...(platform.api ? { api: { ...platform.api, base: api.url } } : {}) };
  const hub = await startTestHub({ url: broker().server.url, platforms: { [platform.id]: local } });
  open.push(hub.stop);
  const connected = await hub.admin("POST", "/api/stores", {
    platform: platform.id,
    name: "acme",
    secrets: [SECRET],
    ...(withCredentials ? { credentials: { [credential]: TOKEN } } : {}),
  });
  expect(connected.status).toBe(201);
  for (const [position, stage] of LIFE_STAGES.entries()) {
    now.stage = stage;
    now.at = `2026-11-01T12:00:1${position}Z`;
    for (const topic of platform.samples.life?.[stage] ?? []) {
      hub.clock.now += 1000;
      const answer = await hub.send(topic, { platform: platform.id, id: "1001", at: now.at, stage });
      expect(answer.status, topic).toBe(200);
      await hub.settled();
    }
  }
  const events = await hub.events();
  return { hub, api, orders: events.filter(({ type }) => type.startsWith("order.")), events };
}

describe.each(CASES)("the life of an order at $platform.name", (each) => {
  it("gives its milestones once and in order, of one order", async () => {
    const { hub, api, orders, events } = await play(each, true);
    expect((await hub.outcomes()).dead_lettered).toBe(0);
    const told = orders.map(({ type }) => type).filter((type) => MILESTONES.test(type));
    expect(told).toEqual(each.milestones.map((name) => `order.${name}`));
    expect(new Set(orders.map(({ subject }) => subject))).toEqual(new Set(["1001"]));
    expect(orders.at(-1)?.data).toMatchObject({
      order: {
        paymentStatus: "partially_refunded",
        totals: { refunded: { amount: "10.00", currency: "USD" } },
      },
    });
    expect(events.find(({ type }) => type === "refund.created")?.data).toMatchObject({
      refund: { orderId: "1001", amount: { amount: "10.00", currency: "USD" } },
    });
    expect(api.requests.every(({ status }) => status === 200)).toBe(true);
    expect(api.requests.every(({ headers }) => headers.authorization === `Bearer ${TOKEN}`)).toBe(true);
  });

  it("is told in part where the shop gave no credentials, and nothing is read", async () => {
    const { hub, api, orders } = await play(each, false);
    expect(api.requests).toEqual([]);
    expect((await hub.outcomes()).dead_lettered).toBe(0);
    expect(orders.length).toBeGreaterThan(0);
    expect(orders.every(({ partial, subject }) => partial === true && subject === "1001")).toBe(true);
  });
});
