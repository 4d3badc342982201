/** What a product topic tells: the product or variation, its price, and its stock. */
import type { Price, Stock } from "../../canonical/product.ts";
import { flag } from "../../payload.ts";
import { deleted, type MapContext, type Observation, observed } from "../../platform.ts";
import { compareAtPrice, type ProductPayload, parentIdOf, toProduct } from "./product.ts";
import { blankToNull, createdAt, toPrice, versionOf } from "./values.ts";

/** Nobody buys these themselves: their variations or members are bought. */
const WITHOUT_PRICE: readonly string[] = ["variable", "grouped"];

const STOCK_STATUSES: Readonly<Record<string, NonNullable<Stock["status"]>>> = {
  instock: "in_stock",
  outofstock: "out_of_stock",
  onbackorder: "backorder",
};

export function observeProduct(body: ProductPayload, context: MapContext): Observation[] {
  const version = versionOf(body, context);
  if (body.status === "trash") return [deleted("product", body.id, version)];
  const seen = {
    id: body.id,
    version,
    bornAt: createdAt(body),
    isNew: context.topic === "product.created",
    restored: context.topic === "product.restored",
  };
  const price = toVariantPrice(body, context);
  const stock = toStock(body);
  return [
    observed("product", { ...seen, state: toProduct(body, context) }),
    ...(price ? [observed("price", { ...seen, state: price })] : []),
    ...(stock ? [observed("stock", { ...seen, state: stock })] : []),
  ];
}

/** The price of what can be bought; undefined for the rest and for bodies without prices. `""` is no price, never zero. */
function toVariantPrice(body: ProductPayload, context: MapContext): Price | undefined {
  const { price, regular_price: regular, sale_price: sale } = body;
  if (WITHOUT_PRICE.includes(body.type ?? "")) return undefined;
  if (price === undefined && regular === undefined && sale === undefined) return undefined;
  return {
    variantId: body.id,
    productId: productIdOf(body),
    sku: blankToNull(body.sku),
    price: toPrice(price === undefined ? (sale ?? regular) : price, context) ?? null,
    compareAtPrice: compareAtPrice(body, context),
    regularPrice: toPrice(regular, context),
    salePrice: toPrice(sale, context),
  };
}

/**
 * The stock that this product counts itself; undefined when another one counts it. A variation under `"parent"` repeats
 * the parent's numbers, and a variable product only sums up its variations unless it counts for them.
 */
function toStock(body: ProductPayload): Stock | undefined {
  const { manage_stock: managed, stock_quantity: pieces, stock_status: word } = body;
  const tracked = flag.parse(managed?.toLowerCase());
  if (managed === "parent" || body.type === "grouped") return undefined;
  if (body.type === "variable" && tracked !== true) return undefined;
  if (pieces === undefined && !word && tracked === undefined) return undefined;
  return {
    inventoryItemId: body.id,
    variantId: body.id,
    productId: productIdOf(body),
    sku: blankToNull(body.sku),
    available: tracked === false ? null : (pieces ?? null),
    status: word && Object.hasOwn(STOCK_STATUSES, word) ? STOCK_STATUSES[word] : undefined,
    tracked,
  };
}

/** The product that is sold under this id: a variation's parent, else itself. Unknown when a variation hides its parent. */
function productIdOf(body: ProductPayload): string | undefined {
  const parent = parentIdOf(body);
  return parent ?? (body.type === "variation" ? undefined : body.id);
}
