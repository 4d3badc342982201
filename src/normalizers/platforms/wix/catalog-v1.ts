/**
 * Catalogues of version 1. Their events carry no id and no time, and mostly only name the product; the token's `iat` stands
 * in for the time where nothing is read. A site has a catalogue of version 1 or 3, never both.
 */
import { z } from "zod";
import type { Stock } from "../../canonical/product.ts";
import { toTimestamp, toVersion } from "../../canonical/time.ts";
import { versionFrom } from "../../fields.ts";
import { apiPath, hydrated, mapAnswer } from "../../hydration.ts";
import { count, flag, id, listOf, objectOf, text } from "../../payload.ts";
import {
  deleted,
  type MapContext,
  type Observation,
  observed,
  on,
  type TopicHandler,
} from "../../platform.ts";
import { claimsOf } from "./envelope.ts";
import { stockWord } from "./inventory.ts";
import { variantOf } from "./line-item.ts";

const productNamed = claimsOf(z.object({ productId: id }));
const newValue = objectOf(z.object({ quantity: count, inStock: flag }));
const variantsChanged = claimsOf(
  z.object({ inventoryItemId: id, productId: id, variants: listOf(z.object({ id, newValue })) }),
);

const inventoryAnswer = z.object({
  inventoryItem: z.object({
    id,
    productId: id,
    trackQuantity: flag,
    lastUpdated: text,
    variants: listOf(z.object({ variantId: id, inStock: flag, quantity: count })),
  }),
});

/**
 * The stock of all variants is read:
 * https://dev.wix.com/docs/api-reference/business-solutions/stores/catalog-v1/inventory/get-inventory-variants
 */
export const inventoryItemChanged: TopicHandler = hydrated(productNamed, ({ data }) => {
  const { productId } = data.data;
  return {
    key: `inventory:${productId}`,
    reads: () => [
      {
        name: "item",
        method: "POST",
        path: apiPath`/stores-reader/v2/inventoryItems/product/${productId}/getVariants`,
        body: {},
        mayBeGone: true,
      },
    ],
    map: ({ item }, readAt) =>
      item === undefined
        ? { ok: true, observations: [] }
        : mapAnswer("item", item, inventoryAnswer, ({ inventoryItem }) =>
            toStocks(inventoryItem, toVersion(inventoryItem.lastUpdated) ?? toVersion(readAt) ?? ""),
          ),
    // The webhook names the product; which variant changed, and to what, it does not say.
    partial: () => ({ ok: true, observations: [] }),
  };
});

export const inventoryVariantsChanged = on(variantsChanged, ({ data }, context) => {
  const { inventoryItemId, productId, variants = [] } = data.data;
  return variants.map((each) =>
    stockOf(
      { inventoryItemId, productId, variantId: each.id, ...each.newValue },
      versionFrom(context, context.at),
    ),
  );
});

/** The event has no state but that the product is gone. */
export const productDeletedV1 = on(productNamed, ({ data }, context: MapContext) => [
  deleted("product", data.data.productId, versionFrom(context, context.at)),
]);

function toStocks(item: z.output<typeof inventoryAnswer>["inventoryItem"], version: string): Observation[] {
  return (item.variants ?? []).map(({ variantId, inStock, quantity }) =>
    stockOf(
      {
        inventoryItemId: item.id,
        productId: item.productId,
        variantId,
        inStock,
        quantity: item.trackQuantity === false ? undefined : quantity,
        updatedAt: toTimestamp(item.lastUpdated),
      },
      version,
    ),
  );
}

interface Counted {
  readonly inventoryItemId: string;
  readonly productId: string;
  readonly variantId: string;
  readonly quantity?: number | null | undefined;
  readonly inStock?: boolean | undefined;
  readonly updatedAt?: string | undefined;
}

/** The inventory item is the product's, so the variant belongs to the identity of what is counted. */
function stockOf({ variantId, quantity, inStock, updatedAt, ...ids }: Counted, version: string) {
  const state: Stock = {
    inventoryItemId: ids.inventoryItemId,
    productId: ids.productId,
    variantId: variantOf(variantId) ?? undefined,
    available: quantity ?? null,
    status: inStock === undefined ? undefined : stockWord(inStock),
    tracked: quantity !== undefined && quantity !== null,
    updatedAt,
  };
  return observed("stock", { id: `${ids.inventoryItemId}@${variantId}`, version, state });
}
