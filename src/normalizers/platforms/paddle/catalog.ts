/** `product.*` and `price.*`. A price is an entity of its own, and what a transaction's line names as the thing bought. */
import { z } from "zod";
import type { Product } from "../../canonical/product.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { fromTable, orAbsent, orNull, pickExtra, raw, versionFrom } from "../../fields.ts";
import { amount, id, idOrNone, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { event, toPaddleMoney } from "./event.ts";

const extraShape = { tax_category: raw, custom_data: raw, import_meta: raw };
const STATUSES = { active: "active", archived: "archived" } as const;

/** https://developer.paddle.com/api-reference/products/overview */
const product = z.object({
  ...extraShape,
  id,
  name: text,
  description: text,
  type: text,
  status: text,
  image_url: text,
  created_at: text,
  updated_at: text,
});

/** https://developer.paddle.com/api-reference/prices/overview */
const price = z.object({
  id,
  product_id: idOrNone,
  status: text,
  unit_price: z.object({ amount, currency_code: text }).nullish(),
  created_at: text,
  updated_at: text,
});

export const productPayload = event(product);
export const pricePayload = event(price);

/** Products are archived, never deleted. */
export function observeProduct(
  { data }: z.output<typeof productPayload>,
  context: MapContext,
): Observation[] {
  return [
    observed("product", {
      id: data.id,
      version: versionFrom(context, data.updated_at, context.at),
      state: toProduct(data),
      bornAt: toTimestamp(data.created_at),
      isNew: context.topic === "product.created",
    }),
  ];
}

/** Some bodies have no change time; the event's stands in. What is archived can no longer be bought. */
export function observePrice({ data }: z.output<typeof pricePayload>, context: MapContext): Observation[] {
  const { unit_price: unit } = data;
  const isOffered = data.status !== "archived";
  return [
    observed("price", {
      id: data.id,
      version: versionFrom(context, data.updated_at),
      state: {
        variantId: data.id,
        productId: data.product_id ?? undefined,
        price: (isOffered ? toPaddleMoney(unit?.amount, unit?.currency_code) : undefined) ?? null,
      },
      bornAt: toTimestamp(data.created_at),
      isNew: context.topic === "price.created",
    }),
  ];
}

function toProduct(told: z.output<typeof product>): Product {
  const status = fromTable(STATUSES, told.status);
  const image = orAbsent(told.image_url);
  return {
    id: told.id,
    title: orAbsent(told.name),
    description: orNull(told.description),
    type: orNull(told.type),
    status,
    platformStatus: orNull(told.status),
    ...(status === "active" || status === "archived" ? { published: status === "active" } : {}),
    createdAt: toTimestamp(told.created_at),
    updatedAt: toTimestamp(told.updated_at),
    images: image === undefined ? undefined : [{ url: image }],
    extra: pickExtra(extraShape, told),
  };
}
