import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePatterns } from "../../src/matching/patterns.ts";
import { createNames } from "../../src/nats/names.ts";
import {
  actionsOf,
  eventTypes,
  isResource,
  isSignalResource,
} from "../../src/normalizers/canonical/resources.ts";
import { matchesPattern } from "../../src/subscriptions/event-patterns.ts";
import { type FilterMode, FILTERS_MAX, planFilters } from "../../src/subscriptions/filters.ts";

const names = createNames("");
const STORES = ["acme", "globex"];
const PLATFORMS = ["shopify", "magento"];
/** With what a later version may add, so that its events cannot come twice either. */
const TYPES = [...eventTypes(), "order.archived", "price.created", "voucher.created", "voucher.used"];
const RUNS = { numRuns: 200 };

interface Wanted {
  readonly events: string[];
  readonly stores?: string[];
  readonly platforms?: string[];
}

/** NATS: `*` is one token, `>` is one or more at the end. */
function lets(filter: string, subject: string): boolean {
  const wanted = filter.split(".");
  const tokens = subject.split(".");
  const fits = (token: string, at: number) => token === "*" || token === tokens[at];
  return wanted.at(-1) === ">"
    ? tokens.length >= wanted.length && wanted.slice(0, -1).every(fits)
    : tokens.length === wanted.length && wanted.every(fits);
}

function plan(wanted: Wanted, mode: FilterMode = "exact") {
  const planned = planFilters(wanted, mode, names);
  if (!planned.ok) throw new Error(planned.problem);
  return planned.filters;
}

function filtersOf(wanted: Wanted, mode?: FilterMode): string[] {
  return plan(wanted, mode).map(({ filter }) => filter);
}

const subjects = PLATFORMS.flatMap((platform) =>
  STORES.flatMap((store) =>
    TYPES.map((type) => ({ platform, store, type, subject: names.eventSubject(platform, store, type) })),
  ),
);

const word = (at: 0 | 1) =>
  fc.constantFrom(...new Set(eventTypes().map((type) => type.split(".")[at] ?? "")));
const pattern = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...eventTypes()) },
  { weight: 2, arbitrary: word(0).map((resource) => `${resource}.*`) },
  { weight: 2, arbitrary: word(1).map((action) => `*.${action}`) },
  { weight: 1, arbitrary: fc.constantFrom("*", "*.*") },
);
const wanted: fc.Arbitrary<Wanted> = fc.record(
  {
    events: fc.array(pattern, { minLength: 1, maxLength: 6 }),
    stores: fc.array(fc.constantFrom(...STORES), { minLength: 1, maxLength: 2 }),
    platforms: fc.array(fc.constantFrom(...PLATFORMS), { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ["events"] },
);

function isWanted({ events, stores, platforms }: Wanted, event: (typeof subjects)[number]): boolean {
  return (
    events.some((one) => matchesPattern(one, event.type)) &&
    (stores?.includes(event.store) ?? true) &&
    (platforms?.includes(event.platform) ?? true)
  );
}

describe("the filters of a subscription", () => {
  it.each<FilterMode>(["exact", "per-resource"])("let no event through twice: %s", (mode) => {
    fc.assert(
      fc.property(wanted, (any) => {
        const planned = planFilters(any, mode, names);
        if (!planned.ok) return;
        const twice = subjects.filter(
          ({ subject }) => planned.filters.filter(({ filter }) => lets(filter, subject)).length > 1,
        );
        expect(twice).toEqual([]);
      }),
      RUNS,
    );
  });

  it("let exactly what is wanted through: exact", () => {
    const known = subjects.filter(({ type }) => eventTypes().includes(type));
    fc.assert(
      fc.property(wanted, (any) => {
        const planned = planFilters(any, "exact", names);
        if (!planned.ok) return;
        const wrong = known.filter(
          (event) =>
            planned.filters.some(({ filter }) => lets(filter, event.subject)) !== isWanted(any, event),
        );
        expect(wrong).toEqual([]);
      }),
      RUNS,
    );
  });

  it("let everything wanted through, all of an entity through one, and nothing of other resources or stores: per-resource", () => {
    const known = subjects.filter(({ type }) => eventTypes().includes(type));
    fc.assert(
      fc.property(wanted, (any) => {
        const planned = planFilters(any, "per-resource", names);
        if (!planned.ok) return;
        const through = known.map((event) => ({
          ...event,
          filter: planned.filters.find(({ filter }) => lets(filter, event.subject))?.filter,
        }));
        const lost = through.filter((event) => event.filter === undefined && isWanted(any, event));
        expect(lost).toEqual([]);
        const carried = through.filter(({ filter }) => filter !== undefined);
        const near = { ...any, events: any.events.flatMap(resourcesOf) };
        expect(carried.filter((event) => !isWanted(near, event))).toEqual([]);
        const entities = new Map(carried.map((event) => [entityOf(event), event.filter]));
        expect(carried.filter((event) => event.filter !== entities.get(entityOf(event)))).toEqual([]);
      }),
      RUNS,
    );
  });

  it("are whole when they carry every event of each of their resources", () => {
    fc.assert(
      fc.property(wanted, fc.constantFrom<FilterMode>("exact", "per-resource"), (any, mode) => {
        const planned = planFilters(any, mode, names);
        if (!planned.ok) return;
        for (const { filter, whole } of planned.filters) {
          const through = eventTypes().filter((type) =>
            lets(filter.replace(/^commerce\.[^.]+\.[^.]+\./, ""), type),
          );
          const missing = through
            .flatMap((type) => siblingsOf(type))
            .filter((type) => !through.includes(type));
          expect(whole, filter).toBe(missing.length === 0);
        }
      }),
      RUNS,
    );
  });

  function resourcesOf(one: string): string[] {
    return eventTypes()
      .filter(compilePatterns([one]))
      .map((type) => `${type.split(".")[0]}.*`);
  }

  function entityOf({ platform, store, type }: (typeof subjects)[number]): string {
    return `${platform} ${store} ${type.split(".")[0]}`;
  }

  function siblingsOf(type: string): string[] {
    const [resource = ""] = type.split(".");
    if (!isResource(resource) && !isSignalResource(resource)) throw new Error(resource);
    return Object.keys(actionsOf(resource)).map((action) => `${resource}.${action}`);
  }
});

describe("in the mode exact", () => {
  it.each([
    [["*"], ["commerce.*.*.>"]],
    [["*.*", "order.paid", "stock.*"], ["commerce.*.*.>"]],
    [["order.*"], ["commerce.*.*.order.*"]],
    [["order.*", "order.paid"], ["commerce.*.*.order.*"]],
    [["order.paid", "order.paid"], ["commerce.*.*.order.paid"]],
    [
      ["*.created", "order.created", "order.paid"],
      ["commerce.*.*.*.created", "commerce.*.*.order.paid"],
    ],
    [
      ["*.out", "*.back"],
      ["commerce.*.*.*.out", "commerce.*.*.*.back"],
    ],
    [["customer.*", "*.consent_changed"], ["commerce.*.*.customer.*"]],
    [
      ["stock.changed", "stock.out", "stock.back"],
      ["commerce.*.*.stock.changed", "commerce.*.*.stock.out", "commerce.*.*.stock.back"],
    ],
    [
      ["order.*", "*.completed"],
      [
        "commerce.*.*.order.*",
        "commerce.*.*.draft_order.completed",
        "commerce.*.*.cart.completed",
        "commerce.*.*.checkout.completed",
      ],
    ],
  ])("%j needs %j", (events, filters) => {
    expect(filtersOf({ events })).toEqual(filters);
  });
});

describe("in the mode per-resource", () => {
  it.each([
    [["*"], ["commerce.*.*.>"]],
    [["order.paid"], ["commerce.*.*.order.paid"]],
    [["order.paid", "order.refunded"], ["commerce.*.*.order.*"]],
    [["price.*"], ["commerce.*.*.price.*"]],
    [["*.created"], ["commerce.*.*.*.created"]],
    [["*.created", "order.created"], ["commerce.*.*.*.created"]],
    [["*.out", "*.back"], ["commerce.*.*.stock.*"]],
    [
      ["*.consent_changed", "order.paid"],
      ["commerce.*.*.order.paid", "commerce.*.*.customer.consent_changed"],
    ],
  ])("%j needs %j", (events, filters) => {
    expect(filtersOf({ events }, "per-resource")).toEqual(filters);
  });
});

describe("stores and platforms", () => {
  it("are combined, each once", () => {
    expect(
      filtersOf({
        events: ["order.*"],
        stores: ["acme", "globex", "acme"],
        platforms: ["shopify", "magento"],
      }),
    ).toEqual([
      "commerce.shopify.acme.order.*",
      "commerce.shopify.globex.order.*",
      "commerce.magento.acme.order.*",
      "commerce.magento.globex.order.*",
    ]);
    expect(filtersOf({ events: ["*"], platforms: ["shopify"] })).toEqual(["commerce.shopify.*.>"]);
  });

  it("cannot smuggle wildcards into a filter", () => {
    expect(filtersOf({ events: ["order.*"], stores: ["*"], platforms: [">"] })).toEqual([
      "commerce.=3E.=2A.order.*",
    ]);
  });

  it("that are empty lists are refused, since they would want nothing", () => {
    expect(planFilters({ events: ["*"], stores: [] }, "exact", names)).toMatchObject({ ok: false });
    expect(planFilters({ events: ["*"], platforms: [] }, "exact", names)).toMatchObject({ ok: false });
  });

  it("that need more consumers than a subscription may have are refused with their number", () => {
    const stores = Array.from({ length: FILTERS_MAX / 2 + 1 }, (_, n) => `store-${n}`);
    const events = ["order.paid", "order.refunded"];
    const refused = planFilters({ events, stores }, "exact", names);
    expect(refused).toMatchObject({ ok: false });
    expect(!refused.ok && refused.problem).toContain("needs 102 consumers");
    expect(plan({ events, stores: stores.slice(1) }).length).toBe(FILTERS_MAX);
    expect(plan({ events, stores }, "per-resource").length).toBe(FILTERS_MAX / 2 + 1);
  });

  it("keep the prefix of the hub", () => {
    const planned = planFilters({ events: ["order.*"], stores: ["acme"] }, "exact", createNames("hub1"));
    expect(planned).toEqual({ ok: true, filters: [{ filter: "hub1.commerce.*.acme.order.*", whole: true }] });
  });
});
