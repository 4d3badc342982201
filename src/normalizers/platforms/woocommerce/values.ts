/** WooCommerce's ways to write nothing, moments and prices. */
import { z } from "zod";
import { normalizeDecimal, toMoney } from "../../canonical/money.ts";
import type { CatalogPrice } from "../../canonical/scalars.ts";
import { toTimestamp, toVersion } from "../../canonical/time.ts";
import { amount, text } from "../../payload.ts";
import type { MapContext } from "../../platform.ts";

/** An amount that decorates: one that cannot be read is absent and spoils nothing. */
export const looseAmount = amount.catch(undefined);

/** The moments that every resource has, in site time and in UTC. */
export const stamps = {
  date_created: text,
  date_created_gmt: text,
  date_modified: text,
  date_modified_gmt: text,
};

interface Stamped {
  readonly date_created?: string | null | undefined;
  readonly date_created_gmt?: string | null | undefined;
  readonly date_modified?: string | null | undefined;
  readonly date_modified_gmt?: string | null | undefined;
}

/** When it was made; undefined when the body does not tell. */
export function createdAt(body: Stamped): string | undefined {
  return moment(body.date_created_gmt, body.date_created) ?? undefined;
}

/** When it was changed last; undefined when the body does not tell. */
export function updatedAt(body: Stamped): string | undefined {
  return moment(body.date_modified_gmt, body.date_modified) ?? undefined;
}

/** The version of a whole resource: its own change time, else the moment of the webhook. */
export function versionOf(body: Stamped, context: MapContext): string {
  return toVersion(updatedAt(body)) ?? versionOfWebhook(context);
}

/** The version of what carries no time of its own, such as a deletion. */
export function versionOfWebhook(context: MapContext): string {
  return toVersion(context.at) ?? "";
}

/**
 * A moment, null when it is known not to be set. The `_gmt` field is UTC without a zone; old versions send only the
 * field in site time, which is then read as it stands because the body does not tell the zone.
 */
export function moment(
  gmt: string | null | undefined,
  site: string | null | undefined,
): string | null | undefined {
  const read = toTimestamp(gmt) ?? toTimestamp(site);
  if (read !== undefined) return read;
  return gmt === null || gmt === "" || site === null || site === "" ? null : undefined;
}

/** WooCommerce writes `""` where it knows that there is nothing. */
export function blankToNull(value: string | null | undefined): string | null | undefined {
  return value === undefined ? undefined : value === null || value.trim() === "" ? null : value;
}

/** A text where empty says nothing. */
export function blankToAbsent(value: string | null | undefined): string | undefined {
  return blankToNull(value) ?? undefined;
}

/** A price of the catalogue. Products name no currency, so it is the one that the admin told, or absent. */
export function toPrice(
  value: string | null | undefined,
  { options }: MapContext,
): CatalogPrice | null | undefined {
  if (value === null || value === undefined) return value;
  const price = toMoney(value, toCurrency(options.currency));
  const plain = normalizeDecimal(value);
  return price ?? (plain === undefined ? undefined : { amount: plain });
}

/** An ISO 4217 code, or undefined: plugins invent currencies such as points. */
export function toCurrency(code: string | null | undefined): string | undefined {
  const upper = code?.trim().toUpperCase();
  return upper !== undefined && /^[A-Z]{3}$/.test(upper) ? upper : undefined;
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

/** One of plugins' key and value pairs; the value may be any JSON. */
export const metaEntry = z
  .object({ key: text, value: z.unknown().optional(), display_key: text, display_value: text })
  .catch({ key: undefined, value: undefined, display_key: undefined, display_value: undefined });
export type MetaEntry = z.output<typeof metaEntry>;
