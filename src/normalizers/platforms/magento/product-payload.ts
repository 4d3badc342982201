import { z } from "zod";
import { flag, id, idOrNone, listOf, objectOf, text } from "../../payload.ts";
import { looseAmount, looseCount, looseId, stamps } from "./values.ts";

const stockItem = objectOf(
  z.object({ item_id: looseId, qty: looseCount, is_in_stock: flag, manage_stock: flag, backorders: text }),
).catch(undefined);
const ids = listOf(id).catch(undefined);
const looseText = text.catch(undefined);

/**
 * A product in both spellings: REST keeps most fields in `custom_attributes` and the stock below `extension_attributes`;
 * events hold PHP's flat fields.
 */
export const productPayload = z
  .object({
    id: idOrNone,
    entity_id: idOrNone,
    sku: text,
    name: text,
    attribute_set_id: looseId,
    type_id: text,
    status: text,
    visibility: text,
    price: looseAmount,
    weight: looseText,
    ...stamps,
    /** Events: the store view whose fields these are; 0 is the default of all. */
    store_id: looseId,
    extension_attributes: objectOf(
      z.object({
        stock_item: stockItem,
        website_ids: ids,
        category_links: listOf(z.object({ category_id: id })).catch(undefined),
        configurable_product_links: ids,
      }),
    ).catch(undefined),
    media_gallery_entries: listOf(
      z.object({ id: looseId, file: text, label: text, media_type: text, disabled: flag }),
    ).catch(undefined),
    custom_attributes: listOf(z.object({ attribute_code: z.string(), value: z.unknown() })).catch(undefined),
    description: looseText,
    short_description: looseText,
    url_key: looseText,
    special_price: looseAmount,
    special_from_date: looseText,
    special_to_date: looseText,
    category_ids: ids,
    stock_data: stockItem,
    quantity_and_stock_status: stockItem,
  })
  .transform((body, context) => {
    const productId = body.entity_id ?? body.id;
    if (productId) return { ...body, id: productId };
    context.addIssue("has no entity_id; add it to the fields of the event");
    return z.NEVER;
  });
export type ProductPayload = z.output<typeof productPayload>;

/** A value of the flat fields, else of the list. */
export function attribute(
  body: ProductPayload,
  code:
    | "description"
    | "short_description"
    | "url_key"
    | "special_price"
    | "special_from_date"
    | "special_to_date",
): string | null | undefined {
  const flat = body[code];
  if (flat !== undefined) return flat;
  const value = body.custom_attributes?.find(({ attribute_code }) => attribute_code === code)?.value;
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
