/** A product as `POST /api/search/product` gives it -> the canonical product and its stock. */
import { z } from "zod";
import { toMoney } from "../../canonical/money.ts";
import type { Product, Stock } from "../../canonical/product.ts";
import type { CatalogPrice } from "../../canonical/scalars.ts";
import { orNull } from "../../fields.ts";
import { count, flag, id, idOrNone, listOf, text } from "../../payload.ts";
import type { MapContext } from "../../platform.ts";
import { float, moment, toExtra, translated, translation } from "./values.ts";

const looseId = idOrNone.catch(undefined);
/** `Defaults::CURRENCY` of the core: the currency of the shop that prices are kept in. */
export const DEFAULT_CURRENCY = "b7d2554b0ce847cd82f3ac9bd1c0dfca";

const price = z.object({
  currencyId: text,
  gross: float,
  net: float,
  listPrice: z.object({ gross: float, net: float }).nullish().catch(undefined),
});
export const productPayload = z.object({
  id,
  parentId: looseId,
  childCount: count.catch(undefined),
  productNumber: text,
  name: text,
  description: text,
  ean: text,
  active: flag,
  stock: count.catch(undefined),
  availableStock: count.catch(undefined),
  isCloseout: flag,
  price: listOf(price).catch(undefined),
  weight: float.catch(undefined),
  width: float.catch(undefined),
  height: float.catch(undefined),
  length: float.catch(undefined),
  manufacturer: z.object({ name: text, translated }).nullish().catch(undefined),
  manufacturerNumber: text,
  options: listOf(
    z.object({
      name: text,
      translated,
      group: z.object({ name: text, translated }).nullish().catch(undefined),
    }),
  ).catch(undefined),
  translated,
  createdAt: text,
  updatedAt: text,
});
export type ProductPayload = z.output<typeof productPayload>;

export interface CatalogFrame {
  /** Of the shop. */
  readonly currency: string | undefined;
  readonly context: MapContext;
}

export function toProduct(product: ProductPayload, { currency, context }: CatalogFrame): Product {
  const own = product.price?.find(({ currencyId }) => currencyId === DEFAULT_CURRENCY);
  const told = (value: string | null | undefined) => (value == null || value === "0" ? undefined : value);
  const sizes = { length: told(product.length), width: told(product.width), height: told(product.height) };
  const weight = told(product.weight);
  return {
    id: product.id,
    parentId: product.parentId,
    title: translation(product.translated, "name") ?? orNull(product.name) ?? undefined,
    description: translation(product.translated, "description") ?? orNull(product.description),
    vendor: translation(product.manufacturer?.translated, "name") ?? orNull(product.manufacturer?.name),
    status: product.active === undefined ? undefined : product.active ? "active" : "draft",
    platformStatus: product.active === undefined ? undefined : product.active ? "active" : "inactive",
    published: product.active,
    createdAt: moment(product.createdAt),
    updatedAt: moment(product.updatedAt),
    sku: orNull(product.productNumber),
    gtin: orNull(product.ean),
    price: toPrice(own?.gross, currency),
    compareAtPrice: own === undefined ? undefined : (toPrice(own.listPrice?.gross, currency) ?? null),
    // The API has weights in kilograms and sizes in millimetres.
    weight: weight === undefined ? undefined : { value: weight, unit: context.options.weightUnit ?? "kg" },
    dimensions: Object.values(sizes).every((size) => size === undefined)
      ? undefined
      : { ...sizes, unit: context.options.dimensionUnit ?? "mm" },
    extra: toExtra({
      netPrice: toPrice(own?.net, currency),
      manufacturerNumber: product.manufacturerNumber,
      childCount: product.childCount,
      isCloseout: product.isCloseout,
      options: product.options?.flatMap(({ name, translated: words, group }) => {
        const value = translation(words, "name") ?? name;
        const title = translation(group?.translated, "name") ?? group?.name;
        return value == null || title == null ? [] : [{ name: title, value }];
      }),
    }),
  };
}

function toPrice(value: string | null | undefined, currency: string | undefined): CatalogPrice | undefined {
  return value == null ? undefined : (toMoney(value, currency) ?? { amount: value });
}

export function toStock(product: ProductPayload): Stock | undefined {
  const available = product.availableStock ?? product.stock;
  if (typeof available !== "number") return undefined;
  return {
    inventoryItemId: product.id,
    variantId: product.id,
    productId: product.parentId ?? product.id,
    sku: orNull(product.productNumber),
    available,
  };
}
