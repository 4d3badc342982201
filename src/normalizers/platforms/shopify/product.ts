/** `products/*`: the product, and for each variant its price and which inventory item counts its stock. */
import { z } from "zod";
import type { Product } from "../../canonical/product.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { id, listOf, text } from "../../payload.ts";
import { type MapContext, type Observation, observed, reference } from "../../platform.ts";
import { toCatalogPrice } from "./catalog-price.ts";
import { gidTail, identified } from "./gid.ts";
import { currencyOf } from "./money-set.ts";
import { momentOrNull, orNull, raw, tagList, textList, toExtra, versionOf } from "./text.ts";
import { toVariant, type VariantPayload, variantPayload } from "./variant.ts";

const extraShape = {
  template_suffix: raw,
  published_scope: raw,
  category: raw,
  has_variants_that_requires_components: raw,
};

const imagePayload = identified(z.object({ id: id.nullish(), src: text, alt: text }));

const productObject = z.object({
  ...extraShape,
  id,
  title: text,
  handle: text,
  body_html: text,
  vendor: text,
  product_type: text,
  status: text,
  created_at: text,
  updated_at: text,
  published_at: text,
  tags: tagList,
  variants: listOf(variantPayload),
  variant_gids: listOf(z.object({ admin_graphql_api_id: text })),
  options: listOf(z.object({ name: text, values: textList })).catch(undefined),
  images: listOf(imagePayload).catch(undefined),
  image: imagePayload.nullish().catch(undefined),
});
export const productPayload = identified(productObject);
type ProductPayload = z.output<typeof productObject>;

export function observeProduct(payload: ProductPayload, context: MapContext): Observation[] {
  const version = versionOf(context, payload.updated_at);
  const currency = currencyOf(context.options.currency);
  const isNew = context.topic === "products/create";
  return [
    observed("product", {
      id: payload.id,
      version,
      state: toProduct(payload, currency),
      bornAt: toTimestamp(payload.created_at),
      isNew,
    }),
    ...(payload.variants ?? []).flatMap((variant) => [
      ...observePrice(variant, { productId: payload.id, version, currency, isNew }),
      ...refer(variant, payload.id),
    ]),
  ];
}

interface Priced {
  readonly productId: string;
  readonly version: string;
  readonly currency: string | undefined;
  readonly isNew: boolean;
}

function observePrice(
  variant: VariantPayload,
  { productId, version, currency, isNew }: Priced,
): Observation[] {
  if (variant.price === undefined) return [];
  return [
    observed("price", {
      id: variant.id,
      version,
      state: {
        variantId: variant.id,
        productId,
        sku: orNull(variant.sku),
        price: toCatalogPrice(variant.price, currency) ?? null,
        compareAtPrice: toCatalogPrice(variant.compare_at_price, currency),
      },
      bornAt: toTimestamp(variant.created_at),
      isNew,
    }),
  ];
}

/** Stock topics name only the inventory item. */
function refer(variant: VariantPayload, productId: string): Observation[] {
  const { inventory_item_id: itemId, sku } = variant;
  if (!itemId) return [];
  return [
    reference(itemId, {
      variantId: variant.id,
      productId,
      ...(sku === undefined ? {} : { sku: sku || null }),
    }),
  ];
}

function toProduct(payload: ProductPayload, currency: string | undefined): Product {
  const images = payload.images ?? (payload.image ? [payload.image] : undefined);
  return {
    id: payload.id,
    title: payload.title ?? undefined,
    handle: orNull(payload.handle),
    description: orNull(payload.body_html),
    vendor: orNull(payload.vendor),
    type: orNull(payload.product_type),
    status: toStatus(payload.status),
    platformStatus: payload.status,
    published: isPublished(payload),
    publishedAt: momentOrNull(payload.published_at),
    createdAt: toTimestamp(payload.created_at),
    updatedAt: toTimestamp(payload.updated_at),
    tags: payload.tags,
    options: payload.options?.map((option) => ({
      name: option.name ?? "",
      values: option.values ?? [],
    })),
    images: images?.flatMap((image) =>
      image.src ? [{ id: image.id ?? undefined, url: image.src, alt: orNull(image.alt) }] : [],
    ),
    variants: payload.variants?.map((variant) => toVariant(variant, payload.options, currency)),
    variantIds: toVariantIds(payload),
    extra: toExtra(extraShape, payload),
  };
}

/**
 * Only the first 100 variants are detailed, the list of gids is whole:
 * https://github.com/useairfoil/typescript-sdk connectors/producer-shopify/AGENTS.md
 */
function toVariantIds(payload: ProductPayload): string[] | undefined {
  const ids = payload.variant_gids?.flatMap((variant) => gidTail(variant.admin_graphql_api_id) ?? []);
  return ids && ids.length > (payload.variants?.length ?? 0) ? ids : undefined;
}

/** `unlisted` (since 2025-10, unverified) has a page but stands in no list; it stays "unknown" beside its own word. */
function toStatus(status: string | null | undefined): Product["status"] {
  switch (status) {
    case undefined:
    case null:
      return undefined;
    case "active":
    case "draft":
    case "archived":
      return status;
    default:
      return "unknown";
  }
}

function isPublished({ published_at, status }: ProductPayload): boolean | undefined {
  if (status === "draft" || status === "archived") return false;
  return published_at === undefined ? undefined : published_at !== null && published_at !== "";
}
