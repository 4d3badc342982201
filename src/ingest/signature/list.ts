/** Signatures in headers: as they are, behind a prefix, or in a list of several. */
import type { Encoding, SignatureSource } from "../../normalizers/scheme.ts";
import { type Refusal, refuse } from "./outcome.ts";

export interface Signatures {
  readonly ok: true;
  /** Not yet decoded, without their prefix. */
  readonly texts: readonly string[];
  /** The other fields of the list; of several with one name the first counts. */
  readonly fields: ReadonlyMap<string, string>;
}

const NO_FIELDS: ReadonlyMap<string, string> = new Map();
const ENTRIES_MAX = 20;
const HEX = /^[0-9a-fA-F]+$/;

/** The signatures of a request. */
export function readSignatures(
  { headers, prefix = "", list }: SignatureSource,
  header: (name: string) => string | undefined,
): Signatures | Refusal {
  const value = firstOf(headers, header);
  if (value === undefined) return refuse("missing_signature");
  if (list === undefined) return withoutPrefix([value], prefix, NO_FIELDS);
  const entries = value.split(list.separator);
  if (entries.length > ENTRIES_MAX) return refuse("malformed_signature");
  const texts: string[] = [];
  const fields = new Map<string, string>();
  for (const entry of entries) {
    const at = entry.indexOf(list.assign);
    if (at < 0) continue;
    const [name, text] = [entry.slice(0, at).trim(), unquote(entry.slice(at + list.assign.length).trim())];
    if (name === list.key) texts.push(text);
    else if (!fields.has(name)) fields.set(name, text);
  }
  return texts.length === 0 ? refuse("malformed_signature") : withoutPrefix(texts, prefix, fields);
}

/** The bytes of a signature of that length; undefined for anything that is not spelled so. */
export function decodeSignature(text: string, encoding: Encoding, bytes: number): Buffer | undefined {
  const isHex = encoding === "hex" || (encoding === "either" && text.length === 2 * bytes && HEX.test(text));
  const decoded = decodeAnyLength(text, isHex ? "hex" : "base64");
  return decoded?.length === bytes ? decoded : undefined;
}

/**
 * The bytes of a signature whose length the key decides. Hexadecimal digits may be in capitals, which platforms differ in. Base64
 * has one spelling, with padding and without spare bits: no other is sent, and one that is was changed on the way.
 */
export function decodeAnyLength(text: string, encoding: "base64" | "hex"): Buffer | undefined {
  if (encoding === "hex") {
    return HEX.test(text) && text.length % 2 === 0 ? Buffer.from(text, "hex") : undefined;
  }
  const decoded = Buffer.from(text, "base64");
  return decoded.length > 0 && decoded.toString("base64") === text ? decoded : undefined;
}

function firstOf(names: readonly string[], header: (name: string) => string | undefined): string | undefined {
  for (const name of names) {
    const value = header(name);
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}

function withoutPrefix(
  texts: readonly string[],
  prefix: string,
  fields: ReadonlyMap<string, string>,
): Signatures | Refusal {
  if (prefix === "") return { ok: true, texts, fields };
  const kept = texts.filter((text) => text.startsWith(prefix)).map((text) => text.slice(prefix.length));
  return kept.length === 0 ? refuse("malformed_signature") : { ok: true, texts: kept, fields };
}

function unquote(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
