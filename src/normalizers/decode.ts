/**
 * JSON bodies without loss. `JSON.parse` rounds ids beyond 2^53, so bodies that may hold one take a slower way that
 * gives such numbers as strings. Every webhook passes here: the common body costs one walk over what stands outside of
 * texts, and `JSON.parse`.
 */
import { parse } from "lossless-json";

export type Decoded =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string };

const DEPTH_MAX = 100;
const DIGITS_MIN = 16;

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
  const { depth, hasLongNumber } = survey(text);
  if (depth > DEPTH_MAX) return { ok: false, problem: `the body is nested deeper than ${DEPTH_MAX}` };
  try {
    return { ok: true, value: hasLongNumber ? parseLossless(text) : JSON.parse(text) };
  } catch {
    return { ok: false, problem: "the body is not valid JSON" };
  }
}

/** As `JSON.parse` does, the last of several equal keys wins. */
function parseLossless(text: string): unknown {
  return parse(text, null, { parseNumber, onDuplicateKey: ({ newValue }) => newValue });
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

/**
 * How deep brackets nest, up to one more than allowed, and whether a number has 16 or more digits, which a double may
 * not hold. Looks only outside of texts and before anything recurses.
 */
function survey(text: string): { depth: number; hasLongNumber: boolean } {
  let depth = 0;
  let deepest = 0;
  let hasLongNumber = false;
  for (let at = 0; at < text.length && deepest <= DEPTH_MAX; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at + 1);
    } else if (code >= ZERO && code <= NINE) {
      const end = endOfNumber(text, at + 1);
      if (end - at >= DIGITS_MIN) hasLongNumber = true;
      at = end - 1;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth -= 1;
    }
  }
  return { depth: deepest, hasLongNumber };
}

/** Point and exponent count as digits here: a number that only looks long is merely read the slow way. */
function endOfNumber(text: string, from: number): number {
  let at = from;
  while (at < text.length && isNumberPart(text.charCodeAt(at))) at += 1;
  return at;
}

function isNumberPart(code: number): boolean {
  return (code >= ZERO && code <= NINE) || code === POINT || code === EXPONENT || code === CAPITAL_EXPONENT;
}

/** The place of the closing quote; the end of the text when there is none. */
function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (end !== -1 && isEscaped(text, end, from)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

/** An odd number of backslashes stands before the quote. */
function isEscaped(text: string, quote: number, from: number): boolean {
  let at = quote - 1;
  while (at >= from && text.charCodeAt(at) === BACKSLASH) at -= 1;
  return (quote - 1 - at) % 2 === 1;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const NINE = 0x39;
const POINT = 0x2e;
const EXPONENT = 0x65;
const CAPITAL_EXPONENT = 0x45;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
