/** One life of an order at every platform: whatever sent the webhooks, the same milestones come in the same order. */
import { afterEach, describe, expect, it } from "vitest";
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import { platforms } from "../../src/normalizers/registry.ts";
import { useBroker } from "../helpers/broker.ts";
import { type LifeAnswers, playLife } from "../helpers/life.ts";
import { WIRES } from "../helpers/wires.ts";
import * as bigcommerceApi from "../normalizers/platforms/bigcommerce/api.ts";
import * as ecwidApi from "../normalizers/platforms/ecwid/api.ts";
import * as magentoApi from "../normalizers/platforms/magento/api.ts";
import * as mercadoLibreApi from "../normalizers/platforms/mercado-libre/api.ts";
import * as paddleApi from "../normalizers/platforms/paddle/api.ts";
import * as prestashopApi from "../normalizers/platforms/prestashop/api.ts";
import * as squareApi from "../normalizers/platforms/square/api.ts";
import * as squarespaceApi from "../normalizers/platforms/squarespace/api.ts";
import * as stripeApi from "../normalizers/platforms/stripe/api.ts";
import * as wixApi from "../normalizers/platforms/wix/api.ts";

const broker = useBroker();
const open: (() => Promise<void>)[] = [];

/** The milestones of the life that is played, in order. */
const WHOLE = ["created", "paid", "partially_fulfilled", "fulfilled", "partially_refunded"] as const;
type Milestone = (typeof WHOLE)[number];
const ALL = WHOLE.map((name) => `order.${name}`);
/** The rest of the order's events says that something changed. */
const MILESTONE = /^order\.(created|paid|partially_\w+|fulfilled|delivered|refunded|cancelled|deleted)$/;

interface Row {
  readonly told: readonly Milestone[];
  /** The platform's API; without it the webhooks alone tell every milestone. */
  readonly answers?: LifeAnswers;
  /** Why a variant tells nothing where nothing can be read. */
  readonly mute?: Readonly<Record<string, string>>;
}

const WITHOUT_PARTS = ["created", "paid", "fulfilled", "partially_refunded"] as const;

/** By the platform's id. Its variants tell the same. */
const TABLE: Readonly<Record<string, Row>> = {
  bigcommerce: { told: WHOLE, answers: bigcommerceApi.answers },
  ecwid: { told: WITHOUT_PARTS, answers: ecwidApi.answers },
  magento: {
    told: WHOLE,
    answers: magentoApi.answers,
    mute: {
      "commerce-webhooks": "the shop's admin may have given the fields other names, so only ids are believed",
    },
  },
  "mercado-libre": { told: WITHOUT_PARTS, answers: mercadoLibreApi.answers },
  paddle: { told: WITHOUT_PARTS, answers: paddleApi.answers },
  prestashop: { told: WITHOUT_PARTS, answers: prestashopApi.answers },
  saleor: { told: WHOLE },
  shopify: { told: WHOLE },
  shopware: { told: WHOLE },
  square: { told: WHOLE, answers: squareApi.answers },
  squarespace: { told: WITHOUT_PARTS, answers: squarespaceApi.answers },
  stripe: { told: ["created", "paid", "partially_refunded"], answers: stripeApi.answers },
  wix: { told: WHOLE, answers: wixApi.answers },
  woocommerce: { told: WITHOUT_PARTS },
};

function milestonesOf(events: readonly CanonicalEvent[]): string[] {
  return events.map(({ type }) => type).filter((type) => MILESTONE.test(type));
}

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

it("has a row for every platform, and no other", () => {
  expect(Object.keys(TABLE).sort()).toEqual(Object.keys(platforms).sort());
});

describe.each(Object.values(platforms))("the row of $id", (platform) => {
  const { id, capabilities } = platform;
  const { told = [] } = TABLE[id] ?? {};

  it("keeps the common order", () => {
    expect(told).toEqual(WHOLE.filter((milestone) => told.includes(milestone)));
  });

  it("has the milestones that the capabilities claim", () => {
    const claimed = WHOLE.filter((each) => (capabilities[`order.${each}`] ?? "impossible") !== "impossible");
    expect(told).toEqual(claimed);
  });

  it("has samples of a life for every wire", () => {
    const own = WIRES.filter((each) => each.platform === platform);
    const silent = own.filter(({ wire }) => wire.samples.life === undefined);
    expect(own).not.toEqual([]);
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});

describe.each(WIRES)("the life of an order at $name", ({ platform, variant }) => {
  const play = (answers: LifeAnswers | undefined) =>
    playLife({
      broker: broker().server.url,
      platform,
      variant,
      answers,
      open: (close) => void open.push(close),
    });
  const { told = [], answers, mute = {} } = TABLE[platform.id] ?? {};
  const isMute = variant !== undefined && Object.hasOwn(mute, variant);

  it("gives its milestones once and in order, of one order", async () => {
    const { hub, api } = await play(answers);
    const events = await hub.events();
    const orders = events.filter(({ type }) => type.startsWith("order."));
    expect(milestonesOf(orders)).toEqual(told.map((name) => `order.${name}`));
    expect(new Set(orders.map(({ subject }) => subject)).size).toBe(1);
    expect((await hub.outcomes()).dead_lettered).toBe(0);
    expect(api.requests.filter(({ status }) => status !== 200)).toEqual([]);
    if (answers !== undefined) expect(api.requests).not.toEqual([]);
    expect(orders.at(-1)?.data).toMatchObject({ order: { paymentStatus: "partially_refunded" } });
    const refunds = events.filter(({ type }) => type === "refund.created");
    expect(refunds).toHaveLength(
      (platform.capabilities["refund.created"] ?? "impossible") === "impossible" ? 0 : 1,
    );
    for (const { data } of refunds) {
      expect(data).toMatchObject({ refund: { orderId: orders[0]?.subject, amount: expect.anything() } });
    }
  });

  it.runIf(isMute)("is not told where the shop gave no credentials, and nothing is read", async () => {
    const { hub, api } = await play(undefined);
    expect(api.requests).toEqual([]);
    expect(await hub.outcomes()).toMatchObject({ dead_lettered: 0, events: 0 });
  });

  it.runIf(answers && !isMute)(
    "is told in part where the shop gave no credentials, and nothing is read",
    async () => {
      const { hub, api } = await play(undefined);
      expect(api.requests).toEqual([]);
      expect((await hub.outcomes()).dead_lettered).toBe(0);
      const orders = (await hub.events()).filter(({ type }) => type.startsWith("order."));
      expect(orders.some(({ partial }) => partial === true)).toBe(true);
      expect(new Set(orders.map(({ subject }) => subject)).size).toBe(1);
      const milestones = milestonesOf(orders);
      expect(milestones).toEqual(ALL.filter((type) => milestones.includes(type)));
    },
  );
});
