/** What a product or a stock row tells: the product, its price, and its stock. */
import { z } from "zod";
import type { Stock } from "../../canonical/product.ts";
import { toVersion } from "../../canonical/time.ts";
import { flag, id, text } from "../../payload.ts";
import { type Observation, observed, reference } from "../../platform.ts";
import { toProduct } from "./product.ts";
import type { ProductPayload } from "./product-payload.ts";
import { toVariantPrice } from "./product-price.ts";
import { blankToNull, bornAt, looseCount, looseId, type Seen, versionOf } from "./values.ts";

/** Their stock is that of their variants or parts. */
const WITHOUT_STOCK: readonly string[] = ["configurable", "grouped", "bundle"];

export function observeProduct(body: ProductPayload, seen: Seen): Observation[] {
  const entity = {
    id: body.id,
    version: versionOf(body, seen),
    bornAt: bornAt(body),
    ...(seen.isNew === undefined ? {} : { isNew: seen.isNew }),
  };
  const price = toVariantPrice(body, seen);
  const stock = toStock(body);
  return [
    observed("product", { ...entity, state: toProduct(body, seen) }),
    // Stock rows name the product by its id only.
    reference(body.id, { variantId: body.id, productId: body.id, sku: blankToNull(body.sku) ?? null }),
    ...(price === undefined ? [] : [observed("price", { ...entity, state: price })]),
    // `updated_at` does not move when stock does; the stock is the one of the moment of the body.
    ...(stock === undefined
      ? []
      : [observed("stock", { ...entity, version: toVersion(seen.at) ?? entity.version, state: stock })]),
  ];
}

/** The stock as the catalogue counts it; undefined where it is not told or another product counts it. */
function toStock(body: ProductPayload): Stock | undefined {
  const row = body.extension_attributes?.stock_item ?? body.stock_data ?? body.quantity_and_stock_status;
  if (!row || WITHOUT_STOCK.includes(body.type_id ?? "")) return undefined;
  if (row.qty === undefined && row.is_in_stock === undefined) return undefined;
  const isTracked = row.manage_stock;
  return {
    inventoryItemId: body.id,
    variantId: body.id,
    productId: body.id,
    sku: blankToNull(body.sku),
    available: isTracked === false ? null : (row.qty ?? null),
    status: toStockStatus(row.is_in_stock),
    tracked: isTracked,
  };
}

/** The legacy stock row of an event: product and count, no SKU. Multi-source inventory does not save it. */
export const stockRowPayload = z.object({
  product_id: id,
  stock_id: looseId,
  qty: looseCount,
  is_in_stock: flag,
  manage_stock: flag,
  type_id: text,
});

export function observeStockRow(body: z.output<typeof stockRowPayload>, seen: Seen): Observation[] {
  if (WITHOUT_STOCK.includes(body.type_id ?? "")) return [];
  return [
    observed("stock", {
      id: body.product_id,
      // The row has no change time; the moment of the event stands for it.
      version: toVersion(seen.at) ?? "",
      state: {
        inventoryItemId: body.product_id,
        variantId: body.product_id,
        productId: body.product_id,
        available: body.manage_stock === false ? null : (body.qty ?? null),
        status: toStockStatus(body.is_in_stock),
        tracked: body.manage_stock,
      },
      reference: body.product_id,
    }),
  ];
}

function toStockStatus(isInStock: boolean | undefined): Stock["status"] {
  return isInStock === undefined ? undefined : isInStock ? "in_stock" : "out_of_stock";
}
