/**
 * Stock with and without locations. Topics of products and variants count one stock for all locations; topics of a channel
 * name the location. Where a product is counted as a whole, its own id stands for the item.
 */
import { z } from "zod";
import { orNull } from "../../fields.ts";
import { apiPath, type Hydration, mapAnswer } from "../../hydration.ts";
import { count, id, idOrNone, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { versionOf, versionOfWebhook } from "./values.ts";

/** Pieces of what: a variant, or a product that is counted as a whole. */
interface Item {
  readonly productId?: string | undefined;
  readonly variantId?: string | undefined;
}

interface Counted {
  readonly id: string;
  readonly inventory_tracking?: string | null | undefined;
  readonly inventory_level?: number | null | undefined;
  readonly variants?:
    | readonly {
        readonly id: string;
        readonly sku?: string | null | undefined;
        readonly inventory_level?: number | null | undefined;
      }[]
    | undefined;
}

/** `inventory_tracking` is `product`, `variant` or `none`; nothing is told for a word that is not one of them. */
export function stocksOf(product: Counted, readAt: string): Observation[] {
  // A change of stock does not always move the product's change time, so the moment of reading stands in for it.
  const version = versionOf(undefined, readAt);
  switch (product.inventory_tracking) {
    case "product":
      return [
        told(
          { productId: product.id },
          { available: product.inventory_level ?? null, tracked: true },
          version,
        ),
      ];
    case "variant":
      return (product.variants ?? []).map((each) =>
        told(
          { productId: product.id, variantId: each.id },
          { available: each.inventory_level ?? null, tracked: true, sku: orNull(each.sku) },
          version,
        ),
      );
    case "none":
      return (product.variants ?? []).map((each) =>
        told(
          { productId: product.id, variantId: each.id },
          { available: null, tracked: false, sku: orNull(each.sku) },
          version,
        ),
      );
    default:
      return [];
  }
}

export const inventoryPayload = z
  .object({ product_id: idOrNone, variant_id: idOrNone, method: text, value: count })
  .optional();

/** What the webhook alone says of a level. Only `absolute` names it: https://developer.bigcommerce.com/docs/integrations/webhooks/events */
export function tellLevel(inventory: z.output<typeof inventoryPayload>, context: MapContext): Observation[] {
  const { product_id: productId, variant_id: variantId, method, value } = inventory ?? {};
  if (method !== "absolute" || typeof value !== "number" || !(variantId ?? productId)) return [];
  const item = { productId: productId ?? undefined, variantId: variantId ?? undefined };
  return [told(item, { available: value }, versionOfWebhook(context))];
}

const itemsAnswer = z.object({
  data: z.array(
    z.object({
      identity: z.object({ sku: text, variant_id: idOrNone, product_id: idOrNone }),
      locations: z.array(z.object({ location_id: id, available_to_sell: count })),
    }),
  ),
});

/** `GET /v3/inventory/items`: https://developer.bigcommerce.com/docs/rest-management/inventory/items */
export function readStock(item: { productId: string; variantId: string; locationId: string }): Hydration {
  const { productId, variantId, locationId } = item;
  return {
    key: `stock:${variantId}@${locationId}`,
    reads: () => [
      {
        name: "items",
        path: apiPath`/v3/inventory/items?variant_id:in=${variantId}&location_id:in=${locationId}`,
      },
    ],
    map: ({ items }, readAt) =>
      mapAnswer("items", items, itemsAnswer, ({ data }) =>
        data.flatMap(({ identity, locations }) =>
          locations.map((location) =>
            told(
              { productId: identity.product_id ?? productId, variantId: identity.variant_id ?? variantId },
              {
                available: location.available_to_sell ?? null,
                sku: orNull(identity.sku),
                locationId: location.location_id,
              },
              versionOf(undefined, readAt),
            ),
          ),
        ),
      ),
    // The webhook names item and place, but no count.
    partial: () => ({ ok: true, observations: [] }),
  };
}

function told(
  { productId, variantId }: Item,
  state: {
    readonly available: number | null;
    readonly tracked?: boolean;
    readonly sku?: string | null | undefined;
    readonly locationId?: string;
  },
  version: string,
): Observation {
  const item = variantId ?? `product:${productId}`;
  const { locationId } = state;
  return observed("stock", {
    id: locationId === undefined ? item : `${item}@${locationId}`,
    version,
    state: { inventoryItemId: item, variantId, productId, ...state },
  });
}
