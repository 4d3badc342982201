/** `inventory_levels/*` and `inventory_items/*`. Neither knows the variant; the reference fills that in. */
import { z } from "zod";
import type { InventoryItem } from "../../canonical/product.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { amount, count, flag, id, listOf, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { countryCodeOf } from "./address.ts";
import { toCatalogPrice } from "./catalog-price.ts";
import { identified, idOrGid } from "./gid.ts";
import { currencyOf } from "./money-set.ts";
import { orNull, versionOf } from "./text.ts";

export const levelPayload = z.object({
  inventory_item_id: idOrGid,
  location_id: idOrGid,
  available: count,
  updated_at: text,
});

const itemObject = z.object({
  id,
  sku: text,
  cost: amount,
  tracked: flag,
  requires_shipping: flag,
  country_code_of_origin: text,
  province_code_of_origin: text,
  harmonized_system_code: text,
  country_harmonized_system_codes: listOf(z.object({ harmonized_system_code: text, country_code: text })),
  created_at: text,
  updated_at: text,
});
export const itemPayload = identified(itemObject);
type ItemPayload = z.output<typeof itemObject>;

/** The quantity at one location; `available` is null for an item that is not counted. */
export function observeLevel(level: z.output<typeof levelPayload>, context: MapContext): Observation[] {
  const { inventory_item_id: itemId, location_id: locationId, available } = level;
  return [
    observed("stock", {
      id: `${itemId}@${locationId}`,
      version: versionOf(context, level.updated_at),
      state: {
        inventoryItemId: itemId,
        locationId,
        available: available ?? null,
        ...(available === undefined ? {} : { tracked: available !== null }),
        stocked: true,
        updatedAt: toTimestamp(level.updated_at),
      },
      reference: itemId,
    }),
  ];
}

/** The body has the two ids only: https://shopify.dev/docs/api/webhooks/latest (inventory_levels/disconnect) */
export function observeDisconnection(
  level: z.output<typeof levelPayload>,
  context: MapContext,
): Observation[] {
  const { inventory_item_id: itemId, location_id: locationId } = level;
  return [
    observed("stock", {
      id: `${itemId}@${locationId}`,
      version: versionOf(context, level.updated_at),
      state: { inventoryItemId: itemId, locationId, available: 0, stocked: false },
      reference: itemId,
    }),
  ];
}

export function observeItem(payload: ItemPayload, context: MapContext): Observation[] {
  return [
    observed("inventory_item", {
      id: payload.id,
      version: versionOf(context, payload.updated_at),
      state: toItem(payload, currencyOf(context.options.currency)),
      bornAt: toTimestamp(payload.created_at),
      isNew: context.topic === "inventory_items/create",
      reference: payload.id,
    }),
  ];
}

function toItem(payload: ItemPayload, currency: string | undefined): InventoryItem {
  return {
    id: payload.id,
    sku: orNull(payload.sku),
    cost: toCatalogPrice(payload.cost, currency),
    tracked: payload.tracked,
    requiresShipping: payload.requires_shipping,
    originCountry:
      payload.country_code_of_origin === null ? null : countryCodeOf(payload.country_code_of_origin),
    originRegion: orNull(payload.province_code_of_origin),
    harmonizedSystemCode: orNull(payload.harmonized_system_code),
    harmonizedSystemCodes: payload.country_harmonized_system_codes?.flatMap((entry) => {
      const country = countryCodeOf(entry.country_code);
      return entry.harmonized_system_code && country ? [{ code: entry.harmonized_system_code, country }] : [];
    }),
    createdAt: toTimestamp(payload.created_at),
    updatedAt: toTimestamp(payload.updated_at),
  };
}
