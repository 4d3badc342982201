import { z } from "zod";
import type { Product } from "../../canonical/product.ts";
import { toTimestamp, toVersion } from "../../canonical/time.ts";
import { catalogPriceOf, filled, fromTable, orAbsent, orNull } from "../../fields.ts";
import { apiPath, type Hydration, mapAnswer } from "../../hydration.ts";
import { amount, count, id, idOrNone, listOf, text } from "../../payload.ts";
import { deleted, type Observation, observed } from "../../platform.ts";
import { ABOUT_ONE } from "./observe-order.ts";

const attributes = listOf(z.object({ id: text, name: text, value_name: text })).catch(undefined);
const variation = z.object({
  id,
  price: amount,
  available_quantity: count,
  seller_custom_field: text,
  attribute_combinations: attributes,
  attributes,
});

/** `GET /items/{id}`: https://developers.mercadolibre.com.ar/en_us/items-and-searches */
const itemAnswer = z.object({
  id,
  title: text,
  seller_id: idOrNone,
  category_id: idOrNone,
  price: amount,
  original_price: amount,
  currency_id: text,
  available_quantity: count,
  permalink: text,
  status: text,
  sub_status: z.unknown().optional(),
  date_created: text,
  last_updated: text,
  seller_custom_field: text,
  catalog_product_id: text,
  inventory_id: text,
  condition: text,
  attributes,
  pictures: listOf(z.object({ id: text, url: text, secure_url: text })).catch(undefined),
  variations: listOf(variation),
});
type ItemAnswer = z.output<typeof itemAnswer>;
type Attributes = z.output<typeof attributes>;

const STATUSES = {
  active: "active",
  paused: "draft",
  under_review: "draft",
  payment_required: "draft",
  inactive: "draft",
} as const;

export function readItem(itemId: string, sellerId: string, told: readonly Observation[]): Hydration {
  return {
    key: `item:${itemId}`,
    // With the attributes of its variations, where their SKU stands.
    reads: () => [{ name: "item", path: apiPath`/items/${itemId}?include_attributes=all`, ...ABOUT_ONE }],
    map: ({ item }, readAt) =>
      item === undefined
        ? { ok: false, problem: "the seller may not read the item: it is somebody else's, or there is none" }
        : mapAnswer("item", item, itemAnswer, (answer) =>
            // Anybody may read an item, so who sells it has to be looked at.
            answer.seller_id !== sellerId
              ? []
              : observeItem(answer, toVersion(toTimestamp(answer.last_updated)) ?? toVersion(readAt) ?? ""),
          ),
    partial: () => ({ ok: true, observations: [...told] }),
  };
}

function observeItem(item: ItemAnswer, version: string): Observation[] {
  // A closed listing does not open again: it is listed anew under another id.
  if (item.status === "closed") return [deleted("product", item.id, version)];
  const seen = { version, bornAt: toTimestamp(item.date_created) };
  const variations = item.variations ?? [];
  const sold =
    variations.length === 0
      ? [
          {
            id: item.id,
            key: item.id,
            sku: skuOf(item),
            price: item.price,
            quantity: item.available_quantity,
          },
        ]
      : variations.map((each) => ({
          id: each.id,
          key: `${item.id}:${each.id}`,
          sku: skuOf(each),
          price: each.price ?? item.price,
          quantity: each.available_quantity,
        }));
  return [
    observed("product", { id: item.id, ...seen, state: toProduct(item) }),
    ...sold.flatMap(({ id: variantId, key, sku, price, quantity }) => [
      observed("price", {
        id: key,
        ...seen,
        state: {
          variantId,
          productId: item.id,
          sku,
          price: priceOf(price, item) ?? null,
          compareAtPrice: priceOf(item.original_price, item),
        },
      }),
      observed("stock", {
        id: key,
        ...seen,
        state: { inventoryItemId: key, variantId, productId: item.id, sku, available: quantity ?? null },
      }),
    ]),
  ];
}

function toProduct(item: ItemAnswer): Product {
  const status = fromTable(STATUSES, item.status);
  return {
    id: item.id,
    title: orAbsent(item.title),
    url: orNull(item.permalink),
    status,
    platformStatus: orNull(item.status),
    published: status === undefined || status === "unknown" ? undefined : status === "active",
    createdAt: toTimestamp(item.date_created),
    updatedAt: toTimestamp(item.last_updated),
    sku: skuOf(item),
    gtin: orNull(valueIn(item.attributes, "GTIN")),
    vendor: orNull(valueIn(item.attributes, "BRAND")),
    price: priceOf(item.price, item),
    compareAtPrice: priceOf(item.original_price, item),
    categories: orAbsent(item.category_id) === undefined ? undefined : [{ id: orAbsent(item.category_id) }],
    images: item.pictures?.flatMap((each) => {
      const url = orAbsent(each.secure_url) ?? orAbsent(each.url);
      return url === undefined ? [] : [{ id: orAbsent(each.id), url }];
    }),
    variants: item.variations?.map((each) => ({
      id: each.id,
      sku: skuOf(each),
      price: priceOf(each.price, item),
      options: each.attribute_combinations?.map(({ name, value_name }) => ({
        name: name ?? "",
        value: value_name ?? "",
      })),
    })),
    extra: filled({
      sellerId: item.seller_id,
      subStatus: item.sub_status,
      condition: item.condition,
      catalogProductId: item.catalog_product_id,
      inventoryId: item.inventory_id,
    }),
  };
}

function priceOf(value: string | null | undefined, { currency_id }: ItemAnswer): Product["price"] {
  return catalogPriceOf(value, currency_id ?? undefined);
}

/** The attribute is the seller's SKU; the custom field is a note of the seller's own. */
function skuOf(of: {
  attributes?: Attributes;
  seller_custom_field?: string | null | undefined;
}): string | null | undefined {
  return orNull(valueIn(of.attributes, "SELLER_SKU") ?? of.seller_custom_field);
}

function valueIn(list: Attributes, name: string): string | undefined {
  return list?.find((each) => each.id === name)?.value_name ?? undefined;
}
