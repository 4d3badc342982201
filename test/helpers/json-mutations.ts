/** JSON that is damaged as only somebody who means it would: where a value stands, another, none or too much of it. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";

type Place = readonly (string | number)[];

/** What a place of a document becomes; undefined removes it. */
type Edit = (value: unknown) => unknown;

/** Numbers that JavaScript would not write; they stand as marked texts until the document is written out. */
const MARK = "\u0001number:";
const NUMBERS = ["1e999", "-1e999", "-0", "1e-400", "0.1e1", "9007199254740993", "-9223372036854775808"];
const DIGITS = [100, 1000, 20_000];

const number = fc.oneof(
  fc.constantFrom(...NUMBERS).map((text) => `${MARK}${text}`),
  fc.constantFrom(...DIGITS).map((count) => `${MARK}${"9".repeat(count)}`),
  fc.constantFrom(...DIGITS).map((count) => `${MARK}0.${"1".repeat(count)}`),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-1, 0, 1e21, 253_402_300_800, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE, 5e-324),
);

const text = fc.oneof(
  fc.constantFrom("", " ", "NaN", "Infinity", "-0", "1e999", "0x10", "1,5", "null", "XXX", "\0", "\r\n"),
  fc.constantFrom("__proto__", "constructor", "toString", "\ud800", "a\udc00b", "\ufeff", "\u202e", "\u2028"),
  fc.constantFrom("2026-02-30T00:00:00Z", "0000-00-00 00:00:00", "9999-12-31T23:59:60Z", "+275760-09-13"),
  fc.constantFrom(
    "gid://shopify/Order/",
    "gid://shopify/Order/1/2",
    "https://[",
    "//evil.example",
    "../../x",
  ),
  fc.constantFrom(...DIGITS).map((count) => "9".repeat(count)),
  fc.constantFrom(600, 5000, 50_000).map((count) => "a".repeat(count)),
  fc.string({ unit: "binary" }),
  fc.string(),
);

const depth = fc.constantFrom(3, 60, 99, 100, 101, 2000);
const nested = fc.tuple(depth, fc.boolean()).map(([levels, isList]) => nest(levels, isList));

/** Any value where another one was expected. */
export const junkValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [null], [{}], [[]], [[[]]]) },
  { weight: 3, arbitrary: number },
  { weight: 3, arbitrary: text },
  { weight: 1, arbitrary: nested },
  {
    weight: 2,
    arbitrary: fc.anything({ maxDepth: 2, key: text, values: [number, text, fc.constant(null)] }),
  },
);

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.constant<Edit>(() => undefined),
  fc.constant<Edit>(() => null),
  junkValue.map(
    (to): Edit =>
      () =>
        to,
  ),
  fc.constantFrom<Edit>(
    (value) => [value],
    (value) => ({ value }),
    (value) => (typeof value === "string" ? Number(value) : JSON.stringify(value)),
    (value) => (Array.isArray(value) ? { ...value } : value === null ? [] : Object.values(Object(value))),
    (value) => (Array.isArray(value) ? [...value, ...value] : [value, value]),
    (value) => (Array.isArray(value) ? Array.from({ length: 300 }, () => value[0] ?? null) : value),
    (value) => (Array.isArray(value) ? [null, ...value] : value),
  ),
  fc.tuple(fc.constantFrom("__proto__", "constructor", "id", "length", ""), junkValue).map(
    ([key, to]): Edit =>
      (value) =>
        typeof value === "object" && value !== null && !Array.isArray(value)
          ? { ...value, [key]: to }
          : value,
  ),
);

/** The document with one to five of its places damaged, as text. It is JSON, though not what `JSON.stringify` would write. */
export function damaged(document: unknown): fc.Arbitrary<string> {
  return fc
    .array(fc.tuple(fc.nat(), edit), { minLength: 1, maxLength: 5 })
    .map((edits) =>
      writeOut(edits.reduce((value, [at, change]) => changeSomewhere(value, at, change), document)),
    );
}

/** The value as text, with numbers that JavaScript would not write. */
export function writeOut(value: unknown): string {
  return (JSON.stringify(value) ?? "null").replace(/"\\u0001number:([^"]*)"/g, "$1");
}

function changeSomewhere(document: unknown, at: number, change: Edit): unknown {
  const places = placesOf(document);
  return changeAt(document, places[at % places.length] ?? [], change);
}

/** Longer than any id that is taken. */
const LONG = 600;

/** The document once for each of its texts and numbers, with that one made far too long. */
export function eachMadeLong(document: unknown): unknown[] {
  return placesOf(document).flatMap((place) => {
    const long = changeAt(document, place, (value) => {
      if (typeof value === "string") return "a".repeat(LONG);
      return typeof value === "number" ? "9".repeat(LONG) : value;
    });
    return isDeepStrictEqual(long, document) ? [] : [long];
  });
}

const PLACES_DEPTH_MAX = 12;

function placesOf(value: unknown, place: Place = []): Place[] {
  if (typeof value !== "object" || value === null || place.length > PLACES_DEPTH_MAX) return [place];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()].slice(0, 20)
    : Object.entries(value);
  return [place, ...entries.flatMap(([key, part]) => placesOf(part, [...place, key]))];
}

function changeAt(value: unknown, [key, ...rest]: Place, change: Edit): unknown {
  if (key === undefined) return change(value);
  if (Array.isArray(value)) {
    return value.flatMap((part: unknown, index) => {
      if (index !== key) return [part];
      const changed = changeAt(part, rest, change);
      return changed === undefined ? [] : [changed];
    });
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => {
      if (name !== key) return [[name, part]];
      const changed = changeAt(part, rest, change);
      return changed === undefined ? [] : [[name, changed]];
    }),
  );
}

function nest(levels: number, isList: boolean): unknown {
  let value: unknown = "core";
  for (let level = 0; level < levels; level += 1) value = isList ? [value] : { inner: value };
  return value;
}
