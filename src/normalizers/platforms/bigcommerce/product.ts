import { z } from "zod";
import type { Product } from "../../canonical/product.ts";
import { catalogPriceOf, filled, orAbsent, orNull } from "../../fields.ts";
import { type Hydration, apiPath, mapAnswer } from "../../hydration.ts";
import { amount, count, flag, id, idOrNone, listOf, text } from "../../payload.ts";
import { deleted, type MapContext, type Observation, observed } from "../../platform.ts";
import { stocksOf } from "./stock.ts";
import { momentOf, versionOf } from "./values.ts";

const variant = z.object({
  id,
  product_id: idOrNone,
  sku: text,
  upc: text,
  gtin: text,
  price: amount,
  sale_price: amount,
  calculated_price: amount,
  inventory_level: count,
  option_values: listOf(z.object({ label: text, option_display_name: text })),
});

/** `GET /v3/catalog/products/{id}?include=variants,images`: https://developer.bigcommerce.com/docs/rest-catalog/products */
export const productAnswer = z.object({
  data: z.object({
    id,
    name: text,
    type: text,
    sku: text,
    upc: text,
    gtin: text,
    mpn: text,
    description: text,
    price: amount,
    sale_price: amount,
    retail_price: amount,
    cost_price: amount,
    calculated_price: amount,
    categories: z.array(id).optional().catch(undefined),
    brand_id: idOrNone,
    inventory_level: count,
    inventory_tracking: text,
    is_visible: flag,
    availability: text,
    condition: text,
    date_created: text,
    date_modified: text,
    base_variant_id: idOrNone,
    custom_url: z.object({ url: text }).nullish().catch(undefined),
    tax_class_id: idOrNone,
    product_tax_code: text,
    images: listOf(z.object({ id: idOrNone, url_standard: text, description: text })).catch(undefined),
    variants: listOf(variant),
  }),
});
export type ProductAnswer = z.output<typeof productAnswer>["data"];
type Variant = z.output<typeof variant>;

/** All of a product; `told` is what the webhook alone says. */
export function readProduct(productId: string, context: MapContext, told: readonly Observation[]): Hydration {
  return {
    key: `product:${productId}`,
    reads: () => [
      {
        name: "product",
        path: apiPath`/v3/catalog/products/${productId}?include=variants,images`,
        mayBeGone: true,
      },
    ],
    map: ({ product }, readAt) =>
      product === undefined
        ? { ok: true, observations: [deleted("product", productId, versionOf(undefined, readAt))] }
        : mapAnswer("product", product, productAnswer, ({ data }) => observeProduct(data, context, readAt)),
    partial: () => ({ ok: true, observations: [...told] }),
  };
}

function observeProduct(product: ProductAnswer, { options }: MapContext, readAt: string): Observation[] {
  const version = versionOf(product.date_modified, readAt);
  const bornAt = momentOf(product.date_created);
  const priceOf = (value: string | null | undefined) => catalogPriceOf(value, options.currency);
  return [
    observed("product", { id: product.id, version, bornAt, state: toProduct(product, options) }),
    ...(product.variants ?? []).map((each) =>
      observed("price", {
        id: each.id,
        version,
        bornAt,
        state: {
          variantId: each.id,
          productId: product.id,
          sku: orNull(each.sku),
          price:
            priceOf(each.calculated_price ?? each.price ?? product.calculated_price ?? product.price) ?? null,
          // A variant without a price of its own has the product's.
          regularPrice: priceOf(each.price ?? product.price),
          salePrice: priceOf(saleOf(each.sale_price ?? product.sale_price)),
        },
      }),
    ),
    ...stocksOf(product, readAt),
  ];
}

function toProduct(product: ProductAnswer, options: MapContext["options"]): Product {
  const priceOf = (value: string | null | undefined) => catalogPriceOf(value, options.currency);
  return {
    id: product.id,
    title: product.name ?? undefined,
    handle: orNull(product.custom_url?.url),
    description: orNull(product.description),
    type: orNull(product.type),
    status: product.is_visible === undefined ? undefined : product.is_visible ? "active" : "draft",
    platformStatus: orNull(product.availability),
    published: product.is_visible,
    createdAt: momentOf(product.date_created),
    updatedAt: momentOf(product.date_modified),
    sku: orNull(product.sku),
    gtin: orAbsent(product.gtin) ?? orNull(product.upc),
    price: priceOf(product.calculated_price ?? product.price),
    compareAtPrice: priceOf(saleOf(product.retail_price)),
    categories: product.categories?.map((category) => ({ id: category })),
    images: product.images?.flatMap((image) =>
      image.url_standard
        ? [{ id: image.id ?? undefined, url: image.url_standard, alt: orNull(image.description) }]
        : [],
    ),
    variants: product.variants?.map((each) => toVariant(each, product, priceOf)),
    extra: filled({
      mpn: product.mpn,
      brandId: product.brand_id,
      condition: product.condition,
      costPrice: priceOf(saleOf(product.cost_price)),
      taxClassId: product.tax_class_id,
      taxCode: product.product_tax_code,
      inventoryTracking: product.inventory_tracking,
    }),
  };
}

function toVariant(
  each: Variant,
  product: ProductAnswer,
  priceOf: (value: string | null | undefined) => Product["price"],
): NonNullable<Product["variants"]>[number] {
  const values = each.option_values ?? [];
  return {
    id: each.id,
    sku: orNull(each.sku),
    gtin: orAbsent(each.gtin) ?? orNull(each.upc),
    title: values.length === 0 ? null : values.map(({ label }) => label ?? "").join(" / "),
    price: priceOf(each.calculated_price ?? each.price ?? product.price),
    options: values.map(({ option_display_name, label }) => ({
      name: option_display_name ?? "",
      value: label ?? "",
    })),
  };
}

/** Zero stands for "none" in all prices but the price itself. */
function saleOf(value: string | null | undefined): string | null | undefined {
  return value === "0" ? null : value;
}
