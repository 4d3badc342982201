/** A product of a catalogue of version 1: the event names it, the API tells it. */
import { z } from "zod";
import type { Product } from "../../canonical/product.ts";
import { toTimestamp, toVersion } from "../../canonical/time.ts";
import { currencyOf, orAbsent, orNull, pickExtra, raw } from "../../fields.ts";
import { apiPath, hydrated, mapAnswer } from "../../hydration.ts";
import { amount, flag, id, objectOf, text } from "../../payload.ts";
import { deleted, type Observation, observed } from "../../platform.ts";
import { toCatalogPrice } from "./catalog-price.ts";
import { claimsOf } from "./envelope.ts";

const extraFields = { productType: raw, productOptions: raw, manageVariants: raw, ribbon: raw, stock: raw };

const productAnswer = z.object({
  product: z.object({
    id,
    name: text,
    slug: text,
    visible: flag,
    description: text,
    sku: text,
    brand: text,
    lastUpdated: text,
    priceData: objectOf(z.object({ currency: text, price: amount, discountedPrice: amount })),
    ...extraFields,
  }),
});
type ProductAnswer = z.output<typeof productAnswer>["product"];

export const productChangedV1 = hydrated(claimsOf(z.object({ productId: id })), ({ data }, context) => {
  const { productId } = data.data;
  return {
    key: `product:${productId}`,
    // Below /stores only changes are made: https://dev.wix.com/docs/api-reference/business-solutions/stores/catalog-v1
    reads: () => [
      { name: "product", path: apiPath`/stores-reader/v1/products/${productId}`, mayBeGone: true },
    ],
    map: ({ product }, readAt) =>
      product === undefined
        ? { ok: true, observations: [deleted("product", productId, toVersion(readAt) ?? "")] }
        : mapAnswer("product", product, productAnswer, ({ product: read }) =>
            observe(
              read,
              toVersion(read.lastUpdated) ?? toVersion(readAt) ?? "",
              context.topic.endsWith("Created"),
            ),
          ),
    // Only the id is known, and a state would replace what is.
    partial: () => ({ ok: true, observations: [] }),
  };
});

function observe(read: ProductAnswer, version: string, isNew: boolean): Observation[] {
  const currency = currencyOf(read.priceData?.currency);
  const { price, discountedPrice } = read.priceData ?? {};
  const now = toCatalogPrice({ amount: discountedPrice ?? price }, currency);
  const before = discountedPrice === price ? undefined : toCatalogPrice({ amount: price }, currency);
  const state: Product = {
    id: read.id,
    title: orAbsent(read.name),
    handle: orNull(read.slug),
    description: orNull(read.description),
    vendor: orNull(read.brand),
    published: read.visible,
    sku: orNull(read.sku),
    price: now,
    compareAtPrice: before,
    updatedAt: toTimestamp(read.lastUpdated),
    extra: pickExtra(extraFields, read),
  };
  // Variants with prices of their own are not part of the answer; the product's price stands for them.
  return [
    observed("product", { id: read.id, version, state, isNew }),
    ...(now
      ? [
          observed("price", {
            id: read.id,
            version,
            isNew,
            state: { variantId: read.id, productId: read.id, price: now, compareAtPrice: before },
          }),
        ]
      : []),
  ];
}
