import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventTypes } from "../../src/normalizers/canonical/resources.ts";
import { createNames, encodeToken, entityKey } from "../../src/nats/names.ts";

const RUNS = { numRuns: 3000 };
/** What NATS allows in a subject token, a key of a bucket and a stream name alike. */
const LEGAL = /^[A-Za-z0-9_=-]+$/;

const nasty = fc.constantFrom(
  "*",
  ">",
  ".",
  " ",
  "\r",
  "\n",
  "\r\n",
  "\0",
  "\t",
  "=",
  "=2A",
  "é",
  "漢",
  "😀",
  "/",
  "\\",
  "$",
  "a",
);
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.array(nasty, { maxLength: 40 }).map((parts) => parts.join("")),
  fc.string({ minLength: 60, maxLength: 300 }),
  fc.stringMatching(/^[A-Za-z0-9_-]{60,70}$/),
);
const withLoneSurrogates = fc
  .array(fc.oneof(nasty, fc.constantFrom("\ud800", "\udfff", "\ud83d")), { maxLength: 40 })
  .map((parts) => parts.join(""));

describe("encodeToken", () => {
  it("gives only legal characters and at most 64 of them, for any text", () => {
    fc.assert(
      fc.property(fc.oneof(text, withLoneSurrogates), (any) => {
        const token = encodeToken(any);
        expect(token).toMatch(LEGAL);
        expect(Buffer.byteLength(token)).toBeLessThanOrEqual(64);
      }),
      RUNS,
    );
  });

  it("gives different tokens for different texts", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(encodeToken(a) === encodeToken(b)).toBe(a === b);
      }),
      RUNS,
    );
    const tokens = new Map<string, string>();
    fc.assert(
      fc.property(text, (any) => {
        const token = encodeToken(any);
        expect(tokens.get(token) ?? any).toBe(any);
        tokens.set(token, any);
        // Nobody reaches the token of one text by writing it out as another.
        if (token !== any) expect(encodeToken(token)).not.toBe(token);
      }),
      RUNS,
    );
  });

  it("is the same every time", () => {
    expect(encodeToken("820982911946154508")).toBe("820982911946154508");
    expect(encodeToken("gid://shopify/Order/1")).toBe("gid=3A=2F=2Fshopify=2FOrder=2F1");
    expect(encodeToken("a.b*c>d e")).toBe("a=2Eb=2Ac=3Ed=20e");
    expect(encodeToken("é")).toBe("=C3=A9");
    expect(encodeToken("")).toBe("=");
    expect(encodeToken("x".repeat(64))).toBe("x".repeat(64));
    expect(encodeToken("x".repeat(65))).toMatch(/^=/);
  });

  it("never cuts a long text: texts of 300 characters that differ at the end differ", () => {
    const long = "x".repeat(299);
    expect(encodeToken(`${long}a`)).not.toBe(encodeToken(`${long}b`));
    expect(encodeToken(`${"*".repeat(299)}a`)).not.toBe(encodeToken(`${"*".repeat(299)}b`));
  });

  // A defect of src/nats/names.ts: "=" and a hash may read as "=XX" and plain characters. "==" and a hash would not.
  it("gives the token of a long text to no short one that was made for it", () => {
    for (let n = 0; n < 5000; n += 1) {
      const token = encodeToken(`${"x".repeat(64)}${n}`);
      const [, hex = "", rest = ""] = /^=([2-7][0-9A-F])([A-Za-z0-9_-]+)$/.exec(token) ?? [];
      if (hex === "") continue;
      expect(encodeToken(String.fromCharCode(Number.parseInt(hex, 16)) + rest)).not.toBe(token);
    }
  });
});

describe("createNames", () => {
  const hostile = fc.oneof(text, withLoneSurrogates);
  const isConcrete = (subject: string) => {
    for (const token of subject.split(".")) expect(token, subject).toMatch(LEGAL);
  };

  it.each(["", "hub1"])(
    "builds subjects without empty tokens or wildcards from any names (prefix %j)",
    (prefix) => {
      const names = createNames(prefix);
      fc.assert(
        fc.property(hostile, hostile, fc.constantFrom(...eventTypes()), (platform, store, type) => {
          const subjects = [
            names.prompt.subject(platform, store),
            names.eventSubject(platform, store, type),
            names.deadSubject("normalize", platform, store, type),
            names.deadSubject("deliver", platform, store, store),
            names.directSubject(store),
            names.attemptSubject(store, "ok", platform),
            names.operationSubject(type),
            names.prompt.mixedSubject,
            names.bulkOf(store).subject(platform, store),
            names.bulkOf(store).mixedSubject,
            names.outcomesSubject(store),
            names.outcomesSubject(undefined),
          ];
          for (const subject of subjects) {
            isConcrete(subject);
            expect(subject.startsWith(prefix)).toBe(true);
          }
          isConcrete(entityKey("acme", "order", platform));
        }),
      );
    },
  );

  it("builds filters without empty tokens, whose only wildcards are their own", () => {
    const names = createNames("");
    fc.assert(
      fc.property(hostile, hostile, (store, type) => {
        const filters = [
          names.eventFilter({ store, type }),
          names.eventFilter({ store }),
          names.eventFilter({ type }),
        ];
        for (const filter of filters) {
          const tokens = filter.split(".");
          for (const [index, token] of tokens.entries()) {
            expect(token === "*" || (token === ">" && index === tokens.length - 1) || LEGAL.test(token)).toBe(
              true,
            );
          }
        }
        expect(names.eventFilter({ store, type }).split(".")[2]).toBe(encodeToken(store));
      }),
    );
  });

  it("puts every subject inside its stream and its filter", () => {
    const names = createNames("hub1");
    const event = names.eventSubject("shopify", "acme", "order.paid");
    expect(event).toBe("hub1.commerce.shopify.acme.order.paid");
    expect(names.prompt.subject("shopify", "acme")).toBe("hub1.inbox.shopify.acme");
    expect(names.deadSubject("deliver", "shopify", "acme", "crm")).toBe("hub1.dead.deliver.shopify.acme.crm");
    expect(names.directSubject("crm")).toBe("hub1.direct.crm");
    expect(names.attemptSubject("crm", "failed", "7f")).toBe("hub1.attempts.crm.failed.7f");
    expect(names.waitingSubject("shopify", "acme")).toBe("hub1.waiting.shopify.acme");
    expect(names.operationSubject("subscription.disabled")).toBe("hub1.operations.subscription.disabled");
    expect(names.all).toEqual({
      inbox: ["hub1.inbox.>", "hub1.bulk.>"],
      commerce: "hub1.commerce.>",
      dead: "hub1.dead.>",
      outcomes: ["hub1.outcomes", "hub1.outcomes.>"],
      direct: "hub1.direct.*",
      attempts: "hub1.attempts.>",
      operations: "hub1.operations.>",
      waiting: "hub1.waiting.>",
    });
    expect(names.eventFilter({ store: "acme", type: "order.*" })).toBe("hub1.commerce.*.acme.order.*");
    expect(names.eventFilter({})).toBe("hub1.commerce.*.*.>");
    expect(names.deadFilter({})).toBe("hub1.dead.*.*.*.*");
    expect(names.deadFilter({ store: "acme" })).toBe("hub1.dead.*.*.acme.*");
    expect(names.deadFilter({ stage: "deliver", about: "crm" })).toBe("hub1.dead.deliver.*.*.crm");
    expect(names.attemptFilter("crm", {})).toBe("hub1.attempts.crm.*.*");
    expect(names.attemptFilter("crm", { part: "7f" })).toBe("hub1.attempts.crm.*.7f");
    expect(names.outcomesSubject("acme")).toBe("hub1.outcomes.store.acme");
    expect(names.outcomesSubject(undefined)).toBe("hub1.outcomes.mixed");
    expect(names.outcomesFilters("acme")).toEqual([
      "hub1.outcomes",
      "hub1.outcomes.mixed",
      "hub1.outcomes.store.acme",
    ]);
    expect(names.inboxFilters("acme")).toEqual([
      "hub1.inbox.mixed",
      "hub1.inbox.*.acme",
      "hub1.bulk.*.mixed",
      "hub1.bulk.*.*.acme",
    ]);
  });

  it("shares no name between two prefixes", () => {
    const all = ["", "a", "b"].flatMap((prefix) => {
      const { streams, buckets, all: subjects } = createNames(prefix);
      return [...Object.values(streams), ...Object.values(buckets), ...Object.values(subjects).flat()];
    });
    expect(new Set(all).size).toBe(all.length);
  });
});
