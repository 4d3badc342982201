/** What mappers of several platforms do with single fields: empty texts, moments, codes, and what goes under `extra`. */
import { z } from "zod";
import { normalizeDecimal, toMoney } from "./canonical/money.ts";
import type { CatalogPrice } from "./canonical/scalars.ts";
import { fromMillis, toTimestamp, toVersion } from "./canonical/time.ts";
import type { MapContext } from "./platform.ts";

/** A field that is passed on under `extra` without being read. */
export const raw = z.unknown().optional();

/** For platforms that write "" and null alike for "known to be empty". */
export function orNull(value: string | null | undefined): string | null | undefined {
  return value === "" ? null : value;
}

/** The text, or undefined where there is none. */
export function orAbsent(value: string | null | undefined): string | undefined {
  return value === null || value === "" ? undefined : value;
}

/** A moment; null when it is known that it has not come. */
export function momentOrNull(value: string | null | undefined): string | null | undefined {
  return value === null || value === "" ? null : toTimestamp(value);
}

/** Seconds since 1970 as RFC 3339; undefined for what is no such moment. */
export function momentOfSeconds(seconds: number | null | undefined): string | undefined {
  if (seconds === null || seconds === undefined || !Number.isInteger(seconds)) return undefined;
  return seconds >= 0 && seconds < 253_402_300_800 ? fromMillis(seconds * 1000) : undefined;
}

/** The first of the moments that can be read, else the moment of the webhook, as a version. */
export function versionFrom(
  context: Pick<MapContext, "at" | "receivedAt">,
  ...moments: (string | null | undefined)[]
): string {
  for (const moment of [...moments, context.at, context.receivedAt]) {
    const version = toVersion(moment);
    if (version !== undefined) return version;
  }
  return context.at;
}

/** An ISO 4217 code in upper case; undefined for anything else. */
export function currencyOf(code: string | null | undefined): string | undefined {
  const upper = code?.trim().toUpperCase();
  return upper !== undefined && /^[A-Z]{3}$/.test(upper) ? upper : undefined;
}

/** An ISO 3166-1 alpha-2 code in upper case; undefined for anything else. */
export function countryOf(code: string | null | undefined): string | undefined {
  const upper = code?.trim().toUpperCase();
  return upper !== undefined && /^[A-Z]{2}$/.test(upper) ? upper : undefined;
}

/** The word's canonical form by a table; undefined where there is no word, `unknown` for a word that nobody thought of. */
export function fromTable<T extends string>(
  table: Readonly<Record<string, T>>,
  word: string | null | undefined,
): T | "unknown" | undefined {
  if (word === null || word === undefined || word === "") return undefined;
  return Object.hasOwn(table, word) ? table[word] : "unknown";
}

/** The declared fields that hold something. A null under `extra` would tell nobody anything. */
export function pickExtra(
  shape: Readonly<Record<string, unknown>>,
  payload: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  const extra = Object.fromEntries(
    Object.keys(shape).flatMap((name) => (isEmpty(payload[name]) ? [] : [[name, payload[name]]])),
  );
  return Object.keys(extra).length === 0 ? undefined : extra;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** The fields that hold something; undefined when none does, so that an empty `extra` does not appear. */
export function filled(fields: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  return pickExtra(fields, fields);
}

/** A price of a catalogue, without its currency where that is not known. */
export function catalogPriceOf(
  value: string | null | undefined,
  currency: string | undefined,
): CatalogPrice | null | undefined {
  if (value === null || value === undefined) return value;
  const plain = normalizeDecimal(value);
  return toMoney(value, currencyOf(currency)) ?? (plain === undefined ? undefined : { amount: plain });
}
