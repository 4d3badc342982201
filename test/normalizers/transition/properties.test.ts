/**
 * Random lives of an order and of a customer, told in any order, more than once, with crashes between any two steps.
 * fast-check prints seed and path of a failure; `fc.assert(..., { seed, path })` runs exactly that again.
 */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { CanonicalEvent } from "../../../src/normalizers/canonical/event.ts";
import type { Order } from "../../../src/normalizers/canonical/order.ts";
import { RESOURCES, type ResourceDefinition } from "../../../src/normalizers/canonical/resources.ts";
import type { EntityObservation } from "../../../src/normalizers/transition/apply.ts";
import { equalValues, revert } from "../../../src/normalizers/transition/diff.ts";
import { eventsOf } from "../../../src/normalizers/transition/events.ts";
import { type EntityRow, entityRow, type State } from "../../../src/normalizers/transition/row.ts";
import { type Cause, transition } from "../../../src/normalizers/transition/transition.ts";
import {
  aCauseNumbered,
  aConsentPatch,
  aCustomerObservation,
  anOrderDeletion,
  anOrderObservation,
  anOrigin,
  aPaymentPatch,
  at,
  freezeDeep,
} from "../../helpers/factories.ts";

const RUNS = { numRuns: 400 };
vi.setConfig({ testTimeout: 20_000 });

/** One webhook: what it says, and when the hub received it. */
interface Delivery {
  readonly observation: EntityObservation;
  readonly cause: Cause;
}

/** What an entity truly went through, in causal order, and what is known in the end. */
interface Life {
  readonly observations: readonly EntityObservation[];
  readonly truth: State;
}

const amount = (value: string) => ({ amount: value, currency: "EUR" });

/** What may happen to an order, in causal order; any subset of it is a life. */
const STEPS: readonly ((order: Partial<Order>) => Partial<Order>)[] = [
  (order) => ({ ...order, paymentStatus: "authorized" }),
  (order) => ({ ...order, paymentStatus: "partially_paid" }),
  (order) => ({
    ...order,
    paymentStatus: "paid",
    totals: { total: amount("20.00"), paid: amount("20.00") },
  }),
  (order) => ({ ...order, note: "ring twice" }),
  (order) => order,
  (order) => ({ ...order, shippingAddress: { line1: "Quay 2", city: "Hamburg", country: "DE" } }),
  (order) => ({ ...order, fulfillmentStatus: "partially_fulfilled" }),
  (order) => ({ ...order, fulfillmentStatus: "fulfilled", note: null }),
  (order) => ({ ...order, fulfillmentStatus: "delivered" }),
  (order) => ({
    ...order,
    paymentStatus: "partially_refunded",
    refunds: [{ id: "1", amount: amount("1.00") }],
  }),
  (order) => ({ ...order, paymentStatus: "refunded", tags: ["refunded"] }),
  (order) => ({ ...order, status: "cancelled", cancelledAt: "2026-02-01T13:00:00Z" }),
];

const PAYMENTS = [
  { id: "9", status: "pending" },
  { id: "9", status: "failed" },
  { id: "10", status: "succeeded" },
  { id: "11", status: "failed" },
] as const;

/** Payments are observed at odd seconds and states at even ones, so that versions are distinct. */
const orderLife: fc.Arbitrary<Life> = fc
  .record({
    steps: fc.subarray([...STEPS]),
    payments: fc.subarray([...PAYMENTS]),
    quiet: fc.boolean(),
  })
  .map(({ steps, payments, quiet }) => {
    const orders: Partial<Order>[] = [{}];
    for (const step of steps) orders.push(step(orders.at(-1) ?? {}));
    const states = orders.map((order, index) =>
      anOrderObservation(quiet ? { ...order, updatedAt: `2026-02-01T12:00:${10 + index}Z` } : order, {
        version: at(index * 2),
      }),
    );
    const patches = payments.map((payment, index) => aPaymentPatch(payment, at(index * 4 + 1)));
    const known = new Map(patches.map(({ value }) => [Reflect.get(Object(value), "id"), value]));
    const last = states.at(-1)?.state ?? {};
    return {
      observations: [...states, ...patches],
      truth: { ...last, ...(known.size > 0 ? { payments: [...known.values()] } : {}) },
    };
  });

const CONSENTS = ["subscribed", "unsubscribed", "pending"] as const;

/** Either every whole state tells the consent (older API versions) or none does; patches tell it in both cases. */
const customerLife: fc.Arbitrary<Life> = fc
  .record({
    told: fc.boolean(),
    states: fc.array(
      fc.record({
        email: fc.constantFrom("a@example.com", "b@example.com"),
        consent: fc.constantFrom(...CONSENTS),
      }),
      {
        minLength: 1,
        maxLength: 5,
      },
    ),
    patches: fc.array(fc.constantFrom(...CONSENTS), { maxLength: 5 }),
  })
  .map(({ told, states, patches }) => {
    const whole = states.map(({ email, consent }, index) =>
      aCustomerObservation(told ? { email, emailConsent: { state: consent } } : { email }, {
        version: at(index * 2),
      }),
    );
    const parts = patches.map((consent, index) => aConsentPatch(consent, at(index * 2 + 1)));
    const observations = [...whole, ...parts];
    const tellers = observations
      .filter((observation) => observation.kind === "patch" || told)
      .toSorted((a, b) => (a.version < b.version ? -1 : 1));
    const teller = tellers.at(-1);
    const emailConsent = teller?.kind === "patch" ? teller.value : teller?.state.emailConsent;
    return { observations, truth: { ...whole.at(-1)?.state, ...(emailConsent ? { emailConsent } : {}) } };
  });

const anyLife = fc.oneof(orderLife, customerLife);

/** The webhooks of a life: in any order, some of them twice or more. */
function told({ observations }: Life): fc.Arbitrary<Delivery[]> {
  return fc
    .array(fc.nat(observations.length - 1), { maxLength: 6 })
    .chain((repeated) => {
      const all = [...observations, ...repeated.flatMap((index) => observations[index] ?? [])];
      return fc.shuffledSubarray(all, { minLength: all.length });
    })
    .map(deliver);
}

function deliver(observations: readonly EntityObservation[]): Delivery[] {
  return observations.map((observation, index) => ({ observation, cause: aCauseNumbered(index + 1) }));
}

const toldLife = anyLife.chain((life) => told(life).map((deliveries) => ({ life, deliveries })));

/** Rows after each delivery that published, and the last row of all. Inputs are frozen: changing one throws. */
function process(
  deliveries: readonly Delivery[],
  from?: EntityRow,
): { told: EntityRow[]; row: EntityRow | undefined } {
  let row = from;
  const rows: EntityRow[] = [];
  for (const { observation, cause } of deliveries) {
    const result = transition(row && freezeDeep(row), freezeDeep(observation), freezeDeep(cause));
    if (result.outcome === "stale" || result.row === undefined) continue;
    row = result.row;
    if (result.outcome === "changed") rows.push(row);
  }
  return { told: rows, row };
}

function eventsOfRow(row: EntityRow): CanonicalEvent[] {
  const resource = "email" in row.state || "emailConsent" in row.state ? "customer" : "order";
  return freezeDeep(eventsOf(freezeDeep(row), resource, String(row.state.id), anOrigin()));
}

function stateIn({ data }: CanonicalEvent): State {
  const { changed: _changed, previous: _previous, ...states } = data;
  return entityRow.shape.state.parse(Object.values(states)[0]);
}

function withoutQuiet(state: State | undefined): State {
  const { updatedAt: _quiet, ...rest } = state ?? {};
  return rest;
}

function isFailure(observation: EntityObservation): boolean {
  return observation.kind === "patch" && Reflect.get(Object(observation.value), "status") === "failed";
}

/** What must have been told of an order that ends like this. */
function impliedBy({ paymentStatus, fulfillmentStatus, status }: State): string[] {
  const isPaid = ["paid", "partially_refunded", "refunded"].includes(String(paymentStatus));
  return [
    ...(isPaid ? ["paid"] : []),
    ...(paymentStatus === "refunded" ? ["refunded"] : []),
    ...(fulfillmentStatus === "delivered" ? ["fulfilled", "delivered"] : []),
    ...(status === "cancelled" ? ["cancelled"] : []),
  ];
}

function count(events: readonly CanonicalEvent[], type: string): number {
  return events.filter((event) => event.type === type).length;
}

describe("whatever the order and number of webhooks", () => {
  it("the state in the end is the true one, and so is its version", () => {
    fc.assert(
      fc.property(toldLife, ({ life, deliveries }) => {
        const { row } = process(deliveries);
        expect(withoutQuiet(row?.state)).toEqual(withoutQuiet(life.truth));
        const versions = life.observations.flatMap(({ kind, version }) => (kind === "state" ? version : []));
        expect(row?.version).toBe(versions.toSorted().at(-1));
        expect(row?.deleted).toBeUndefined();
      }),
      RUNS,
    );
  });

  it("sequences have no gap, start at 1, and every id has one content", () => {
    fc.assert(
      fc.property(toldLife, ({ deliveries }) => {
        const { told: rows, row } = process(deliveries);
        const events = rows.flatMap(eventsOfRow);
        expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
        expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
        expect(row?.sequence).toBe(events.length);
      }),
      RUNS,
    );
  });

  it("every transition has exactly one state carrier, first, and `created` is told exactly once", () => {
    fc.assert(
      fc.property(toldLife, ({ deliveries }) => {
        const carriers = ["created", "updated", "deleted"];
        const { told: rows } = process(deliveries);
        for (const { outbox } of rows) {
          expect(outbox?.actions.map((action) => carriers.includes(action))).toEqual(
            outbox?.actions.map((_, index) => index === 0),
          );
        }
        expect(rows.filter(({ outbox }) => outbox?.actions[0] === "created")).toHaveLength(1);
      }),
      RUNS,
    );
  });

  it("no milestone of an order is told twice, and none that its end implies is missing", () => {
    fc.assert(
      fc.property(
        orderLife.chain((life) => told(life).map((deliveries) => ({ life, deliveries }))),
        ({ life, deliveries }) => {
          const events = process(deliveries).told.flatMap(eventsOfRow);
          const definition: ResourceDefinition = RESOURCES.order;
          expect(count(events, "order.payment_failed")).toBe(life.observations.filter(isFailure).length);
          for (const milestone of Object.keys(definition.milestones)) {
            if (milestone === "payment_failed") continue;
            expect(count(events, `order.${milestone}`), milestone).toBeLessThanOrEqual(1);
          }
          for (const milestone of impliedBy(life.truth)) {
            expect(count(events, `order.${milestone}`), milestone).toBe(1);
          }
        },
      ),
      RUNS,
    );
  });

  it("`changed` and `previous` of each event lead back to the state of the event before", () => {
    fc.assert(
      fc.property(toldLife, ({ deliveries }) => {
        const firsts = process(deliveries).told.flatMap((row) => eventsOfRow(row)[0] ?? []);
        for (const [index, event] of firsts.entries()) {
          const before = firsts[index - 1];
          if (before === undefined) continue;
          // As a subscriber has them: parsed from JSON.
          const { changed, previous } = entityRow.shape.outbox
            .unwrap()
            .pick({ changed: true, previous: true })
            .parse(JSON.parse(JSON.stringify(event.data)));
          const reverted = revert(stateIn(JSON.parse(JSON.stringify(event))), { changed, previous });
          expect(reverted).toEqual(JSON.parse(JSON.stringify(stateIn(before))));
          expect(changed.length + Number(event.type.endsWith(".created"))).toBeGreaterThan(0);
        }
      }),
      RUNS,
    );
  });

  it("publishing again from the stored row gives the same bytes, also after the row moved forward", () => {
    fc.assert(
      fc.property(toldLife, ({ deliveries }) => {
        let row: EntityRow | undefined;
        let bytes = "";
        for (const delivery of deliveries) {
          const next = process([delivery], row);
          if (next.told.length > 0 && next.row) bytes = JSON.stringify(eventsOfRow(next.row));
          row = next.row;
          if (row === undefined) continue;
          const stored = entityRow.parse(JSON.parse(JSON.stringify(row)));
          expect(JSON.stringify(eventsOfRow(stored))).toBe(bytes);
          expect(equalValues(stored, row)).toBe(true);
        }
      }),
      RUNS,
    );
  });
});

describe("webhooks that are delivered again after all was processed", () => {
  const again = (deliveries: readonly Delivery[]) =>
    fc.shuffledSubarray([...deliveries], { minLength: deliveries.length });

  function tellsNothing(lives: fc.Arbitrary<Delivery[]>) {
    fc.assert(
      fc.property(
        lives.chain((deliveries) => again(deliveries).map((repeated) => ({ deliveries, repeated }))),
        ({ deliveries, repeated }) => {
          const { row } = process(deliveries);
          const end = process(repeated, row);
          expect(end.told).toEqual([]);
          expect(end.row).toEqual(row);
        },
      ),
      RUNS,
    );
  }

  it("tell nothing, in whatever order", () => {
    tellsNothing(toldLife.map(({ deliveries }) => deliveries));
  });

  it("tell nothing where the platform's clock does not tell states apart", () => {
    const states = fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: 5 });
    tellsNothing(
      states.map((steps) => deliver(steps.map((step) => anOrderObservation(step({}), { version: at(0) })))),
    );
  });

  it("tell nothing of deletions and returns", () => {
    const turns = fc.array(fc.constantFrom("state", "deleted", "restored"), { minLength: 1, maxLength: 7 });
    tellsNothing(
      turns.map((kinds) =>
        deliver(
          kinds.map((kind, index) =>
            kind === "deleted"
              ? anOrderDeletion(at(index))
              : anOrderObservation(
                  { note: String(index) },
                  { version: at(index), restored: kind === "restored" },
                ),
          ),
        ),
      ),
    );
  });
});

describe("an order that is deleted in the end", () => {
  it("is deleted whatever the order of webhooks, and that is told once and last", () => {
    fc.assert(
      fc.property(
        orderLife.chain(({ observations, truth }) =>
          told({ observations: [...observations, anOrderDeletion(at(100))], truth }),
        ),
        (deliveries) => {
          const { told: rows, row } = process(deliveries);
          const events = rows.flatMap(eventsOfRow);
          expect(row).toMatchObject({ deleted: true, version: at(100), sequence: events.length });
          expect(count(events, "order.deleted")).toBe(1);
          expect(events.at(-1)?.type).toBe("order.deleted");
        },
      ),
      RUNS,
    );
  });
});

/** Where the process dies while it works on a delivery. */
const CRASHES = [
  "before saving",
  "between saving and publishing",
  "amid publishing",
  "before acking",
] as const;

interface Broker {
  row: EntityRow | undefined;
  /** Bytes by event id; the first of a kind counts, as in the stream's duplicate window. */
  readonly stream: Map<string, string>;
}

/** What the worker does with one delivery; `crash` makes it stop there. A fresh process does not know what it published. */
function work(
  broker: Broker,
  { observation, cause }: Delivery,
  crash?: (typeof CRASHES)[number],
  isPublished = false,
): void {
  const result = transition(broker.row, freezeDeep(observation), cause);
  if (broker.row && !isPublished) publish(broker, eventsOfRow(broker.row));
  if (crash === "before saving" || result.outcome === "stale" || result.row === undefined) return;
  broker.row = freezeDeep(entityRow.parse(JSON.parse(JSON.stringify(result.row))));
  if (crash === "between saving and publishing" || result.outcome !== "changed") return;
  const events = eventsOfRow(broker.row);
  publish(broker, crash === "amid publishing" ? events.slice(0, 1) : events);
}

interface Crash {
  readonly on: number;
  readonly at: (typeof CRASHES)[number];
  /** How many deliveries before were not acknowledged either. */
  readonly back: number;
}

function workWithCrashes(broker: Broker, deliveries: readonly Delivery[], crashes: readonly Crash[]): void {
  let start = 0;
  for (const crash of crashes) {
    const [last, ...before] = deliveries.slice(start, crash.on + 1).toReversed();
    if (last === undefined) continue;
    for (const delivery of before.toReversed()) work(broker, delivery);
    work(broker, last, crash.at);
    start = Math.max(0, crash.on - crash.back);
  }
  for (const delivery of deliveries.slice(start)) work(broker, delivery);
}

function publish({ stream }: Broker, events: readonly CanonicalEvent[]): void {
  for (const event of events) {
    const text = JSON.stringify(event);
    expect(stream.get(event.id) ?? text, "an event id has one content").toBe(text);
    stream.set(event.id, text);
  }
}

describe("a crash anywhere, followed by redelivery from any earlier point", () => {
  const inOrder = fc
    .array(fc.constantFrom("state", "deleted", "restored"), { minLength: 1, maxLength: 7 })
    .map((kinds) =>
      deliver(
        kinds.map((kind, index) =>
          kind === "deleted"
            ? anOrderDeletion(at(index))
            : anOrderObservation(
                { note: String(index % 2) },
                { version: at(index), restored: kind === "restored" },
              ),
        ),
      ),
    );

  it.each([
    ["lives told in any order", toldLife.map(({ deliveries }) => deliveries)],
    ["deletions and returns", inOrder],
  ])("leaves the same events by id, with the same bytes, in sequence (%s)", (_name, lives) => {
    fc.assert(
      fc.property(
        lives.chain((deliveries) =>
          fc.record({
            deliveries: fc.constant(deliveries),
            crashes: fc.array(
              fc.record({
                on: fc.nat(deliveries.length - 1),
                back: fc.nat(4),
                at: fc.constantFrom(...CRASHES),
              }),
              { maxLength: 3 },
            ),
          }),
        ),
        ({ deliveries, crashes }) => {
          const calm: Broker = { row: undefined, stream: new Map() };
          for (const delivery of deliveries) work(calm, delivery, undefined, true);

          const broker: Broker = { row: undefined, stream: new Map() };
          workWithCrashes(broker, deliveries, crashes);
          expect([...broker.stream]).toEqual([...calm.stream]);
          expect(broker.row).toEqual(calm.row);
        },
      ),
      RUNS,
    );
  });
});
