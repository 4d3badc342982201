import { z } from "zod";
import { compareDecimals } from "../../canonical/money.ts";
import type { Product } from "../../canonical/product.ts";
import { amount, count, flag, id, idOrNone, listOf, objectOf, text } from "../../payload.ts";
import type { MapContext } from "../../platform.ts";
import { bodyOf } from "./body.ts";
import { toMeasures, toProductExtra, toTexts } from "./product-extra.ts";
import {
  blankToAbsent,
  blankToNull,
  createdAt,
  looseAmount,
  moment,
  stamps,
  toPrice,
  updatedAt,
} from "./values.ts";

const named = listOf(z.object({ id: idOrNone, name: text })).catch(undefined);
const image = z.object({ id: idOrNone, src: text, alt: text });
const ids = listOf(z.union([id, z.object({ id }).transform((entry) => entry.id)])).catch(undefined);
const attribute = z.object({
  name: text,
  variation: flag,
  option: text,
  options: listOf(z.unknown()).catch(undefined),
});

const product = z.object({
  id,
  ...stamps,
  name: text,
  slug: text,
  permalink: text,
  type: text,
  status: text,
  catalog_visibility: text,
  description: text,
  short_description: text,
  sku: text,
  global_unique_id: text,
  price: amount,
  regular_price: amount,
  sale_price: amount,
  date_on_sale_from: text,
  date_on_sale_from_gmt: text,
  date_on_sale_to: text,
  date_on_sale_to_gmt: text,
  featured: flag,
  virtual: flag,
  downloadable: flag,
  purchasable: flag,
  external_url: text,
  tax_status: text,
  tax_class: text,
  // true, false, or "parent": the stock of a variation is its parent's.
  manage_stock: text,
  stock_quantity: z.preprocess((value) => (value === false ? null : value), count),
  stock_status: text,
  backorders: text,
  low_stock_amount: looseNumber(),
  sold_individually: flag,
  weight: text,
  dimensions: objectOf(z.object({ length: looseAmount, width: looseAmount, height: looseAmount })).catch(
    undefined,
  ),
  shipping_class: text,
  shipping_class_id: idOrNone.catch(undefined),
  parent_id: idOrNone.catch(undefined),
  categories: named,
  tags: named,
  images: listOf(image).catch(undefined),
  image: objectOf(image).catch(undefined),
  attributes: listOf(attribute).catch(undefined),
  variations: ids,
  grouped_products: ids,
  upsell_ids: ids,
  cross_sell_ids: ids,
  menu_order: looseNumber(),
  _links: objectOf(z.object({ up: listOf(z.object({ href: text })) })).catch(undefined),
  // Read only to refuse an order or a refund under a product topic: that header is not signed.
  line_items: z.unknown().optional(),
});

/** A product or variation as the REST API answers it: https://woocommerce.github.io/woocommerce-rest-api-docs/#products */
export const productPayload = bodyOf(product.refine(isProduct, "is no product: topic and body do not fit"));
export type ProductPayload = z.output<typeof product>;

/** `publish` and `draft` are documented; the other post statuses of WordPress are unverified for products. */
const STATUSES: Readonly<Record<string, NonNullable<Product["status"]>>> = {
  publish: "active",
  draft: "draft",
  pending: "draft",
  future: "draft",
  "auto-draft": "draft",
};

function looseNumber() {
  return count.catch(undefined);
}

function isProduct(body: ProductPayload): boolean {
  const signs = [body.name, body.price, body.regular_price, body.stock_quantity, body.stock_status, body.sku];
  return body.line_items === undefined && signs.some((sign) => sign !== undefined);
}

/** The canonical product. A variation is a product of its own with a parent; a parent knows its variations by id. */
export function toProduct(body: ProductPayload, context: MapContext): Product {
  const status = blankToAbsent(body.status);
  return {
    id: body.id,
    parentId: parentIdOf(body),
    title: body.name ?? undefined,
    handle: blankToNull(body.slug),
    url: toUrl(body.permalink),
    description: blankToNull(body.description),
    shortDescription: blankToNull(body.short_description),
    type: blankToNull(body.type),
    status: status === undefined ? undefined : ownEntry(STATUSES, status),
    platformStatus: status,
    published: status === undefined ? undefined : status === "publish",
    createdAt: createdAt(body),
    updatedAt: updatedAt(body),
    sku: blankToNull(body.sku),
    gtin: blankToNull(body.global_unique_id),
    price: toPrice(body.price, context),
    compareAtPrice: compareAtPrice(body, context),
    saleFrom: moment(body.date_on_sale_from_gmt, body.date_on_sale_from),
    saleTo: moment(body.date_on_sale_to_gmt, body.date_on_sale_to),
    tags: body.tags?.flatMap(({ name }) => (name ? [name] : [])),
    categories: body.categories?.map(({ id, name }) => ({ id: id ?? undefined, name: name ?? undefined })),
    options: toOptions(body),
    images: toImages(body),
    ...toMeasures(body, context),
    variantIds: body.type === "variable" ? body.variations : undefined,
    extra: toProductExtra(body, context),
  };
}

/** The parent of a variation, null for a product that has none. Some bodies tell it only by their link upwards. */
export function parentIdOf(body: ProductPayload): string | null | undefined {
  if (body.parent_id !== undefined) return body.parent_id;
  const up = body._links?.up?.map(({ href }) => /\/products\/(\d+)\/?$/.exec(href ?? "")?.[1]);
  return up?.find((found) => found !== undefined);
}

/** The price before a reduction; null when the price is not reduced. */
export function compareAtPrice(body: ProductPayload, context: MapContext): Product["compareAtPrice"] {
  const { price, regular_price: regular } = body;
  if (price === undefined || regular === undefined) return undefined;
  const isReduced = price !== null && regular !== null && compareDecimals(price, regular) < 0;
  return isReduced ? toPrice(regular, context) : null;
}

function ownEntry(table: typeof STATUSES, word: string): NonNullable<Product["status"]> {
  return (Object.hasOwn(table, word) ? table[word] : undefined) ?? "unknown";
}

/** A product without an address sends `false` or `0`. */
function toUrl(permalink: string | null | undefined): string | null | undefined {
  if (permalink === undefined) return undefined;
  return permalink?.includes("/") ? permalink : null;
}

/** What variations differ in; a variation itself names one value of each. */
function toOptions(body: ProductPayload): Product["options"] {
  return body.attributes?.flatMap(({ name, variation, option, options }) => {
    if (!name || (variation !== true && option == null)) return [];
    return [{ name, values: option == null ? toTexts(options) : [option] }];
  });
}

function toImages(body: ProductPayload): Product["images"] {
  const images = body.images ?? (body.image ? [body.image] : undefined);
  return images?.flatMap(({ id, src, alt }) =>
    src ? [{ id: id ?? undefined, url: src, alt: blankToNull(alt) }] : [],
  );
}
