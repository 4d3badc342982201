import { z } from "zod";
import type { Product } from "../../canonical/product.ts";
import { amount, count, flag, id, idOrNone, text } from "../../payload.ts";
import { toCatalogPrice } from "./catalog-price.ts";
import { identified } from "./gid.ts";
import { orNull, raw, toExtra } from "./text.ts";

const extraShape = { image_id: raw, fulfillment_service: raw, inventory_management: raw, tax_code: raw };

/** `inventory_quantity` is not read: each sale changes it, and the inventory_levels topics carry the count. */
const variantObject = z.object({
  ...extraShape,
  id,
  title: text,
  sku: text,
  barcode: text,
  price: amount,
  compare_at_price: amount,
  position: count,
  option1: text,
  option2: text,
  option3: text,
  taxable: flag,
  requires_shipping: flag,
  grams: amount,
  weight: amount,
  weight_unit: text,
  inventory_item_id: idOrNone,
  inventory_policy: text,
  created_at: text,
});
export const variantPayload = identified(variantObject);
export type VariantPayload = z.output<typeof variantObject>;

type Variant = NonNullable<Product["variants"]>[number];
type Options = readonly { readonly name?: string | null | undefined }[] | undefined;

export function toVariant(variant: VariantPayload, options: Options, currency: string | undefined): Variant {
  return {
    id: variant.id,
    sku: orNull(variant.sku),
    gtin: orNull(variant.barcode),
    title: orNull(variant.title),
    position: Number.isInteger(variant.position) ? (variant.position ?? undefined) : undefined,
    price: toCatalogPrice(variant.price, currency),
    compareAtPrice: toCatalogPrice(variant.compare_at_price, currency),
    options: toOptions(variant, options),
    taxable: variant.taxable,
    requiresShipping: variant.requires_shipping,
    weight: toWeight(variant),
    inventoryItemId: variant.inventory_item_id,
    inventoryPolicy: orNull(variant.inventory_policy),
    extra: toExtra(extraShape, variant),
  };
}

/** The variant has values only; their names stand at the same places of the product's options. */
function toOptions(variant: VariantPayload, options: Options): Variant["options"] {
  const values = [variant.option1, variant.option2, variant.option3];
  if (values.every((value) => value === undefined)) return undefined;
  return values.flatMap((value, place) =>
    value ? [{ name: options?.[place]?.name ?? `option${place + 1}`, value }] : [],
  );
}

/** Since version 2024-07 the weight belongs to the inventory item; older bodies have it here. */
function toWeight({ weight, weight_unit, grams }: VariantPayload): Variant["weight"] {
  if (
    weight &&
    (weight_unit === "g" || weight_unit === "kg" || weight_unit === "oz" || weight_unit === "lb")
  ) {
    return { value: weight, unit: weight_unit };
  }
  return grams ? { value: grams, unit: "g" } : undefined;
}
