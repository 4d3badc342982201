/** What the platforms send in a scenario: lives of many entities in many stores, retold, repeated and out of order. */
import type { LifeStage, SampleOptions } from "../../src/normalizers/wire.ts";
import { signedSample } from "../helpers/hub.ts";
import { platformOf } from "../helpers/app.ts";
import { createRandom, type Random } from "../helpers/random.ts";

/** One webhook as its platform sends it, however often. */
export interface Delivery {
  readonly id: string;
  readonly platform: string;
  readonly store: string;
  readonly topic: string;
  /** The moment of the change, RFC 3339. */
  readonly at: string;
  readonly body: string;
  readonly request: ReturnType<typeof signedSample>;
  /** Sent once more after it was taken. */
  readonly isRepeated: boolean;
}

interface Step {
  readonly topic: string;
  readonly sample?: Partial<SampleOptions>;
  readonly body?: string;
}

interface Life {
  readonly platform: "shopify" | "woocommerce";
  readonly steps: readonly Step[];
}

const STORES = { shopify: ["acme", "boreal", "cedar"], woocommerce: ["hafen", "insel"] } as const;
/** All stores of the load with their platforms. */
export const ALL_STORES = Object.entries(STORES).flatMap(([platform, names]) =>
  names.map((name) => ({ platform, name })),
);
/** After every store was connected, so that whatever is placed is news. */
const BEGINNING = Date.parse("2030-01-01T00:00:00Z");
/** What belongs to an entity, such as the variants of a product, has ids close to its own. */
const ID_STEP = 100_000;
/** How far a webhook may be overtaken. */
const REACH = 6;

const stage = (topic: string, name: LifeStage): Step => ({ topic, sample: { stage: name } });
const amounts = (topic: string, ...values: readonly string[]): Step[] =>
  values.map((amount) => ({ topic, sample: { amount } }));

const LIVES: readonly [Life, ...Life[]] = [
  shopify(
    stage("orders/create", "created"),
    stage("orders/paid", "paid"),
    stage("orders/fulfilled", "shipped"),
  ),
  shopify(
    stage("orders/create", "created"),
    { topic: "order_transactions/create" },
    stage("orders/paid", "paid"),
    stage("orders/fulfilled", "shipped"),
    stage("refunds/create", "partly_refunded"),
    stage("orders/updated", "partly_refunded"),
  ),
  shopify({ topic: "orders/create" }, { topic: "orders/updated" }, { topic: "orders/cancelled" }),
  shopify(...amounts("products/create", "10.00"), ...amounts("products/update", "11.00", "12.50", "9.90")),
  shopify({ topic: "customers/create" }, { topic: "customers/update" }, { topic: "customers/disable" }),
  shopify(...amounts("inventory_levels/update", "3", "0", "8")),
  shopify({ topic: "themes/publish", body: "{}" }, { topic: "no/such_topic", body: "{}" }),
  shopify({ topic: "orders/create", body: '{"id":' }),
  woocommerce(
    stage("order.created", "created"),
    stage("order.updated", "paid"),
    stage("order.updated", "shipped"),
  ),
  woocommerce(
    stage("order.created", "created"),
    stage("order.updated", "paid"),
    stage("order.updated", "partly_refunded"),
  ),
  woocommerce(...amounts("product.created", "10.00"), ...amounts("product.updated", "11.00", "12.50")),
  woocommerce({ topic: "customer.created" }, { topic: "customer.updated" }),
  woocommerce({ topic: "coupon.updated", body: "{}" }),
];

function shopify(...steps: Step[]): Life {
  return { platform: "shopify", steps };
}

function woocommerce(...steps: Step[]): Life {
  return { platform: "woocommerce", steps };
}

/** The deliveries of that many entities, in the order in which they are sent. The same seed gives the same bytes. */
export function planLoad(seed: number, entities: number): Delivery[] {
  const random = createRandom(seed);
  const lives = Array.from({ length: entities }, (_none, number) => {
    // Each life is there, whatever the seed says.
    const life = LIVES[number] ?? random.pick(LIVES);
    return { ...life, store: random.pick(STORES[life.platform]), id: String((number + 1) * ID_STEP) };
  });
  const moves = merge(
    lives.map(({ steps, ...rest }) => steps.map((step) => ({ ...rest, step }))),
    random,
  );
  const inTime = moves.map((move, position) => toDelivery(move, position, random));
  return disorder(inTime, random);
}

interface Move {
  readonly platform: Life["platform"];
  readonly store: string;
  readonly id: string;
  readonly step: Step;
}

function toDelivery({ platform, store, id, step }: Move, position: number, random: Random): Delivery {
  const { topic, sample = {} } = step;
  const at = new Date(BEGINNING + position * 1000).toISOString().replace(".000", "");
  const deliveryId = `delivery-${String(position).padStart(5, "0")}`;
  const options = { ...sample, id, at, deliveryId } satisfies SampleOptions;
  const body = step.body ?? platformOf(platform).samples.bodies[topic]?.(options);
  if (body === undefined) throw new Error(`${platform} has no sample of ${topic}`);
  const request = signedSample(topic, { platform, store, ...options, body, now: Date.parse(at) });
  return { id: deliveryId, platform, store, topic, at, body, request, isRepeated: random.chance(0.1) };
}

/** Takes from the front of any list until all are empty. */
function merge<T>(lists: readonly (readonly T[])[], random: Random): T[] {
  const rest = lists.map((list) => [...list]);
  const merged: T[] = [];
  for (;;) {
    const [first, ...others] = rest.filter((list) => list.length > 0);
    if (first === undefined) return merged;
    merged.push(...random.pick([first, ...others]).splice(0, 1));
  }
}

/** Lets one in five be overtaken by some that follow it. */
function disorder<T>(list: readonly T[], random: Random): T[] {
  const places = list.map((item, at) => ({
    item,
    at: random.chance(0.2) ? at + random.between(1, REACH) : at,
  }));
  return places.sort((a, b) => a.at - b.at).map(({ item }) => item);
}
