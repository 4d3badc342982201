/** Magento's ways to write moments, amounts and nothing; REST and PHP memory spell the same thing differently. */
import { addDecimals, normalizeDecimal, toMoney } from "../../canonical/money.ts";
import type { CatalogPrice, Money } from "../../canonical/scalars.ts";
import { toTimestamp, toVersion } from "../../canonical/time.ts";
import { amount, count, idOrNone, text } from "../../payload.ts";
import type { MapContext } from "../../platform.ts";

/** What decorates: a value that cannot be read is absent and spoils nothing. */
export const looseAmount = amount.catch(undefined);
export const looseCount = count.catch(undefined);
export const looseId = idOrNone.catch(undefined);

/** `YYYY-MM-DD HH:MM:SS` in UTC, without a zone. */
export const stamps = { created_at: text, updated_at: text };

export interface Stamped {
  readonly created_at?: string | null | undefined;
  readonly updated_at?: string | null | undefined;
}

/** The moment of the webhook, or of the read. */
export interface Seen {
  /** RFC 3339. */
  readonly at: string;
  readonly options: MapContext["options"];
  /** The topic says that it is new. */
  readonly isNew?: boolean;
  /** Milestones that the topic names. */
  readonly news?: readonly string[];
}

/** The version of an entity: its own change time, else the moment at which it was seen. */
export function versionOf({ updated_at }: Stamped, { at }: Seen): string {
  return toVersion(updated_at) ?? toVersion(at) ?? "";
}

export function bornAt({ created_at }: Stamped): string | undefined {
  return toTimestamp(created_at);
}

export function stampsOf(body: Stamped): { createdAt?: string | undefined; updatedAt?: string | undefined } {
  return { createdAt: toTimestamp(body.created_at), updatedAt: toTimestamp(body.updated_at) };
}

export function blankToNull(value: string | null | undefined): string | null | undefined {
  return value === undefined ? undefined : value === null || value.trim() === "" ? null : value;
}

export function blankToAbsent(value: string | null | undefined): string | undefined {
  return blankToNull(value) ?? undefined;
}

/** An ISO 4217 code, or undefined. */
export function toCurrency(code: string | null | undefined): string | undefined {
  const upper = code?.trim().toUpperCase();
  return upper !== undefined && /^[A-Z]{3}$/.test(upper) ? upper : undefined;
}

/** A price of the catalogue, which names no currency: it is the one that the admin told, or absent. */
export function toPrice(
  value: string | null | undefined,
  options: MapContext["options"],
): CatalogPrice | null | undefined {
  if (value === null || value === undefined) return value;
  const price = toMoney(value, toCurrency(options.currency));
  const plain = normalizeDecimal(value);
  return price ?? (plain === undefined ? undefined : { amount: plain });
}

/** `a - b`; an amount that is absent counts as nothing, and both absent stay absent. */
export function less(a: string | null | undefined, b: string | null | undefined): string | undefined {
  if (a === null || a === undefined) return undefined;
  if (b === null || b === undefined) return a;
  return addDecimals(a, b.startsWith("-") ? b.slice(1) : `-${b}`);
}

/** Without its sign: discounts are negative on orders and positive on their lines. */
export function absolute(value: string | null | undefined): string | undefined {
  return value?.startsWith("-") ? value.slice(1) : (value ?? undefined);
}

/** The given amounts that are there, as money by their names in `extra`. */
export function toAmounts(
  fields: Readonly<Record<string, string | null | undefined>>,
  currency: string | undefined,
): Record<string, Money> | undefined {
  const found = Object.entries(fields).flatMap(([name, value]) => {
    const money = toMoney(value, currency);
    return money === undefined ? [] : [[name, money] as const];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** The fields that say something; undefined when none does, so that an empty `extra` does not appear. */
export function toExtra(fields: Record<string, unknown>): Record<string, unknown> | undefined {
  const kept = Object.entries(fields).filter(([, value]) => !isEmpty(value));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)
  );
}
