/** `product.*` and `price.*`. A price is an entity of its own, and what a checkout line names as the thing bought. */
import { z } from "zod";
import type { Product } from "../../canonical/product.ts";
import { momentOfSeconds, orAbsent, orNull, pickExtra, raw } from "../../fields.ts";
import { amount, count, flag, id, text } from "../../payload.ts";
import { deleted, type MapContext, type Observation, observed } from "../../platform.ts";
import { event, expandable, toStripeMoney, versionOfEvent } from "./event.ts";

const extraShape = {
  metadata: raw,
  package_dimensions: raw,
  shippable: raw,
  statement_descriptor: raw,
  tax_code: raw,
  unit_label: raw,
};

/** https://docs.stripe.com/api/products/object */
const product = z.object({
  ...extraShape,
  id,
  name: text,
  description: text,
  active: flag,
  type: text,
  url: text,
  images: z.array(z.string()).nullish().catch(undefined),
  default_price: expandable,
  created: count,
  updated: count,
});

/** https://docs.stripe.com/api/prices/object */
const price = z.object({
  id,
  product: expandable,
  active: flag,
  currency: text,
  unit_amount: amount,
  unit_amount_decimal: amount,
  created: count,
});

export const productPayload = event(product);
export const pricePayload = event(price);

export function observeProduct(told: z.output<typeof productPayload>, context: MapContext): Observation[] {
  const { object } = told.data;
  return [
    observed("product", {
      id: object.id,
      version: versionOfEvent(told, context),
      state: toProduct(object),
      bornAt: momentOfSeconds(object.created),
      isNew: context.topic === "product.created",
    }),
  ];
}

export function observeProductDeletion(
  told: z.output<typeof productPayload>,
  context: MapContext,
): Observation[] {
  return [deleted("product", told.data.object.id, versionOfEvent(told, context))];
}

/** No price where it is tiered, chosen by the buyer, or no longer offered. */
export function observePrice(told: z.output<typeof pricePayload>, context: MapContext): Observation[] {
  const { object } = told.data;
  const isOffered = object.active !== false && context.topic !== "price.deleted";
  const units = object.unit_amount_decimal ?? object.unit_amount;
  return [
    observed("price", {
      id: object.id,
      version: versionOfEvent(told, context),
      state: {
        variantId: object.id,
        productId: object.product ?? undefined,
        price: (isOffered ? toStripeMoney(units, object.currency) : undefined) ?? null,
      },
      bornAt: momentOfSeconds(object.created),
      isNew: context.topic === "price.created",
    }),
  ];
}

function toProduct(told: z.output<typeof product>): Product {
  return {
    id: told.id,
    title: orAbsent(told.name),
    description: orNull(told.description),
    type: orNull(told.type),
    url: orNull(told.url),
    ...(told.active === undefined
      ? {}
      : { status: told.active ? "active" : "archived", published: told.active }),
    createdAt: momentOfSeconds(told.created),
    updatedAt: momentOfSeconds(told.updated),
    images: told.images?.map((url) => ({ url })),
    extra: {
      ...pickExtra(extraShape, told),
      ...(told.default_price ? { default_price: told.default_price } : {}),
    },
  };
}
