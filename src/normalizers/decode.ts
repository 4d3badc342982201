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
    return { ok: true, value: LONG_NUMBER.test(text) ? parseLossless(text) : value };
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

/** Whether objects and lists nest deeper than `levels`; looks no deeper than that. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  for (const item of items) if (isDeeper(item, levels - 1)) return true;
  return false;
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
