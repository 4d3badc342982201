import type { Product } from "../../canonical/product.ts";
import { toWeight } from "./order-lines.ts";
import { attribute, type ProductPayload } from "./product-payload.ts";
import { priceOf } from "./product-price.ts";
import { blankToAbsent, blankToNull, looseAmount, type Seen, stampsOf, toExtra, toPrice } from "./values.ts";

/** magento/magento2, app/code/Magento/Catalog: 1 enabled, 2 disabled. */
const STATUSES: Readonly<Record<string, NonNullable<Product["status"]>>> = { 1: "active", 2: "draft" };
/** 1 is "not visible individually": a variant that buyers see through its parent. */
const HIDDEN = "1";

export function toProduct(body: ProductPayload, seen: Seen): Product {
  const { options } = seen;
  const status = blankToAbsent(body.status);
  const price = priceOf(body, seen);
  return {
    id: body.id,
    title: body.name ?? undefined,
    handle: blankToNull(attribute(body, "url_key")),
    description: blankToNull(attribute(body, "description")),
    shortDescription: blankToNull(attribute(body, "short_description")),
    type: blankToNull(body.type_id),
    status: status === undefined ? undefined : toStatus(status),
    platformStatus: status,
    published: status === undefined ? undefined : status === "1" && body.visibility !== HIDDEN,
    ...stampsOf(body),
    sku: blankToNull(body.sku),
    price: toPrice(price.now, options),
    compareAtPrice: toPrice(price.before, options),
    categories: toCategoryIds(body)?.map((categoryId) => ({ id: categoryId })),
    weight: toWeight(looseAmount.parse(body.weight), options.weightUnit),
    variantIds: body.extension_attributes?.configurable_product_links,
    extra: toExtra({
      attributeSetId: body.attribute_set_id,
      visibility: body.visibility,
      websiteIds: body.extension_attributes?.website_ids,
      // Paths below the shop's media folder, whose address the body does not tell.
      imageFiles: body.media_gallery_entries?.flatMap(({ file, disabled }) =>
        file && disabled !== true ? [file] : [],
      ),
      weight: options.weightUnit === undefined ? body.weight : undefined,
    }),
  };
}

function toCategoryIds(body: ProductPayload): string[] | undefined {
  const links = body.extension_attributes?.category_links;
  return links?.map(({ category_id }) => category_id) ?? body.category_ids;
}

function toStatus(word: string): NonNullable<Product["status"]> {
  return (Object.hasOwn(STATUSES, word) ? STATUSES[word] : undefined) ?? "unknown";
}
