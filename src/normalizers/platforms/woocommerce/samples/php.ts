/** How PHP writes what the samples hold. */
import { divideDecimals, normalizeDecimal } from "../../../canonical/money.ts";
import { toTimestamp } from "../../../canonical/time.ts";
import type { SampleOptions } from "../../../wire.ts";

const SITE_AHEAD_MS = 60 * 60 * 1000;

/** `json_encode` without flags: slashes are escaped, and so is all that is not ASCII. */
export function jsonEncode(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("/", "\\/")
    .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Ids are integers; one that a JSON number cannot hold stays a text. */
export function toId(id: string): number | string {
  return /^[1-9]\d{0,14}$/.test(id) ? Number(id) : id;
}

/** The moment as WooCommerce writes it in UTC: without a zone. */
export function gmt({ at }: SampleOptions): string {
  return (toTimestamp(at) ?? at).slice(0, 19);
}

/** Created and changed at the moment of the sample, in site time (one hour ahead) and in UTC. */
export function stampsOf(options: SampleOptions): Record<string, string> {
  return {
    date_created: siteTime(options),
    date_created_gmt: gmt(options),
    date_modified: siteTime(options),
    date_modified_gmt: gmt(options),
  };
}

export function siteTime(options: SampleOptions): string {
  return new Date(Date.parse(`${gmt(options)}Z`) + SITE_AHEAD_MS).toISOString().slice(0, 19);
}

/** `amount / divisor` with the decimals of the shop's currency. */
export function part(amount: string, divisor: string, digits: number): string {
  const share = divideDecimals(amount, divisor, digits) ?? "0";
  return normalizeDecimal(share, digits) ?? share;
}

export function linksOf(path: string, id: string): Record<string, { href: string }[]> {
  const href = `https://shop.example/wp-json/wc/v3/${path}`;
  return { self: [{ href: `${href}/${id}` }], collection: [{ href }] };
}
