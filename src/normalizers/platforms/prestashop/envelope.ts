/**
 * The body of the bridge: bridges/prestashop/CONTRACT.md, section 3. It is a superset of what the public OpenLinker module
 * sends, so `shop`, `sequence`, `payload` and `previous` may be missing.
 */
import { z } from "zod";
import { toTimestamp, toVersion } from "../../canonical/time.ts";
import { flag, id, idOrNone, objectOf, text } from "../../payload.ts";
import type { MapContext } from "../../platform.ts";

const looseId = idOrNone.catch(undefined);

/** Flags decide, never ids: shops add and change states. `role` tells which of the shop's configured states it is. */
export const orderStatePayload = objectOf(
  z.object({
    id: looseId,
    name: text,
    role: text,
    paid: flag,
    shipped: flag,
    delivery: flag,
    logable: flag,
    invoice: flag,
  }),
).catch(undefined);
export type OrderState = NonNullable<z.output<typeof orderStatePayload>>;

const shopPayload = objectOf(
  z.object({
    id: looseId,
    url: text,
    timezone: text,
    currency: text,
    idLang: looseId,
    weightUnit: text,
    dimensionUnit: text,
    /** Role by state id. */
    stateRoles: objectOf(z.record(z.string(), text)).catch(undefined),
  }),
).catch(undefined);

/** The body with the payload of its topic. */
export function bodyOf<P extends z.ZodRawShape>(payload: P) {
  return z.object({
    eventId: text,
    occurredAt: text,
    object: z.object({ externalId: id }),
    shop: shopPayload,
    payload: objectOf(z.object(payload)),
    previous: objectOf(z.object({ orderState: orderStatePayload })).catch(undefined),
  });
}

export const anyBody = bodyOf({});
export type Body = z.output<typeof anyBody>;

/** What has to be known of the shop to read what its Webservice writes. */
export interface Shop {
  readonly id: string | undefined;
  readonly url: string | undefined;
  readonly timeZone: string | undefined;
  /** Of the catalogue. */
  readonly currency: string | undefined;
  readonly languageId: string | undefined;
  readonly weightUnit: string | undefined;
  readonly dimensionUnit: string | undefined;
  /** Roles of order states by id. */
  readonly stateRoles: Readonly<Record<string, string | null | undefined>>;
}

/** The body tells; what it leaves out the store's options may tell. */
export function shopOf({ shop }: Pick<Body, "shop">, { options }: Pick<MapContext, "options">): Shop {
  return {
    id: shop?.id ?? undefined,
    url: shop?.url ?? undefined,
    timeZone: shop?.timezone ?? options.timeZone,
    currency: toCurrency(shop?.currency) ?? options.currency,
    languageId: shop?.idLang ?? undefined,
    weightUnit: shop?.weightUnit ?? options.weightUnit,
    dimensionUnit: shop?.dimensionUnit ?? options.dimensionUnit,
    stateRoles: shop?.stateRoles ?? {},
  };
}

/** When the shop's hook fired (RFC 3339). */
export function occurredAt({ occurredAt: told }: Pick<Body, "occurredAt">, { at }: MapContext): string {
  return toTimestamp(told) ?? at;
}

/** The version of what the webhook itself tells. */
export function versionOfBody(body: Pick<Body, "occurredAt">, context: MapContext): string {
  return toVersion(occurredAt(body, context)) ?? "";
}

/** An ISO 4217 code, or undefined. */
export function toCurrency(code: string | null | undefined): string | undefined {
  const upper = code?.trim().toUpperCase();
  return upper !== undefined && /^[A-Z]{3}$/.test(upper) ? upper : undefined;
}
