import { z } from "zod";
import type { Product } from "../../canonical/product.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { orAbsent, orNull } from "../../fields.ts";
import { count, flag, id, idOrNone, listOf, objectOf, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { money, moneyOf, versionOf } from "./event.ts";

export const variantFields = z.object({
  id,
  name: text,
  sku: text,
  updatedAt: text,
  product: objectOf(z.object({ id: idOrNone })),
  channelListings: listOf(
    z.object({ channel: z.object({ slug: z.string().min(1) }), price: money, priorPrice: money }),
  ),
  stocks: listOf(z.object({ warehouse: z.object({ id }), quantity: count, quantityAllocated: count })),
});
export type VariantFields = z.output<typeof variantFields>;

export const productFields = z.object({
  id,
  name: text,
  slug: text,
  created: text,
  updatedAt: text,
  category: objectOf(z.object({ id, name: text })),
  productType: objectOf(z.object({ name: text })),
  channelListings: listOf(z.object({ isPublished: flag })),
  variants: listOf(variantFields),
});

export function observeProduct(
  body: z.output<typeof productFields>,
  context: MapContext,
  issued: string | null | undefined,
): Observation[] {
  const version = versionOf(context, body.updatedAt, issued);
  const variants = body.variants ?? [];
  return [
    observed("product", {
      id: body.id,
      version,
      state: toProduct(body),
      bornAt: toTimestamp(body.created),
      isNew: context.topic === "product_created",
    }),
    ...variants.flatMap((each) => [
      ...observePrices({ ...each, product: { id: body.id } }, version),
      ...observeStocks({ ...each, product: { id: body.id } }, version),
    ]),
  ];
}

/** One price for each channel; buyers of one channel never see the other's. */
export function observePrices({ product, ...variant }: VariantFields, version: string): Observation[] {
  return (variant.channelListings ?? []).map(({ channel, price, priorPrice }) =>
    observed("price", {
      id: `${variant.id}@${channel.slug}`,
      version,
      state: {
        variantId: variant.id,
        productId: product?.id ?? undefined,
        sku: orNull(variant.sku),
        price: moneyOf(price) ?? null,
        compareAtPrice: moneyOf(priorPrice),
      },
    }),
  );
}

/** What is allocated to orders lies in the warehouse but cannot be sold. */
export function observeStocks({ product, ...variant }: VariantFields, version: string): Observation[] {
  return (variant.stocks ?? []).map(({ warehouse, quantity, quantityAllocated }) =>
    observed("stock", {
      id: `${variant.id}@${warehouse.id}`,
      version,
      state: {
        inventoryItemId: variant.id,
        variantId: variant.id,
        productId: product?.id ?? undefined,
        sku: orNull(variant.sku),
        locationId: warehouse.id,
        available: quantity === null || quantity === undefined ? null : quantity - (quantityAllocated ?? 0),
      },
    }),
  );
}

/** Published in any channel counts as published. */
function toProduct(body: z.output<typeof productFields>): Product {
  return {
    id: body.id,
    title: orAbsent(body.name),
    handle: orNull(body.slug),
    type: orNull(body.productType?.name),
    published: body.channelListings?.some(({ isPublished }) => isPublished === true),
    createdAt: toTimestamp(body.created),
    updatedAt: toTimestamp(body.updatedAt),
    categories: body.category ? [{ id: body.category.id, name: orAbsent(body.category.name) }] : undefined,
    variants: body.variants?.map((each) => ({
      id: each.id,
      sku: orNull(each.sku),
      title: orNull(each.name),
    })),
  };
}
