/** Products of a catalogue of version 3. */
import { z } from "zod";
import { compareDecimals } from "../../canonical/money.ts";
import type { Product } from "../../canonical/product.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { currencyOf, orAbsent, orNull, pickExtra, raw } from "../../fields.ts";
import { amount, flag, id, listOf, objectOf, text } from "../../payload.ts";
import { deleted, type MapContext, type Observation, observed } from "../../platform.ts";
import { type DomainEvent, versionOf } from "./envelope.ts";
import { type CatalogAmount, toCatalogPrice } from "./catalog-price.ts";
import { price } from "./money.ts";

const extraFields = {
  productType: raw,
  handle: raw,
  ribbon: raw,
  mainCategoryId: raw,
  taxGroupId: raw,
  actualPriceRange: raw,
  compareAtPriceRange: raw,
  inventory: raw,
  variantSummary: raw,
  infoSections: raw,
  extendedFields: raw,
};

const range = objectOf(z.object({ minValue: price, maxValue: price })).catch(undefined);

const choice = z.object({ optionChoiceNames: objectOf(z.object({ optionName: text, choiceName: text })) });

const variantPayload = z.object({
  id,
  sku: text,
  barcode: text,
  visible: flag,
  choices: listOf(choice).catch(undefined),
  price: objectOf(z.object({ actualPrice: price, compareAtPrice: price })),
  physicalProperties: objectOf(z.object({ weight: amount })).catch(undefined),
});
type VariantPayload = z.output<typeof variantPayload>;

export const productPayload = z.object({
  id,
  createdDate: text,
  updatedDate: text,
  name: text,
  slug: text,
  url: z.union([z.object({ url: text }).transform(({ url }) => url), text]),
  plainDescription: text,
  visible: flag,
  brand: objectOf(z.object({ name: text })),
  currency: text,
  options: listOf(z.object({ name: text })).catch(undefined),
  variantsInfo: objectOf(z.object({ variants: listOf(variantPayload) })),
  ...extraFields,
});
type ProductPayload = z.output<typeof productPayload>;

/** The product, and the price of each variant that it details. */
export function observeProduct(event: DomainEvent<ProductPayload>, context: MapContext): Observation[] {
  const { body } = event;
  const seen = {
    version: versionOf(event, context, body.updatedDate),
    bornAt: toTimestamp(body.createdDate),
    isNew: context.topic.endsWith("_created"),
  };
  const currency = currencyOf(body.currency ?? context.options.currency);
  return [
    observed("product", { ...seen, id: body.id, state: toProduct(body, currency, context) }),
    ...priced(body).map(({ variantId, sku, ...prices }) =>
      observed("price", {
        ...seen,
        id: variantId,
        state: {
          variantId,
          productId: body.id,
          sku: orNull(sku),
          price: toCatalogPrice(prices.price, currency) ?? null,
          compareAtPrice: toCatalogPrice(prices.compareAtPrice, currency),
        },
      }),
    ),
  ];
}

export function observeProductDeletion(event: DomainEvent<unknown>, context: MapContext): Observation[] {
  return event.entityId === undefined ? [] : [deleted("product", event.entityId, versionOf(event, context))];
}

interface Priced {
  readonly variantId: string;
  readonly sku?: string | null | undefined;
  readonly price: CatalogAmount;
  readonly compareAtPrice: CatalogAmount;
}

/**
 * Events often leave the variants out. Where the range then is one price, it is told under the product's id, which stands in
 * for the variants; a real range stays under the product's `extra`.
 */
function priced(body: ProductPayload): Priced[] {
  const variants = body.variantsInfo?.variants;
  if (variants !== undefined) {
    return variants.flatMap(({ id: variantId, sku, price: info }) =>
      info?.actualPrice === undefined
        ? []
        : [{ variantId, sku, price: info.actualPrice, compareAtPrice: info.compareAtPrice }],
    );
  }
  const one = onePrice(body.actualPriceRange);
  return one === undefined
    ? []
    : [{ variantId: body.id, price: one, compareAtPrice: onePrice(body.compareAtPriceRange) }];
}

function onePrice(value: unknown): CatalogAmount {
  const { minValue, maxValue } = range.parse(value) ?? {};
  const [low, high] = [minValue?.amount, maxValue?.amount];
  if (!low || !high || compareDecimals(low, high) !== 0) return undefined;
  return minValue;
}

function toProduct(body: ProductPayload, currency: string | undefined, { options }: MapContext): Product {
  const one = onePrice(body.actualPriceRange);
  return {
    id: body.id,
    title: orAbsent(body.name),
    handle: orNull(body.slug),
    url: orNull(body.url),
    description: orNull(body.plainDescription),
    vendor: orNull(body.brand?.name),
    published: body.visible,
    createdAt: toTimestamp(body.createdDate),
    updatedAt: toTimestamp(body.updatedDate),
    price: toCatalogPrice(one, currency),
    compareAtPrice: toCatalogPrice(onePrice(body.compareAtPriceRange), currency),
    variants: body.variantsInfo?.variants?.map((each) => toVariant(each, currency, options.weightUnit)),
    extra: pickExtra(extraFields, body),
  };
}

type Variant = NonNullable<Product["variants"]>[number];

/** The weight's unit is the site's, which only the admin knows. */
function toVariant(
  each: VariantPayload,
  currency: string | undefined,
  unit: "g" | "kg" | "oz" | "lb" | undefined,
): Variant {
  const weight = each.physicalProperties?.weight;
  const names = each.choices?.flatMap(({ optionChoiceNames: names }) =>
    names?.optionName && names.choiceName ? [{ name: names.optionName, value: names.choiceName }] : [],
  );
  return {
    id: each.id,
    sku: orNull(each.sku),
    gtin: orNull(each.barcode),
    title: names?.length ? names.map(({ value }) => value).join(" / ") : undefined,
    options: names,
    price: toCatalogPrice(each.price?.actualPrice, currency),
    compareAtPrice: toCatalogPrice(each.price?.compareAtPrice, currency),
    weight: weight && unit ? { value: weight, unit } : undefined,
  };
}
