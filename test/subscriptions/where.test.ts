import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Where } from "../../src/matching/where.ts";
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import { eventTypes, resourceNames } from "../../src/normalizers/canonical/resources.ts";
import { checkWhere, compileWhere, whereSchema } from "../../src/subscriptions/where.ts";
import { explainWhere } from "../../src/subscriptions/where-explain.ts";
import { CONDITIONS_MAX, DEPTH_MAX } from "../../src/subscriptions/where-form.ts";
import { roots, type Shape } from "../../src/subscriptions/where-shapes.ts";
import { anOrderEvent } from "./an-event.ts";

function issuesOf(input: unknown): string[] {
  const parsed = whereSchema.safeParse(input);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

/** A condition at that depth, under `not` upon `not`. */
function nested(depth: number): unknown {
  let tree: unknown = { path: "store", equals: "acme" };
  for (let level = 1; level < depth; level += 1) tree = { not: tree };
  return tree;
}

/** So many conditions, at most 50 side by side. */
function wide(conditions: number): unknown {
  const all = Array.from({ length: conditions }, () => ({ path: "store", equals: "acme" }));
  const groups = [];
  for (let at = 0; at < all.length; at += 50) groups.push({ all: all.slice(at, at + 50) });
  return { any: groups };
}

describe("the form of a filter", () => {
  it.each([
    { path: "order.status", equals: "open" },
    { path: "order.note", equals: null },
    { path: "order.status", in: ["open", "completed"] },
    { path: "order.note", exists: false },
    { path: "order.totals.total.amount", gte: "10", lt: 20 },
    { all: [{ any: [{ not: { path: "store", equals: "acme" } }] }] },
  ])("may be %j", (where) => {
    expect(whereSchema.parse(where)).toEqual(where);
  });

  it.each([
    [{ path: "order.status" }, ": needs one of all, any, not, equals, in, exists, gt, gte, lt, lte"],
    [{}, ": needs one of all"],
    [{ equals: 1 }, ": needs a path"],
    [{ path: "store", equal: "acme" }, ": there is no equal; did you mean equals?"],
    [{ path: "store", equals: "acme", exists: true }, ": asks for equals and exists at once"],
    [{ path: "sequence", gt: 1, equals: 2 }, ": asks for a range and equals at once"],
    [{ all: [{ path: "store", equals: "acme" }, { not: [] }] }, "all.1.not: is an object with one of all"],
    [{ path: "store", all: [{ path: "store", equals: "acme" }] }, ": all has no path of its own"],
    [{ all: [] }, ": all takes a list of 1 to 50 parts"],
    [{ any: "store" }, ": any takes a list of 1 to 50 parts"],
    [{ path: "store", equals: {} }, ": has a value that does not fit"],
    [{ path: "store", in: [] }, "in: Too small"],
    [{ path: 1, exists: true }, ": has a value that does not fit"],
    [JSON.parse('{"__proto__":{"path":"store","exists":true}}'), ": there is no __proto__"],
    ["store = acme", ": is an object with one of all"],
    [null, ": is an object with one of all"],
  ])("is refused with the reason and its place: %j", (where, issue) => {
    const [first, ...others] = issuesOf(where);
    expect(others).toEqual([]);
    expect(first?.startsWith(issue), first).toBe(true);
  });

  it("is bounded in depth, and a bomb of depth is refused like anything too deep", () => {
    expect(issuesOf(nested(DEPTH_MAX))).toEqual([]);
    for (const depth of [DEPTH_MAX + 1, 200_000]) {
      const [issue, ...others] = issuesOf(nested(depth));
      expect(others).toEqual([]);
      expect(issue).toContain("is nested deeper than 10 levels");
    }
  });

  it("is bounded in size", () => {
    expect(issuesOf({ path: "store", equals: "x".repeat(1024) })).toEqual([]);
    expect(issuesOf({ path: "store", equals: "x".repeat(1025) })).toHaveLength(1);
    expect(issuesOf({ path: "x".repeat(257), exists: true })).toHaveLength(1);
    expect(issuesOf(wide(CONDITIONS_MAX))).toEqual([]);
    expect(issuesOf(wide(CONDITIONS_MAX + 1))).toEqual([": has more than 200 conditions"]);
    expect(issuesOf({ all: Array.from({ length: 1_000_000 }, () => nested(1)) })).toEqual([
      ": all takes a list of 1 to 50 parts",
    ]);
  });
});

describe("a condition that can never hold is refused with the reason:", () => {
  it.each<[string[], Where, string]>([
    [
      ["order.*"],
      { path: "order.totl", equals: 1 },
      "there is no order.totl in order events; did you mean order.totals?",
    ],
    [
      ["order.*"],
      { path: "order.totals.totl.amount", gt: 1 },
      "there is no order.totals.totl.amount in order events; did you mean order.totals.total.amount?",
    ],
    [
      ["order.*"],
      { path: "totals.total.amount", gt: 1 },
      "there is no totals.total.amount in order events; did you mean order.totals.total.amount?",
    ],
    [
      ["order.*"],
      { path: "data.order.status", exists: true },
      "there is no data.order.status in order events; did you mean order.status?",
    ],
    [
      ["order.*"],
      { path: "customer.email", exists: true },
      "order events have no customer; did you mean order.customer.email?",
    ],
    [
      ["order.*"],
      { path: "order.lineItems.0.sku", exists: true },
      "there is no order.lineItems.0.sku in order events; did you mean order.lineItems.sku?",
    ],
    [
      ["order.*"],
      { path: "order.email.domain", exists: true },
      "there is no order.email.domain in order events",
    ],
    [
      ["order.*"],
      { path: "order..status", exists: true },
      "there is no order..status in order events; did you mean order.status?",
    ],
    [["order.*"], { path: "order.__proto__", exists: true }, "there is no order.__proto__ in order events"],
    [["order.*"], { path: "constructor.name", exists: true }, "there is no constructor.name in order events"],
    [
      ["order.*", "stock.changed"],
      { path: "order.status", equals: "open" },
      "order.status: stock events have no order; filter by it in a subscription without them",
    ],
    [
      ["*"],
      { path: "changed", exists: true },
      "changed: app events have no changed; filter by it in a subscription without them",
    ],
    [["order.*"], { path: "delta", lt: 0 }, "order events have no delta"],
    [["app.*"], { path: "changed", equals: "shop" }, "app events have no changed"],
    [
      ["order.*", "stock.*"],
      { path: "stor", equals: "acme" },
      "there is no stor in what these events have in common; did you mean store?",
    ],
    [
      ["order.*"],
      { path: "order.totals.total", gt: 1 },
      "order.totals.total is an amount of money: compare order.totals.total.amount",
    ],
    [
      ["product.*"],
      { path: "product.variants.price", gt: 1 },
      "product.variants.price is an amount of money: compare product.variants.price.amount",
    ],
    [
      ["order.*"],
      { path: "order.totals", equals: "x" },
      "order.totals is an object: compare one of its fields, such as order.totals.subtotal.amount",
    ],
    [
      ["order.*"],
      { path: "order.lineItems", equals: "x" },
      "order.lineItems is a list of objects: compare one of its fields, such as order.lineItems.id",
    ],
    [
      ["order.*"],
      { path: "order.extra", equals: "x" },
      "order.extra is a free object: compare one of its fields, order.extra.<name>",
    ],
    [
      ["order.*"],
      { path: "order.paymentStatus", equals: "payed" },
      'order.paymentStatus is never "payed"; did you mean paid?',
    ],
    [
      ["order.*"],
      { path: "order.paymentStatus", in: ["paid", "xxxxxxxxxxxx"] },
      'order.paymentStatus is never "xxxxxxxxxxxx"; it is one of pending, failed',
    ],
    [["order.*"], { path: "order.paymentStatus", equals: null }, "order.paymentStatus is never null"],
    [["order.*"], { path: "order.test", equals: "true" }, 'order.test is true or false, not "true"'],
    [["order.*"], { path: "firstseen", equals: false }, "firstseen is true or absent: ask for exists: false"],
    [
      ["order.*"],
      { path: "order.lineItems.quantity", equals: "2" },
      'order.lineItems.quantity is a number, not "2"',
    ],
    [["order.*"], { path: "sequence", equals: 1.5 }, "sequence is a whole number, not 1.5"],
    [
      ["order.*"],
      { path: "order.totals.total.amount", equals: "ten" },
      'order.totals.total.amount is a decimal number, not "ten"',
    ],
    [
      ["order.*"],
      { path: "order.totals.total.amount", gt: "1e3" },
      'order.totals.total.amount is a number, not "1e3"',
    ],
    [
      ["order.*"],
      { path: "order.placedAt", gt: "yesterday" },
      "order.placedAt is a moment such as 2026-11-27T09:00:00Z",
    ],
    [
      ["order.*"],
      { path: "order.placedAt", gt: "2026-11-27T09:00:00" },
      "order.placedAt is a moment such as 2026-11-27T09:00:00Z",
    ],
    [
      ["order.*"],
      { path: "order.placedAt", gt: "2026-02-30T09:00:00Z" },
      "order.placedAt is a moment such as 2026-11-27T09:00:00Z",
    ],
    [
      ["order.*"],
      { path: "order.placedAt", equals: 1 },
      "order.placedAt is a moment such as 2026-11-27T09:00:00Z",
    ],
    [["order.*"], { path: "order.id", equals: 1001 }, "order.id is a text, not 1001"],
    [["order.*"], { path: "order.id", equals: "" }, 'order.id is never as long as ""'],
    [
      ["order.*"],
      { path: "order.currency", equals: "eur" },
      'order.currency is never "eur": Currency of all amounts',
    ],
    [
      ["order.*"],
      { path: "order.shippingAddress.country", equals: "Germany" },
      'order.shippingAddress.country is never "Germany": ISO 3166-1 alpha-2 country code.',
    ],
    [
      ["order.*"],
      { path: "order.number", gt: "1000" },
      "order.number has no order: gt, gte, lt and lte compare numbers, decimal numbers and moments",
    ],
    [["order.*"], { path: "order.status", gt: "open" }, "order.status has no order"],
    [
      ["order.*"],
      { path: "order.extra.weight", gt: "heavy" },
      "order.extra.weight can be compared with a number or a moment",
    ],
    [
      ["order.*"],
      { path: "type", equals: "order.payed" },
      'type is never "order.payed"; did you mean order.paid?',
    ],
    [
      ["order.paid"],
      { path: "type", equals: "stock.back" },
      'type is never "stock.back"; it is one of order.paid',
    ],
    [
      ["order.*"],
      { path: "changed", equals: "shippingAdress" },
      "nothing in order events changes under the name shippingAdress; did you mean shippingAddress?",
    ],
    [
      ["order.*"],
      { path: "changed", in: ["order.shippingAddress"] },
      "nothing in order events changes under the name order.shippingAddress; did you mean shippingAddress?",
    ],
    [
      ["order.*"],
      { path: "changed", equals: "lineItems.sku" },
      "order.lineItems changes as a whole: name lineItems",
    ],
    [
      ["order.*"],
      { path: "changed", equals: "totals.total.amount" },
      "order.totals.total changes as a whole: name totals.total",
    ],
    [
      ["order.*", "stock.*"],
      { path: "changed", equals: "email" },
      "nothing in stock events changes under the name email",
    ],
  ])("%j %j", (events, where, problem) => {
    const [first = "", ...others] = checkWhere(where, events);
    expect(others).toEqual([]);
    expect(first.startsWith(`where: ${problem}`), first).toBe(true);
  });

  it("each in its place, ten at most", () => {
    const wrong: Where = { path: "order.totl", exists: true };
    const right: Where = { path: "order.status", exists: true };
    expect(
      checkWhere({ all: [right, { not: { any: [right, wrong] } }, wrong] }, ["order.paid"]).map(
        (problem) => problem.split(":")[0],
      ),
    ).toEqual(["where.all.1.not.any.1", "where.all.2"]);
    expect(checkWhere({ all: Array.from({ length: 50 }, () => wrong) }, ["order.paid"]).length).toBe(10);
  });
});

describe("a condition that may hold is accepted:", () => {
  it.each<[string[], Where]>([
    [["order.*"], { path: "order.paymentStatus", in: ["paid", "authorized"] }],
    [["order.*"], { path: "order.totals.total.amount", gte: 100, lt: "1000.50" }],
    [["order.*"], { path: "order.note", equals: null }],
    [["order.*"], { path: "order.tags", equals: "vip" }],
    [["order.*"], { path: "order.shippingAddress", exists: true }],
    [["order.*"], { path: "order.refunds", exists: true }],
    [["order.*"], { path: "order.lineItems.extra.any.thing", equals: true }],
    [["order.*"], { path: "order.extra.due", gt: "2026-11-27T09:00:00Z" }],
    [["order.*"], { path: "order.extra.__proto__.constructor", equals: 1 }],
    [["order.*"], { path: "order.placedAt", gte: "2026-11-27T10:00:00.123456789+01:00" }],
    [["order.*"], { path: "changed", in: ["shippingAddress", "totals.paid", "extra.any.thing"] }],
    [["order.*", "customer.*"], { path: "changed", equals: "email" }],
    [["stock.*"], { path: "delta", lt: 0 }],
    [["stock.*"], { path: "stock.available", lte: 5 }],
    [["*"], { path: "firstseen", exists: false }],
    [
      ["*"],
      {
        all: [
          { path: "type", equals: "stock.out" },
          { path: "via", equals: "webhook" },
        ],
      },
    ],
    [["app.*"], { path: "app.shop", exists: true }],
  ])("%j %j", (events, where) => {
    expect(whereSchema.parse(where)).toEqual(where);
    expect(checkWhere(where, events)).toEqual([]);
  });

  it("every scalar of every resource can be asked for", () => {
    const paths = scalarPaths();
    expect(paths.length).toBeGreaterThan(500);
    for (const { path, resource } of paths) {
      expect(checkWhere({ path, exists: true }, resource === undefined ? ["*"] : [`${resource}.*`])).toEqual(
        [],
      );
    }
  });
});

describe("an event passes", () => {
  const order = anOrderEvent(
    {
      note: null,
      placedAt: "2026-02-01T12:00:00.5Z",
      tags: ["vip", "b2b"],
      totals: { total: { amount: "9.50", currency: "EUR" } },
      lineItems: [
        { sku: "MUG", quantity: 2 },
        { sku: null, quantity: 12 },
      ],
      extra: { a: { b: [[1, "x"], { c: "12.0" }] }, due: "2026-11-27T09:00:00Z" },
      refunds: [],
    },
    { data: { changed: ["shippingAddress.city", "totals", "extra.abc"] } },
  );

  it.each<[Where, boolean]>([
    [{ path: "order.totals.total.amount", lt: "10" }, true],
    [{ path: "order.totals.total.amount", gt: "10" }, false],
    [{ path: "order.totals.total.amount", gte: 9.5, lte: "9.500" }, true],
    [{ path: "order.totals.total.amount", gt: "9.49999999999999999999999999999999999999999" }, true],
    [{ path: "order.totals.total.amount", equals: "9.5" }, true],
    [{ path: "order.totals.total.amount", in: [9, 9.5] }, true],
    [{ path: "order.totals.tax.amount", lt: "10" }, false],
    [{ path: "order.placedAt", gt: "2026-02-01T12:00:00Z" }, true],
    [{ path: "order.placedAt", lt: "2026-02-01T12:00:00.500000001Z" }, true],
    [{ path: "order.placedAt", equals: "2026-02-01T13:00:00.500+01:00" }, true],
    [{ path: "order.lineItems.sku", equals: "MUG" }, true],
    [{ path: "order.lineItems.sku", equals: null }, true],
    [{ path: "order.lineItems.sku", equals: "CUP" }, false],
    // One line has 2 pieces and another 12: none has more than 5 and fewer than 10.
    [{ path: "order.lineItems.quantity", gt: 5, lt: 10 }, false],
    [{ path: "order.lineItems.quantity", gt: 5, lt: 20 }, true],
    [{ path: "order.tags", equals: "b2b" }, true],
    [{ path: "order.note", equals: null }, true],
    [{ path: "order.note", exists: true }, false],
    [{ path: "order.phone", equals: null }, false],
    [{ path: "order.phone", exists: false }, true],
    [{ not: { path: "order.phone", equals: "1" } }, true],
    [{ path: "order.shippingAddress", exists: true }, true],
    [{ path: "order.billingAddress", exists: true }, false],
    [{ path: "order.lineItems", exists: true }, true],
    [{ path: "order.refunds", exists: true }, false],
    [{ path: "order.extra.a.b", equals: "x" }, true],
    [{ path: "order.extra.a.b", equals: "1" }, false],
    [{ path: "order.extra.a.b.c", gte: 12 }, true],
    [{ path: "order.extra.due", lt: "2026-11-27T09:00:01Z" }, true],
    [{ path: "order.extra.constructor.name", exists: true }, false],
    [{ path: "order.extra.__proto__", exists: true }, false],
    [{ path: "changed", equals: "shippingAddress.city" }, true],
    [{ path: "changed", equals: "shippingAddress" }, true],
    [{ path: "changed", equals: "shippingAddress.line1" }, false],
    [{ path: "changed", equals: "extra.ab" }, false],
    [{ path: "changed", equals: "totals.total" }, true],
    [{ path: "changed", in: ["note", "tags"] }, false],
    [{ path: "type", equals: "order.updated" }, true],
    [{ path: "store", in: ["acme", "globex"] }, true],
    [{ path: "sequence", gt: 3 }, false],
    [{ path: "firstseen", exists: true }, false],
    [{ path: "time", gte: "2026-11-01T00:00:00Z" }, true],
    [
      {
        all: [
          { path: "store", equals: "acme" },
          { path: "sequence", equals: 4 },
        ],
      },
      false,
    ],
    [
      {
        any: [
          { path: "store", equals: "acme" },
          { path: "sequence", equals: 4 },
        ],
      },
      true,
    ],
  ])("%j: %j", (where, expected) => {
    expect(checkWhere(where, ["order.*"])).toEqual([]);
    expect(compileWhere(where)(order)).toBe(expected);
  });

  it("no condition that the check refuses", () => {
    for (const path of ["nothing", "order.nothing", "order.totals", "order.extra", "", ".", "__proto__"]) {
      expect(compileWhere({ path, equals: "x" })(order)).toBe(false);
    }
  });
});

/** All paths that end on a scalar, with the resource that has them; without one for attributes of the envelope. */
function scalarPaths(): { path: string; resource?: string; shape: Shape }[] {
  const below = (shape: Shape, path: string): { path: string; shape: Shape }[] => {
    if (shape.kind === "list") return below(shape.items, path);
    if (shape.kind === "record") return below({ kind: "free", nullable: true }, `${path}.some.thing`);
    if (shape.kind !== "object") return [{ path, shape }];
    return Array.from(shape.fields).flatMap(([name, field]) => below(field, `${path}.${name}`));
  };
  return Array.from(roots()).flatMap(([root, { keys, shape }]) => {
    const only = root === "changed" ? "order" : root === "delta" ? "stock" : root;
    return below(shape, root).map((found) => (keys.length === 1 ? found : { ...found, resource: only }));
  });
}

describe("for any filter that passed the check and any event", () => {
  const states = ["order", "stock", "product", "customer"];
  const paths = scalarPaths().filter(({ resource }) => resource !== undefined && states.includes(resource));
  const OPERANDS = [
    ...[true, false, null, 0, -1.5, 3, 1e300, "9.5", "10", "-0", "paid", "open", "EUR", "DE", "x", "email"],
    ...["2026-01-01T00:00:00Z", "2026-01-01T01:00:00.5+01:00", "shippingAddress", "__proto__", "kg"],
  ];
  const operand = fc.constantFrom(...OPERANDS);
  const pathsOf = (resource: string) => [
    ...paths.filter((one) => one.resource === resource).map((one) => one.path),
    ...["store", "type", "sequence", "firstseen"],
  ];
  const path = (resource: string) => fc.constantFrom(...pathsOf(resource));
  const conditionsOf = (resource: string): Where[] =>
    pathsOf(resource)
      .flatMap((one): Where[] => [
        ...OPERANDS.map((equals) => ({ path: one, equals })),
        { path: one, exists: true },
        { path: one, exists: false },
        { path: one, gte: -1.5, lt: "10" },
        { path: one, gt: "2025-12-31T00:00:00Z", lte: "2026-01-01T00:00:00Z" },
      ])
      .filter((one) => checkWhere(one, [`${resource}.*`]).length === 0);
  const conditions = new Map(states.map((resource) => [resource, conditionsOf(resource)]));
  const where = (resource: string): fc.Arbitrary<Where> =>
    fc.letrec<{ tree: Where }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.constantFrom(...(conditions.get(resource) ?? [])),
        fc.record({ all: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
        fc.record({ any: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
        fc.record({ not: tie("tree") }),
      ),
    })).tree;
  const key = fc.constantFrom(
    ...new Set(paths.flatMap((one) => one.path.split("."))),
    ...["__proto__", "constructor", "toString", "length"],
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "medium" },
      fc.oneof(operand, fc.string(), fc.double()),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(key, tie("value"), { maxKeys: 8 }),
    ),
  }));
  /** A state whose fields may hold anything, and one whose fields are where the paths lead. */
  const data = (resource: string) =>
    fc.oneof(
      fc.dictionary(fc.constantFrom(resource, "changed", "delta"), value),
      fc
        .array(fc.tuple(path(resource), operand), { maxLength: 40 })
        .map((fields) =>
          fields.reduce<Record<string, unknown>>((all, [at, one]) => put(all, at.split("."), one), {}),
        ),
    );
  const scene = fc
    .constantFrom(...states)
    .chain((resource) => fc.tuple(where(resource), data(resource)))
    .map(([one, all]): [Where, CanonicalEvent] => [one, { ...anOrderEvent(), data: all }]);

  function put(
    all: Record<string, unknown>,
    [first = "", ...rest]: string[],
    one: unknown,
  ): Record<string, unknown> {
    const inner = all[first];
    const below = typeof inner === "object" && inner !== null ? { ...inner } : {};
    return { ...all, [first]: rest.length === 0 ? one : put(below, rest, one) };
  }

  it("there is an answer, `not` is its opposite, and whoever fails hears why", () => {
    const answers = new Set<boolean>();
    fc.assert(
      fc.property(scene, ([one, event]) => {
        const answer = compileWhere(one)(event);
        answers.add(answer);
        expect(compileWhere({ not: one })(event)).toBe(!answer);
        expect(explainWhere(one, event) === undefined).toBe(answer);
        expect(explainWhere({ not: one }, event) === undefined).toBe(!answer);
      }),
      { numRuns: 1000 },
    );
    expect(answers).toEqual(new Set([true, false]));
  });

  it("the answer for lists in lists of any depth is found without a stack", () => {
    let deep: unknown = "found";
    for (let level = 0; level < 200_000; level += 1) deep = [deep];
    const event = anOrderEvent({ extra: { deep } });
    expect(compileWhere({ path: "order.extra.deep", equals: "found" })(event)).toBe(true);
  });

  it("a path through what every object inherits finds nothing", () => {
    for (const name of [
      "__proto__",
      "constructor",
      "toString",
      "hasOwnProperty",
      "__proto__.constructor.name",
    ]) {
      const inherited: Where = { path: `order.extra.${name}`, exists: true };
      expect(compileWhere(inherited)(anOrderEvent({ extra: {} }))).toBe(false);
    }
  });
});

describe("the check", () => {
  it("knows every schema of the vocabulary", () => {
    for (const name of resourceNames()) expect(roots().get(name)?.shape.kind).toBe("object");
    expect(roots().get("type")?.shape).toMatchObject({ kind: "choice", choices: eventTypes() });
  });
});
