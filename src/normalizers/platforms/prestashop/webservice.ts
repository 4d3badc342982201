/**
 * How the Webservice is asked and how it answers. Types depend on the versions of PHP and PrestaShop (numbers as strings up to
 * 7.4 and again from 8.2), so every value is coerced: https://github.com/PrestaShop/PrestaShop/pull/36875
 */
import { z } from "zod";
import { fromLocalTime } from "../../canonical/local-time.ts";
import { toTimestamp, toVersion } from "../../canonical/time.ts";
import { encodePart, encodeValue } from "../../hydration.ts";
import { text } from "../../payload.ts";
import type { Shop } from "./envelope.ts";

/** Address of one thing of a resource. */
export function onePath(resource: string, id: string, shop: Shop): string {
  return `/${resource}/${encodePart(id)}?${query({}, shop)}`;
}

/** Address of all things of a resource that fit; of several values any. */
export function listPath(
  resource: string,
  filter: Readonly<Record<string, readonly string[]>>,
  shop: Shop,
): string {
  const filters = Object.entries(filter).map(
    ([field, values]) => [`filter[${field}]`, `[${values.join("|")}]`] as const,
  );
  return `/${resource}?${query({ ...Object.fromEntries(filters), display: "full" }, shop)}`;
}

/** Brackets are encoded, since web application firewalls block them. */
function query(parameters: Readonly<Record<string, string>>, { id }: Shop): string {
  const all = { output_format: "JSON", ...parameters, ...(id === undefined ? {} : { id_shop: id }) };
  return Object.entries(all)
    .map(([name, value]) => `${encodeValue(name)}=${encodeValue(value)}`)
    .join("&");
}

/** An answer with several things. None are written `[]`, without the resource's name. */
export function many<S extends z.ZodType>(plural: string, item: S) {
  return z
    .unknown()
    .transform((answer, context): unknown[] => {
      const list = Array.isArray(answer) ? answer : memberOf(answer, plural);
      if (Array.isArray(list)) return list;
      context.addIssue(`is no answer with ${plural}`);
      return z.NEVER;
    })
    .pipe(z.array(item));
}

/** An answer with one thing: under its own name, or in a list where the request named the fields to show. */
export function one<S extends z.ZodType>(singular: string, plural: string, item: S) {
  return z
    .unknown()
    .transform((answer, context): unknown => {
      const list = memberOf(answer, plural);
      const found: unknown = memberOf(answer, singular) ?? (Array.isArray(list) ? list[0] : undefined);
      if (found !== undefined) return found;
      context.addIssue(`is no answer with ${singular}`);
      return z.NEVER;
    })
    .pipe(item);
}

function memberOf(answer: unknown, name: string): unknown {
  return typeof answer === "object" && answer !== null && Object.hasOwn(answer, name)
    ? Reflect.get(answer, name)
    : undefined;
}

/** A text, or one per language where the shop has several. */
export const localized = z
  .union([z.array(z.object({ id: text, value: text })), text])
  .catch(undefined)
  .optional();
export type Localized = z.output<typeof localized>;

/** The text in the shop's default language, else in the first that has one. */
export function toText(value: Localized, { languageId }: Shop): string | null | undefined {
  if (!Array.isArray(value)) return value === "" ? null : value;
  const filled = value.filter((each) => each.value != null && each.value !== "");
  const chosen = filled.find(({ id }) => id === languageId) ?? filled[0];
  return chosen?.value ?? null;
}

/**
 * A time of the Webservice, which is the shop's own and has no offset; undefined for `0000-00-00 00:00:00`. Without a time zone
 * it is read as UTC. `readAt` tells the two passes of the hour apart that the end of summer time repeats.
 */
export function toMoment(
  local: string | null | undefined,
  { timeZone }: Shop,
  readAt?: string,
): string | undefined {
  if (local === null || local === undefined || local.startsWith("0000")) return undefined;
  return (timeZone === undefined ? undefined : fromLocalTime(local, timeZone, readAt)) ?? toTimestamp(local);
}

/** The version of what was read: its change time; without one, when it was read. */
export function toReadVersion(local: string | null | undefined, shop: Shop, readAt: string): string {
  return toVersion(toMoment(local, shop, readAt)) ?? toVersion(readAt) ?? "";
}

/** Without blanks around it; null where it is empty. */
export function blankToNull(value: string | null | undefined): string | null | undefined {
  return value === undefined ? undefined : value === null || value.trim() === "" ? null : value;
}

/** The fields that say something; undefined when none does. */
export function toExtra(fields: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const kept = Object.entries(fields).filter(([, value]) => {
    const isEmptyList = Array.isArray(value) && value.length === 0;
    return value !== undefined && value !== null && value !== "" && !isEmptyList;
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
