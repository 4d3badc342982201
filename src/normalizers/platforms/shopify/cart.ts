/** `carts/*`: the cart of the online store. It knows no buyer, and in old versions no currency. */
import { z } from "zod";
import type { Cart } from "../../canonical/cart.ts";
import type { LineItem } from "../../canonical/order.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { amount, flag, idOrNone, listOf, requiredCount, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { lineTotal } from "./line-item.ts";
import { currencyOf, moneySet, setCurrency, shopMoney } from "./money-set.ts";
import { attributeList, orAbsent, orNull, raw, toExtra, versionOf } from "./text.ts";

const lineExtraShape = { discounts: raw, parent_relationship: raw };

/** What a line costs is passed on as written where no currency is known: then there is no money to make of it. */
const priceShape = { price: raw, line_price: raw, discounted_price: raw };

const linePayload = z.object({
  ...lineExtraShape,
  key: idOrNone,
  id: idOrNone,
  product_id: idOrNone,
  variant_id: idOrNone,
  sku: text,
  title: text,
  vendor: text,
  quantity: requiredCount,
  price: amount,
  price_set: moneySet,
  original_price: amount,
  line_price: amount,
  discounted_price: amount,
  total_discount: amount,
  total_discount_set: moneySet,
  grams: amount,
  gift_card: flag,
  taxable: flag,
  properties: attributeList,
});

export const cartPayload = z
  .object({
    id: idOrNone,
    token: idOrNone,
    line_items: listOf(linePayload),
    note: text,
    attributes: attributeList,
    currency: text,
    created_at: text,
    updated_at: text,
  })
  .transform((cart, context) => {
    const key = orAbsent(cart.token) ?? orAbsent(cart.id);
    if (key !== undefined) return { ...cart, key };
    context.addIssue("has neither token nor id");
    return z.NEVER;
  });
type CartPayload = z.output<typeof cartPayload>;

export function observeCart(payload: CartPayload, context: MapContext): Observation[] {
  return [
    observed("cart", {
      id: payload.key,
      version: versionOf(context, payload.updated_at),
      state: toCart(payload, context.options.currency),
      bornAt: toTimestamp(payload.created_at),
      isNew: context.topic === "carts/create",
    }),
  ];
}

function toCart(payload: CartPayload, shopOption: string | undefined): Cart {
  const named = payload.line_items
    ?.map((line) => setCurrency(line.price_set))
    .find((code) => code !== undefined);
  const currency = currencyOf(payload.currency) ?? named ?? currencyOf(shopOption);
  return {
    id: payload.key,
    createdAt: toTimestamp(payload.created_at),
    updatedAt: toTimestamp(payload.updated_at),
    currency,
    lineItems: payload.line_items?.map((line) => toLine(line, currency)),
    note: orNull(payload.note),
    attributes: payload.attributes,
  };
}

/** `id` of a line is its variant, `key` tells lines of one variant apart. */
function toLine(line: z.output<typeof linePayload>, currency: string | undefined): LineItem {
  const quantity = line.quantity ?? 0;
  const unitPrice = shopMoney(line.original_price ?? line.price, line.price_set, currency);
  const discount = shopMoney(line.total_discount, line.total_discount_set, currency);
  return {
    id: orAbsent(line.key) ?? line.id ?? undefined,
    productId: line.product_id,
    variantId: line.variant_id,
    sku: orNull(line.sku),
    title: orAbsent(line.title),
    vendor: orNull(line.vendor),
    quantity,
    unitPrice,
    discount,
    total: lineTotal(unitPrice, quantity, discount),
    giftCard: line.gift_card,
    taxable: line.taxable,
    weight: line.grams ? { value: line.grams, unit: "g" } : undefined,
    attributes: line.properties,
    extra: toExtra(unitPrice ? lineExtraShape : { ...lineExtraShape, ...priceShape }, line),
  };
}
