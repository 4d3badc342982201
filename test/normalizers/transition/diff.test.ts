import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffStates, equalValues, revert } from "../../../src/normalizers/transition/diff.ts";
import { freezeDeep } from "../../helpers/factories.ts";

const money = fc.record({
  amount: fc.constantFrom("0.00", "1.00", "19.99"),
  currency: fc.constantFrom("EUR", "USD"),
});
/** Few names, so that two states share many; some that every object inherits, some that would break a path. */
const key = fc.constantFrom("a", "b", "totals", "a.b", ".", "", "0", "constructor", "toString", "__proto__");
const { value } = fc.letrec<{ value: unknown; state: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.constantFrom(null, undefined, true, 0, -0, 1, "", "x", "0"),
    money,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
  state: fc.constant(undefined),
}));
/** Fields of a state have canonical names; what lies below may have any. */
const state = fc.dictionary(fc.constantFrom("id", "a", "b", "totals", "extra"), value, {
  noNullPrototype: true,
});

/** What JSON makes of it: absent fields for undefined, 0 for -0. */
const asJson = (from: unknown): unknown => JSON.parse(JSON.stringify(from));

const RUNS = { numRuns: 3000 };

describe("diffStates and revert", () => {
  it("revert undoes what diffStates found, for any two states", () => {
    fc.assert(
      fc.property(state, state, (before, after) => {
        const difference = diffStates(freezeDeep(before), freezeDeep(after));
        expect(asJson(revert(after, freezeDeep(difference)))).toEqual(asJson(before));
      }),
      RUNS,
    );
  });

  it("revert works on what a subscriber parses from JSON", () => {
    fc.assert(
      fc.property(state, state, (before, after) => {
        const { changed, previous } = diffStates(before, after);
        const received = JSON.parse(JSON.stringify({ after, changed, previous }));
        expect(revert(received.after, received)).toEqual(asJson(before));
      }),
      RUNS,
    );
  });

  it("nothing changed exactly when JSON tells no difference", () => {
    fc.assert(
      fc.property(state, state, (before, after) => {
        const isSame = equalValues(asJson(before), asJson(after));
        expect(diffStates(before, after).changed.length === 0).toBe(isSame);
        expect(equalValues(before, after)).toBe(isSame);
      }),
      RUNS,
    );
  });

  it("a state does not differ from itself or from its JSON", () => {
    fc.assert(
      fc.property(state, (same) => {
        expect(diffStates(same, freezeDeep(structuredClone(same)))).toEqual({ changed: [], previous: {} });
      }),
      RUNS,
    );
  });

  it("paths are named once, none lies inside another, and `previous` knows no others", () => {
    fc.assert(
      fc.property(state, state, (before, after) => {
        const { changed, previous } = diffStates(before, after);
        expect(new Set(changed).size).toBe(changed.length);
        for (const path of changed) {
          expect(changed.some((other) => path !== other && path.startsWith(`${other}.`))).toBe(false);
        }
        expect(changed).toEqual(expect.arrayContaining(Object.keys(previous)));
      }),
      RUNS,
    );
  });

  it("compares objects field by field, lists and money as a whole", () => {
    const before = {
      totals: { paid: { amount: "0.00", currency: "EUR" }, tax: { amount: "1.00", currency: "EUR" } },
      tags: ["a"],
      note: "x",
      email: undefined,
    };
    const after = {
      totals: { paid: { amount: "9.00", currency: "EUR" }, tax: { amount: "1.00", currency: "EUR" } },
      tags: ["a", "b"],
      note: null,
      phone: "1",
    };
    expect(diffStates(before, after)).toEqual({
      changed: ["totals.paid", "tags", "note", "phone"],
      previous: { "totals.paid": { amount: "0.00", currency: "EUR" }, tags: ["a"], note: "x" },
    });
  });

  it("takes an object with a dot in a key as a value, since a path could not name its fields", () => {
    expect(diffStates({ extra: { "a.b": 1, c: 1 } }, { extra: { "a.b": 2, c: 1 } })).toEqual({
      changed: ["extra"],
      previous: { extra: { "a.b": 1, c: 1 } },
    });
  });

  it("tells null from absent", () => {
    expect(diffStates({ note: null }, {})).toEqual({ changed: ["note"], previous: { note: null } });
    expect(diffStates({}, { note: null })).toEqual({ changed: ["note"], previous: {} });
    expect(diffStates({ note: undefined }, {})).toEqual({ changed: [], previous: {} });
  });

  it("sees a field that is named like what every object inherits", () => {
    expect(diffStates({ extra: {} }, { extra: { constructor: 1 } })).toEqual({
      changed: ["extra.constructor"],
      previous: {},
    });
    expect(equalValues({}, { toString: 1 })).toBe(false);
  });
});
