/** G2, G3, G4 and G7 together: whatever dies between whichever two steps, the events are complete, unique and in order. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { platformOf } from "../helpers/app.ts";
import type { Webhook } from "../../src/webhook.ts";
import { type Fault, type Outcome, type Plan, simulate } from "./simulation.ts";

const TOPICS = [
  "orders/create",
  "orders/updated",
  "orders/paid",
  "orders/fulfilled",
  "orders/cancelled",
  "refunds/create",
  "order_transactions/create",
  "customers/update",
  "products/update",
  "inventory_levels/update",
] as const;
const ORDER_LIFE = ["orders/create", "orders/paid", "orders/fulfilled"] as const;
const FAULTS = ["kill", "lose", "expire"] as const;

/** The webhook of that number: one second later than the one before it. */
function aWebhook(number: number, topic: string, id: string, platform = "shopify"): Webhook {
  const at = new Date(Date.parse("2026-11-01T12:00:10Z") + number * 1000).toISOString().replace(".000", "");
  return {
    id: `webhook-${String(number).padStart(4, "0")}`,
    platform,
    store: "acme",
    topic,
    dedupeKey: `delivery-${number}`,
    receivedAt: at,
    sentAt: at,
    via: "webhook",
    authenticity: "signature",
    headers: {},
    body: Buffer.from(
      platformOf(platform).samples.bodies[topic]?.({ id, at, amount: `${100 + number}` }) ?? "",
    ),
  };
}

const orderLife = ORDER_LIFE.map((topic, index) => aWebhook(index, topic, "1001"));

/** What must hold after every run, whatever went wrong in it. */
function expectComplete({ stream, owed, outcomes, unsettled }: Outcome, webhooks: number): void {
  expect(unsettled).toBe(0);
  expect(outcomes.size).toBe(webhooks);
  const contents = new Map<string, string>();
  const sequences = new Map<string, number[]>();
  for (const event of stream) {
    const text = JSON.stringify(event);
    const known = contents.get(event.id);
    if (known !== undefined) {
      expect(text).toBe(known);
      continue;
    }
    contents.set(event.id, text);
    const entity = `${event.type.split(".")[0]} ${event.subject}`;
    sequences.set(entity, [...(sequences.get(entity) ?? []), event.sequence ?? 0]);
  }
  expect(new Map([...contents].sort())).toEqual(new Map([...owed].sort()));
  for (const seen of sequences.values()) expect(seen).toEqual(seen.map((_, index) => index + 1));
}

/** State and version of every entity; how many events led there depends on the order of arrival. */
function finalStates({ rows }: Outcome): Map<string, unknown> {
  return new Map(
    [...rows].sort().map(([key, { state, version, deleted }]) => [key, { state, version, deleted }]),
  );
}

function milestones({ stream }: Outcome): string[] {
  const ids = new Map(stream.map(({ id, type, subject }) => [id, `${type} ${subject}`]));
  return [...ids.values()].filter((each) => !/\.updated /.test(each)).sort();
}

function withoutFaults(webhooks: readonly Webhook[]): Promise<Outcome> {
  return simulate({ webhooks, processes: 1, seed: 1, inHandMax: 1 });
}

describe("a crash at one step", () => {
  it.each(FAULTS)(
    "(%s) loses nothing, wherever it strikes",
    async (fault) => {
      const calm = await withoutFaults(orderLife);
      expect(milestones(calm)).toEqual(["order.created 1001", "order.fulfilled 1001", "order.paid 1001"]);
      for (const seed of [1, 2, 3]) {
        const plan: Plan = { webhooks: orderLife, processes: 2, seed };
        const { steps } = await simulate(plan);
        for (let at = 0; at < steps; at += 1) {
          const outcome = await simulate({ ...plan, faults: new Map([[at, fault]]) });
          expectComplete(outcome, orderLife.length);
          expect(finalStates(outcome)).toEqual(finalStates(calm));
          expect(milestones(outcome)).toEqual(milestones(calm));
        }
      }
    },
    60_000,
  );
});

describe("crashes at two steps", () => {
  it("lose nothing, wherever they strike", async () => {
    const webhooks = orderLife.slice(0, 2);
    const calm = await withoutFaults(webhooks);
    const plan: Plan = { webhooks, processes: 2, seed: 5 };
    const { steps } = await simulate(plan);
    for (let first = 0; first < steps; first += 1) {
      for (let second = first + 1; second < first + 25; second += 1) {
        const faults = new Map<number, Fault>([
          [first, "kill"],
          [second, "kill"],
        ]);
        const outcome = await simulate({ ...plan, faults });
        expectComplete(outcome, webhooks.length);
        expect(finalStates(outcome)).toEqual(finalStates(calm));
      }
    }
  }, 60_000);
});

describe("any number of faults in any order of steps", () => {
  const webhooks = fc
    .array(fc.record({ topic: fc.constantFrom(...TOPICS), entity: fc.integer({ min: 1, max: 2 }) }), {
      minLength: 1,
      maxLength: 8,
    })
    .map((list) => list.map(({ topic, entity }, index) => aWebhook(index, topic, `100${entity}000`)));
  const faults = fc
    .array(fc.tuple(fc.nat(250), fc.constantFrom(...FAULTS)), { maxLength: 8 })
    .map((list) => new Map(list));
  const plan = fc.record({
    webhooks,
    faults,
    seed: fc.integer(),
    processes: fc.integer({ min: 2, max: 3 }),
    inHandMax: fc.integer({ min: 1, max: 4 }),
    cacheBytes: fc.constantFrom(1, 1_000_000),
    dedupeWindow: fc.constantFrom(0, 3, Number.POSITIVE_INFINITY),
  });

  it("lose no event, give no id two contents, leave no gap and end in the state of a calm run", async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (chosen) => {
        const outcome = await simulate(chosen);
        expectComplete(outcome, chosen.webhooks.length);
        expect(finalStates(outcome)).toEqual(finalStates(await withoutFaults(chosen.webhooks)));
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it("store each event once while the stream recognizes ids", async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (chosen) => {
        const { stream } = await simulate({ ...chosen, dedupeWindow: Number.POSITIVE_INFINITY });
        expect(new Set(stream.map(({ id }) => id)).size).toBe(stream.length);
      }),
      { numRuns: 50 },
    );
  }, 60_000);
});

describe("processes that take turns, one webhook after the other", () => {
  const topics = ["order.created", "order.updated", "order.deleted", "order.restored"] as const;
  const lives = fc
    .array(fc.tuple(fc.constantFrom(...topics), fc.nat(3)), { minLength: 2, maxLength: 8 })
    .map((list) =>
      // WooCommerce's clock has seconds, its deletions have no time: several changes may have one version.
      list.map(([topic, second], index) => ({
        ...aWebhook(second, topic, "77", "woocommerce"),
        id: `webhook-${String(index).padStart(4, "0")}`,
        dedupeKey: `delivery-${index}`,
      })),
    );

  it("publish exactly what one process would", async () => {
    await fc.assert(
      fc.asyncProperty(lives, fc.integer(), async (list, seed) => {
        const alone = await withoutFaults(list);
        const together = await inTurns(list, seed);
        expect(together.stream).toEqual(alone.stream);
        expect(together.rows).toEqual(alone.rows);
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  /** Two processes, one message in hand in all: who gets it is up to the seed. */
  function inTurns(list: readonly Webhook[], seed: number): Promise<Outcome> {
    return simulate({ webhooks: list, processes: 2, seed, inHandMax: 1, oneAtATime: true });
  }
});
