import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventTypes } from "../../src/normalizers/canonical/resources.ts";
import { compileMatch, explainMatch, type Wanted } from "../../src/subscriptions/match.ts";
import type { Where } from "../../src/matching/where.ts";
import { anOrderEvent } from "./an-event.ts";

function reasonOf(wanted: Wanted, event = anOrderEvent()): string | undefined {
  const explained = explainMatch(wanted, event);
  return explained.matches ? undefined : explained.reason;
}

function whyNot(where: Where, event = anOrderEvent()): string | undefined {
  return reasonOf({ events: ["order.*"], where }, event);
}

describe("an event that a subscription does not want is explained by", () => {
  it("its type", () => {
    expect(reasonOf({ events: ["order.paid"] })).toBe("wants order.paid, this is order.updated");
    expect(reasonOf({ events: eventTypes().filter((type) => type.startsWith("stock")) })).toBe(
      "wants stock.changed, stock.out, stock.back, this is order.updated",
    );
    expect(
      reasonOf({ events: ["price.*", "stock.*", "cart.*", "app.*", "refund.*", "*.out", "*.back"] }),
    ).toBe("wants price.*, stock.*, cart.*, app.*, refund.* and 2 more, this is order.updated");
  });

  it("its store and its platform", () => {
    expect(reasonOf({ events: ["*"], stores: ["globex"] })).toBe("does not want store acme");
    expect(reasonOf({ events: ["*"], platforms: ["magento"] })).toBe("does not want platform shopify");
  });

  it.each<[Where, string]>([
    [{ path: "order.totals.total.amount", gte: 100 }, "order.totals.total.amount is 20.00, wanted gte 100"],
    [
      { path: "order.totals.total.amount", gt: 30, lte: "40" },
      "order.totals.total.amount is 20.00, wanted gt 30 lte 40",
    ],
    [{ path: "order.totals.tax.amount", gt: 0 }, "order.totals.tax.amount is absent, wanted gt 0"],
    [
      { path: "order.paymentStatus", in: ["paid", "refunded"] },
      "order.paymentStatus is pending, wanted in paid, refunded",
    ],
    [{ path: "order.lineItems.quantity", gt: 5 }, "order.lineItems.quantity is 2, wanted gt 5"],
    [{ path: "firstseen", equals: true }, "firstseen is absent, wanted equals true"],
    [{ path: "changed", equals: "note" }, "changed is absent, wanted equals note"],
    [
      { path: "order.placedAt", gt: "2027-01-01T00:00:00Z" },
      "order.placedAt differs, wanted gt 2027-01-01T00:00:00Z",
    ],
    [{ path: "order.note", exists: true }, "order.note is absent or null, which is not wanted"],
    [{ path: "order.id", exists: false }, "order.id is present, which is not wanted"],
    [{ not: { path: "order.status", equals: "open" } }, "order.status is open, which is not wanted"],
    [{ not: { path: "order.id", equals: "1001" } }, "order.id has a value that is not wanted"],
    [
      {
        all: [
          { path: "store", equals: "acme" },
          { path: "sequence", equals: 4 },
          { path: "sequence", gt: 9 },
        ],
      },
      "sequence is 3, wanted equals 4",
    ],
    [
      {
        any: [
          { path: "sequence", equals: 4 },
          { path: "order.status", equals: "draft" },
        ],
      },
      "sequence is 3, wanted equals 4, and no other part of any holds",
    ],
    [
      {
        not: {
          any: [
            { path: "sequence", equals: 4 },
            { path: "order.status", equals: "open" },
          ],
        },
      },
      "order.status is open, which is not wanted",
    ],
  ])("the first condition that decides: %j", (where, reason) => {
    expect(whyNot(where)).toBe(`where: ${reason}`);
  });
});

describe("an explanation tells no personal data,", () => {
  const personal = "ada@example.com";
  const event = anOrderEvent({
    email: personal,
    note: personal,
    tags: [personal],
    shippingAddress: { name: personal, latitude: 53.5511, longitude: 9.9937, country: "DE" },
    customer: { id: personal },
    extra: { vat: personal, number: 535511 },
  });
  const conditions: Where[] = [
    { path: "order.email", equals: "bob@example.com" },
    { path: "order.note", in: ["bob@example.com"] },
    { path: "order.tags", equals: "bob@example.com" },
    { path: "order.shippingAddress.name", equals: null },
    { path: "order.shippingAddress.latitude", gt: 60 },
    { path: "order.shippingAddress.longitude", equals: 60 },
    { path: "order.shippingAddress.country", equals: "FR" },
    { path: "order.customer.id", equals: "bob@example.com" },
    { path: "order.extra.vat", equals: "bob@example.com" },
    { path: "order.extra.number", gt: 600_000 },
  ];

  it.each(conditions)("neither the event's nor the subscription's: %j", (where) => {
    const reason = whyNot(where, event);
    expect(reason).toMatch(/^where: order\.[a-zA-Z.]+ differs$/);
    expect(whyNot({ not: { not: where } }, event)).toBe(reason);
  });

  it("not when the condition holds and should not", () => {
    expect(whyNot({ not: { path: "order.email", equals: personal } }, event)).toBe(
      "where: order.email has a value that is not wanted",
    );
  });

  it("not even where an event does not fit its schema", () => {
    const broken = { ...anOrderEvent(), data: { order: { status: personal, test: { toString: 1 } } } };
    expect(whyNot({ path: "order.status", equals: "open" }, broken)).toBe(
      "where: order.status differs, wanted equals open",
    );
    expect(whyNot({ path: "order.test", equals: true }, broken)).toBe(
      "where: order.test differs, wanted equals true",
    );
  });
});

describe("matching and explaining", () => {
  it("give the same answer", () => {
    const wanted: fc.Arbitrary<Wanted> = fc.record(
      {
        events: fc.array(fc.constantFrom("*", "order.*", "*.updated", "order.paid", "stock.out"), {
          minLength: 1,
          maxLength: 3,
        }),
        stores: fc.array(fc.constantFrom("acme", "globex"), { maxLength: 2 }),
        platforms: fc.array(fc.constantFrom("shopify", "magento"), { maxLength: 2 }),
        where: fc.constantFrom<Where[]>({ path: "sequence", gt: 2 }, { not: { path: "sequence", gt: 2 } }),
      },
      { requiredKeys: ["events"] },
    );
    const event = fc
      .record({
        type: fc.constantFrom("order.updated", "order.paid", "stock.out", "app.uninstalled"),
        store: fc.constantFrom("acme", "globex"),
        platform: fc.constantFrom("shopify", "magento"),
        sequence: fc.integer({ min: 1, max: 4 }),
      })
      .map((overrides) => anOrderEvent({}, overrides));
    const answers = new Set<boolean>();
    fc.assert(
      fc.property(wanted, event, (any, one) => {
        const answer = compileMatch(any)(one);
        answers.add(answer);
        expect(explainMatch(any, one).matches).toBe(answer);
        const { type, store, platform, sequence = 0 } = one;
        const byHand =
          any.events.some((each) =>
            ["*", type, type.replace(/\..*/, ".*"), type.replace(/.*\./, "*.")].includes(each),
          ) &&
          (any.stores === undefined || any.stores.includes(store)) &&
          (any.platforms === undefined || any.platforms.includes(platform)) &&
          (any.where === undefined || "not" in any.where === sequence <= 2);
        expect(answer).toBe(byHand);
      }),
      { numRuns: 1000 },
    );
    expect(answers).toEqual(new Set([true, false]));
  });
});
