/** Texts, lists of texts, moments and what goes under `extra`. */
import { z } from "zod";
import { toTimestamp, toVersion } from "../../canonical/time.ts";
import { reading } from "../../payload.ts";
import type { MapContext } from "../../platform.ts";

/** A field that is passed on under `extra` without being read. */
export const raw = z.unknown().optional();

/** Shopify writes "" and null alike for "known to be empty": https://shopify.dev/docs/api/admin-rest/latest/resources/order */
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

/** The first of the moments that can be read, else the moment of the webhook, as a version. */
export function versionOf(context: MapContext, ...moments: (string | null | undefined)[]): string {
  for (const moment of [...moments, context.at, context.receivedAt]) {
    const version = toVersion(moment);
    if (version !== undefined) return version;
  }
  return context.at;
}

/** Tags are one text, separated by comma and blank; GraphQL-shaped bodies have a list. */
export const tagList = reading((value) => {
  const tags = typeof value === "string" ? value.split(",") : Array.isArray(value) ? value : undefined;
  return tags?.map((tag) => String(tag).trim()).filter((tag) => tag !== "");
}).optional();

/** A list of texts, such as tracking numbers; anything else in it, or in its place, reads as absent. */
export const textList = reading((value) =>
  Array.isArray(value) ? value.filter((item: unknown) => typeof item === "string") : undefined,
).optional();

/** Note attributes and line item properties: a list of `{name, value}`, in carts an object. */
export const attributeList = reading((value) => {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value)) return Object.entries(value).map(([name, item]) => attribute(name, item));
  return value.flatMap((item: unknown) => {
    if (typeof item !== "object" || item === null) return [];
    const name = "name" in item ? item.name : "key" in item ? item.key : undefined;
    return name === undefined || name === null
      ? []
      : [attribute(plainText(name), "value" in item ? item.value : null)];
  });
}).optional();

/**
 * The declared fields that hold something, ids as texts. Empty ones are left out: extra is for what has no place
 * elsewhere, and a null there tells nobody anything.
 */
export function toExtra(
  shape: Readonly<Record<string, unknown>>,
  payload: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  const extra: Record<string, unknown> = {};
  for (const name of Object.keys(shape)) {
    const value = payload[name];
    if (value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0))
      continue;
    extra[name] = withTextIds(name, value);
  }
  return Object.keys(extra).length === 0 ? undefined : extra;
}

function withTextIds(name: string, value: unknown): unknown {
  if (typeof value === "number") return name === "id" || name.endsWith("_id") ? String(value) : value;
  if (Array.isArray(value)) return value.map((item: unknown) => withTextIds(name, item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTextIds(key, item)]));
}

function attribute(name: string, value: unknown): { name: string; value: string } {
  return { name, value: plainText(value) };
}

function plainText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
