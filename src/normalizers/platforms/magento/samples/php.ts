/** How Magento writes what the samples hold. */
import { addDecimals, currencyDigits, divideDecimals, normalizeDecimal } from "../../../canonical/money.ts";
import { toTimestamp } from "../../../canonical/time.ts";
import type { SampleOptions } from "../../../wire.ts";

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

/** The moment as the database writes it: UTC without a zone. */
export function utc({ at }: SampleOptions): string {
  return (toTimestamp(at) ?? at).slice(0, 19).replace("T", " ");
}

export function stampsOf(options: SampleOptions): { created_at: string; updated_at: string } {
  return { created_at: utc(options), updated_at: utc(options) };
}

/** `amount / divisor` with the decimals of the currency. */
export function part(amount: string, divisor: string, currency: string): string {
  return divideDecimals(amount, divisor, currencyDigits(currency)) ?? "0";
}

export function sum(...amounts: readonly string[]): string {
  return amounts.reduce(addDecimals, "0");
}

export function minus(amount: string): string {
  return normalizeDecimal(`-${amount}`) ?? amount;
}

const MONEY = /(?:^|_)(?:amount|price|total|subtotal|due|paid|refunded|cost|rate)(?:_|$)/;

/**
 * The same values as they lie in PHP's memory: ids, flags and fresh sums as they come, what the database gave as a text,
 * so one object mixes both.
 */
export function toPhp(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => toPhp(item, key));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toPhp(inner, name)]));
  }
  if (typeof value !== "number" || key === "row_total") return value;
  return MONEY.test(key) || key.startsWith("qty") ? value.toFixed(4) : String(value);
}
