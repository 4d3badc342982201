/**
 * JSON bodies without loss. `JSON.parse` rounds ids beyond 2^53, so bodies that may hold one take a slower way that
 * gives such numbers as strings. Every webhook passes here; the common body costs little more than `JSON.parse`.
 */
import { parse, stringify } from "lossless-json";

export type Decoded =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string };

const DEPTH_MAX = 100;
/** A number of 16 characters or more, which a double may not hold. In a text it only makes the slow way taken in vain. */
const LONG_NUMBER = /(?:^|[:,[\s])-?\d[\d.eE+-]{15,}/;
const LONG_NUMBER_LENGTH = 16;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Never throws. Problems name no content: it may be personal data. */
export function decodeJson(body: Uint8Array | string): Decoded {
  let text: string;
  try {
    text = typeof body === "string" ? body.replace(/^\uFEFF/, "") : utf8.decode(body);
  } catch {
    return { ok: false, problem: "the body is not valid UTF-8" };
  }
  if (text.trim() === "") return { ok: false, problem: "the body is empty" };
  try {
    const value: unknown = JSON.parse(text);
    // V8 parses without recursion; what comes after may not, so depth is checked before anything else walks the value.
    if (isDeeper(value, DEPTH_MAX))
      return { ok: false, problem: `the body is nested deeper than ${DEPTH_MAX}` };
    return { ok: true, value: hasLongNumber(text) ? parseLossless(text) : value };
  } catch {
    return { ok: false, problem: "the body is not valid JSON" };
  }
}

/** The same with every number as its text, for signatures over a value as the body spells it. */
export function decodeSpelled(body: Uint8Array): Decoded {
  const decoded = decodeJson(body);
  if (!decoded.ok) return decoded;
  return { ok: true, value: parse(utf8.decode(body), null, { parseNumber: (text) => text, onDuplicateKey }) };
}

/** A value for `write`, of a body that `decodeJson` took: every number and text comes out of it as it went in. */
export function decodeWritable(body: Uint8Array): unknown {
  return parse(utf8.decode(body), null, { onDuplicateKey });
}

/** The text of a part of what `decodeWritable` gave. */
export function write(value: unknown): string {
  return stringify(value) ?? "null";
}

/**
 * Whether objects and lists nest deeper than `levels`; looks no deeper than that. What `JSON.parse` made inherits nothing
 * that could be counted, so `for in` will do, and it makes no list of each object's values.
 */
function isDeeper(value: unknown, levels: number): boolean {
  if (!isContainer(value)) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((item) => isDeeper(item, levels - 1));
  for (const key in value) if (isDeeper(value[key], levels - 1)) return true;
  return false;
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** A number so long leaves a mark at every 16th character, so nearly all bodies are cleared by looking at those alone. */
function hasLongNumber(text: string): boolean {
  for (let at = 0; at < text.length; at += LONG_NUMBER_LENGTH) {
    if (isOfNumber(text.charCodeAt(at)) && runLength(text, at) >= LONG_NUMBER_LENGTH) {
      return LONG_NUMBER.test(text);
    }
  }
  return false;
}

/** How many characters of numbers stand around `at` without a gap; counts no more than it takes. */
function runLength(text: string, at: number): number {
  let from = at;
  while (from > 0 && isOfNumber(text.charCodeAt(from - 1)) && at - from < LONG_NUMBER_LENGTH) from -= 1;
  let to = at + 1;
  while (to < text.length && isOfNumber(text.charCodeAt(to)) && to - from < LONG_NUMBER_LENGTH) to += 1;
  return to - from;
}

/** Digits and `.eE+-`. */
function isOfNumber(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || code === 46 || code === 101 || code === 69 || code === 43 || code === 45
  );
}

/** As `JSON.parse` does, the last of several equal keys wins. */
function parseLossless(text: string): unknown {
  return parse(text, null, { parseNumber, onDuplicateKey });
}

function onDuplicateKey({ newValue }: { newValue: unknown }): unknown {
  return newValue;
}

/** A number where a double holds it exactly, else its text. */
function parseNumber(text: string): number | string {
  const number = Number(text);
  if (Number.isInteger(number) && !/[.eE]/.test(text)) return Number.isSafeInteger(number) ? number : text;
  const digits = text
    .replace(/[eE].*$/, "")
    .replace(/[-.]/g, "")
    .replace(/^0+/, "");
  return digits.length <= 15 && Number.isFinite(number) ? number : text;
}
