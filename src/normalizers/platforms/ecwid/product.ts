import { z } from "zod";
import type { Product } from "../../canonical/product.ts";
import { toVersion } from "../../canonical/time.ts";
import { catalogPriceOf, filled, orAbsent, orNull } from "../../fields.ts";
import { apiPath, type Hydration, mapAnswer } from "../../hydration.ts";
import { amount, count, flag, id, listOf, text } from "../../payload.ts";
import { deleted, type MapContext, type Observation, observed } from "../../platform.ts";
import { momentOf, readProfile, storeCurrency, versionOf } from "./values.ts";

const counted = { sku: text, quantity: count, unlimited: flag, price: amount, compareToPrice: amount };
const combination = z.object({
  id,
  ...counted,
  options: listOf(z.object({ name: text, value: text })).catch(undefined),
});
const productAnswer = z.object({
  id,
  ...counted,
  inStock: flag,
  name: text,
  description: text,
  url: text,
  enabled: flag,
  created: text,
  updated: text,
  createTimestamp: count,
  updateTimestamp: count,
  isShippingRequired: flag,
  categoryIds: z.array(id).optional().catch(undefined),
  attributes: listOf(z.object({ name: text, value: text, type: text })).catch(undefined),
  combinations: listOf(combination),
  media: z
    .object({ images: listOf(z.object({ imageOriginalUrl: text })) })
    .nullish()
    .catch(undefined),
});
type ProductAnswer = z.output<typeof productAnswer>;
type Counted = Pick<ProductAnswer, "sku" | "quantity" | "unlimited" | "price" | "compareToPrice">;

/** `GET /products/{id}`: https://docs.ecwid.com/api-reference/rest-api/products/get-product */
export function readProduct(productId: string, context: MapContext, told: readonly Observation[]): Hydration {
  return {
    key: `product:${productId}`,
    reads: () => [
      { name: "product", path: apiPath`/products/${productId}`, mayBeGone: true },
      ...readProfile(context),
    ],
    map: ({ product, profile }, readAt) =>
      product === undefined
        ? { ok: true, observations: [deleted("product", productId, toVersion(readAt) ?? "")] }
        : mapAnswer("product", product, productAnswer, (answer) =>
            observeProduct(answer, storeCurrency(context, profile), readAt),
          ),
    partial: () => ({ ok: true, observations: [...told] }),
  };
}

function observeProduct(product: ProductAnswer, currency: string | undefined, readAt: string): Observation[] {
  const seen = {
    version: versionOf({ updateTimestamp: product.updateTimestamp, updateDate: product.updated }, readAt),
    bornAt: momentOf(product.createTimestamp, product.created),
  };
  const own = { productId: product.id, variantId: product.id };
  return [
    observed("product", { id: product.id, ...seen, state: toProduct(product, currency) }),
    ...observeVariant(product, own, currency, seen),
    ...(product.combinations ?? []).flatMap((each) => {
      const variant = { productId: product.id, variantId: each.id };
      const all = observeVariant(each, variant, currency, seen);
      // A variation without an SKU of its own is counted with the product.
      return orAbsent(each.sku) === undefined ? all.filter((one) => !isStock(one)) : all;
    }),
  ];
}

/** Ids of products and of variations are counted apart, so a variation's entities carry both. */
function observeVariant(
  item: Counted,
  { productId, variantId }: { readonly productId: string; readonly variantId: string },
  currency: string | undefined,
  seen: { readonly version: string; readonly bornAt: string | undefined },
): Observation[] {
  const entity = { id: variantId === productId ? productId : `${productId}:${variantId}`, ...seen };
  const sku = orNull(item.sku);
  return [
    observed("price", {
      ...entity,
      state: {
        variantId,
        productId,
        sku,
        price: catalogPriceOf(item.price, currency) ?? null,
        compareAtPrice: catalogPriceOf(item.compareToPrice, currency),
      },
    }),
    observed("stock", {
      ...entity,
      state: {
        inventoryItemId: entity.id,
        variantId,
        productId,
        sku,
        // The quantity is absent where there is no end of it.
        available: item.unlimited === true ? null : (item.quantity ?? null),
        tracked: item.unlimited === undefined ? item.quantity != null : !item.unlimited,
      },
    }),
  ];
}

function isStock(observation: Observation): boolean {
  return observation.kind === "state" && observation.resource === "stock";
}

function toProduct(product: ProductAnswer, currency: string | undefined): Product {
  const code = product.attributes?.find(({ type }) => type === "UPC");
  const brand = product.attributes?.find(({ type }) => type === "BRAND");
  return {
    id: product.id,
    title: orAbsent(product.name),
    url: orNull(product.url),
    description: orNull(product.description),
    vendor: orNull(brand?.value),
    status: product.enabled === undefined ? undefined : product.enabled ? "active" : "draft",
    published: product.enabled,
    createdAt: momentOf(product.createTimestamp, product.created),
    updatedAt: momentOf(product.updateTimestamp, product.updated),
    sku: orNull(product.sku),
    gtin: orNull(code?.value),
    price: catalogPriceOf(product.price, currency),
    compareAtPrice: catalogPriceOf(product.compareToPrice, currency),
    categories: product.categoryIds?.map((category) => ({ id: category })),
    images: product.media?.images?.flatMap(({ imageOriginalUrl: url }) => (url ? [{ url }] : [])),
    variants: product.combinations?.map((each) => ({
      id: each.id,
      sku: orNull(each.sku),
      title: each.options?.map(({ value }) => value ?? "").join(" / "),
      price: catalogPriceOf(each.price, currency),
      options: each.options?.map(({ name, value }) => ({ name: name ?? "", value: value ?? "" })),
    })),
    extra: filled({ inStock: product.inStock }),
  };
}
