/** Items and their variations: https://developer.squareup.com/reference/square/objects/CatalogObject */
import { z } from "zod";
import type { Product } from "../../canonical/product.ts";
import { toTimestamp, toVersion } from "../../canonical/time.ts";
import { orAbsent, orNull, pickExtra, raw } from "../../fields.ts";
import { count, flag, id, idOrNone, listOf, text } from "../../payload.ts";
import { deleted, type Observation, observed, reference } from "../../platform.ts";
import { money, toPrice } from "./money.ts";

const variationExtra = { pricing_type: raw, location_overrides: raw, measurement_unit_id: raw };
const itemExtra = {
  image_ids: raw,
  tax_ids: raw,
  channels: raw,
  modifier_list_info: raw,
  reporting_category: raw,
  abbreviation: raw,
};

const head = { id, type: text, updated_at: text, is_deleted: flag };
const variation = z.object({
  ...head,
  item_variation_data: z
    .object({
      ...variationExtra,
      item_id: idOrNone,
      name: text,
      sku: text,
      upc: text,
      ordinal: count,
      price_money: money,
    })
    .nullish(),
});
type Variation = z.output<typeof variation>;

const item = z
  .object({
    ...itemExtra,
    name: text,
    description: text,
    description_html: text,
    product_type: text,
    is_archived: flag,
    is_taxable: flag,
    categories: listOf(z.object({ id: idOrNone })),
    variations: listOf(variation),
  })
  .nullish();

export const catalogObject = variation.extend({ item_data: item });
type CatalogObject = z.output<typeof catalogObject>;

/** `stand` is the version of what states no change time. */
export function observeCatalogObject(object: CatalogObject, stand: string): Observation[] {
  const version = toVersion(object.updated_at) ?? stand;
  if (object.type === "ITEM_VARIATION") return observeVariation(object, undefined, stand);
  if (object.type !== "ITEM") return [];
  if (object.is_deleted) return [deleted("product", object.id, version)];
  return [
    observed("product", { id: object.id, version, state: toProduct(object) }),
    ...(object.item_data?.variations ?? []).flatMap((each) => observeVariation(each, object.id, stand)),
  ];
}

/** A variation that was deleted leaves its price as it was; the item lists it no longer. */
function observeVariation(each: Variation, itemId: string | undefined, stand: string): Observation[] {
  const { item_variation_data: data } = each;
  if (!data || each.is_deleted) return [];
  const productId = itemId ?? data.item_id ?? undefined;
  const sku = orNull(data.sku);
  return [
    reference(each.id, {
      variantId: each.id,
      ...(productId === undefined ? {} : { productId }),
      ...(sku === undefined ? {} : { sku }),
    }),
    observed("price", {
      id: each.id,
      version: toVersion(each.updated_at) ?? stand,
      // Without a price the till asks for it at each sale.
      state: { variantId: each.id, productId, sku, price: toPrice(data.price_money) ?? null },
    }),
  ];
}

function toProduct({ id: productId, updated_at, item_data: data }: CatalogObject): Product {
  return {
    id: productId,
    title: orAbsent(data?.name),
    description: orNull(data?.description_html ?? data?.description),
    type: orNull(data?.product_type),
    ...(data?.is_archived === undefined ? {} : { status: data.is_archived ? "archived" : "active" }),
    updatedAt: toTimestamp(updated_at),
    categories: data?.categories?.map((category) => ({ id: category.id ?? undefined })),
    variants: data?.variations
      ?.filter(({ is_deleted }) => !is_deleted)
      .map((each) => toVariant(each, data.is_taxable)),
    extra: data ? pickExtra(itemExtra, data) : undefined,
  };
}

function toVariant({ id: variantId, item_variation_data: data }: Variation, taxable: boolean | undefined) {
  return {
    id: variantId,
    sku: orNull(data?.sku),
    gtin: orNull(data?.upc),
    title: orNull(data?.name),
    position: data?.ordinal ?? undefined,
    price: toPrice(data?.price_money) ?? null,
    taxable,
    inventoryItemId: variantId,
    extra: data ? pickExtra(variationExtra, data) : undefined,
  };
}
