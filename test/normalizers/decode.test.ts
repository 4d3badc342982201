import fc from "fast-check";
import { parse } from "lossless-json";
import { describe, expect, it } from "vitest";
import { decodeJson } from "../../src/normalizers/decode.ts";

const decoded = (body: string | Uint8Array) => {
  const result = decodeJson(body);
  return result.ok ? result.value : expect.unreachable(result.problem);
};
const problemOf = (body: string | Uint8Array) => {
  const result = decodeJson(body);
  return result.ok ? expect.unreachable("it was decoded") : result.problem;
};

describe("decodeJson", () => {
  it("keeps ids beyond 2^53 as the digits that were sent", () => {
    expect(decoded('{"id":820982911946154508,"ids":[-9007199254740993]}')).toEqual({
      id: "820982911946154508",
      ids: ["-9007199254740993"],
    });
  });

  it("keeps numbers that a double holds as numbers, also beside those that it does not", () => {
    expect(decoded('{"a":9007199254740991,"b":7097239568555,"c":10.5,"d":-0.25,"e":1e3}')).toEqual({
      a: 9007199254740991,
      b: 7097239568555,
      c: 10.5,
      d: -0.25,
      e: 1000,
    });
  });

  it("keeps decimals of more than 15 digits as text", () => {
    expect(
      decoded('{"longitude":-75.62901959999999,"big":1234567890.1234567,"amount":123456789012.12}'),
    ).toEqual({
      longitude: "-75.62901959999999",
      big: "1234567890.1234567",
      amount: 123456789012.12,
    });
  });

  it("gives the same for a body with long digits inside of texts", () => {
    const body = {
      gid: "gid://shopify/Order/820982911946154508",
      text: 'say "1234567890123456" \\ café 漢字 \u2028',
      n: [1, null, true],
    };
    expect(decoded(JSON.stringify(body))).toEqual(body);
  });

  it("reads bytes as UTF-8, with or without a byte order mark", () => {
    const bytes = Buffer.from('{"note":"café ☕ 漢字"}');
    expect(decoded(bytes)).toEqual({ note: "café ☕ 漢字" });
    expect(decoded(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]))).toEqual({
      note: "café ☕ 漢字",
    });
    expect(decoded('\uFEFF{"a":1}')).toEqual({ a: 1 });
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(problemOf(Buffer.from('{"note":"caf\xe9"}', "latin1"))).toBe("the body is not valid UTF-8");
  });

  it.each(["", " \r\n\t", "\uFEFF"])("refuses an empty body (%j)", (body) => {
    expect(problemOf(body)).toBe("the body is empty");
    expect(problemOf(Buffer.from(body))).toBe("the body is empty");
  });

  it.each([
    "{",
    '{"a":1,}',
    '{"a":820982911946154508',
    "{'a':1}",
    "id=1&b=2",
    "<xml/>",
    '{"a":01}',
    "[820982911946154508 1]",
  ])("refuses what is not JSON without telling what it holds (%s)", (body) => {
    expect(problemOf(body)).toBe("the body is not valid JSON");
  });

  it("lets the last of equal keys win, with and without long numbers", () => {
    expect(decoded('{"a":1,"a":2}')).toEqual({ a: 2 });
    expect(decoded('{"a":1,"a":820982911946154508}')).toEqual({ a: "820982911946154508" });
    expect(decoded('{"a":820982911946154508,"a":null}')).toEqual({ a: null });
  });

  it("refuses nesting deeper than 100, however long the body is", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(decodeJson(nested(100)).ok).toBe(true);
    expect(problemOf(nested(101))).toBe("the body is nested deeper than 100");
    expect(problemOf(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`)).toBe(
      "the body is nested deeper than 100",
    );
    expect(problemOf(`${"[".repeat(1_000_000)}820982911946154508${"]".repeat(1_000_000)}`)).toBe(
      "the body is nested deeper than 100",
    );
    expect(decodeJson("[".repeat(1_000_000)).ok).toBe(false);
  });

  it("counts no brackets inside of texts, also behind escaped quotes", () => {
    const text = `${"[".repeat(200)}"\\${"{".repeat(200)}\\`;
    expect(decoded(JSON.stringify({ text, id: 1 }))).toEqual({ text, id: 1 });
    expect(decodeJson(`["\\\\",${"[".repeat(100)}${"]".repeat(100)}]`).ok).toBe(false);
  });

  it.each(["1", "820982911946154508"])("pollutes no prototype (id %s)", (id) => {
    const value = decoded(
      `{"id":${id},"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"prototype":{"polluted":1}}`,
    );
    expect(Reflect.get({}, "polluted")).toBeUndefined();
    expect(Reflect.get(Object(value), "polluted")).toBeUndefined();
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it("gives what the slow way gives, wherever in a body a number stands and however it is written", () => {
    const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,20})(\.\d{1,20})?([eE][+-]?\d{1,2})?$/);
    const text = fc.string({ unit: fc.constantFrom(..."0123456789.eE+-:,[ a"), maxLength: 40 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, digits), { minLength: 1, maxLength: 6 }), (fields) => {
        const body = `{${fields.map(([name, number], at) => `${JSON.stringify(`${at}${name}`)}:${number}`).join()}}`;
        const spelled = Object.entries(parse(body, null, { parseNumber: (number) => number }) ?? {});
        const expected = spelled.map(([name, number]) => [name, holds(number) ? Number(number) : number]);
        expect(decoded(body)).toEqual(Object.fromEntries(expected));
      }),
      { numRuns: 1000 },
    );
  });
});

/** Whether a double has all digits of a number: integers up to 2^53, and anything of at most 15 digits. */
function holds(number: string): boolean {
  if (/^-?\d+$/.test(number)) return Number.isSafeInteger(Number(number));
  const significant = number
    .replace(/[eE].*$/, "")
    .replace(/[-.]/g, "")
    .replace(/^0+/, "");
  return significant.length <= 15 && Number.isFinite(Number(number));
}
