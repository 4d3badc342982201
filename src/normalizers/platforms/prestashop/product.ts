import { addDecimals } from "../../canonical/money.ts";
import type { Price, Product, Stock } from "../../canonical/product.ts";
import type { Shop } from "./envelope.ts";
import { variantIdOf } from "./order-lines.ts";
import type { CombinationRow, ProductAnswers, ProductRow, StockRow } from "./product-answers.ts";
import { type Prices, pricesOf, toCatalogPrice } from "./product-price.ts";
import { toDimensions, toWeight } from "./units.ts";
import { blankToNull, toExtra, toMoment, toText } from "./webservice.ts";

type Variant = NonNullable<Product["variants"]>[number];

/** What can be bought: each combination, or the product itself where it has none. */
export function sellablesOf({
  product,
  combinations,
}: ProductAnswers): { id: string; combination: CombinationRow | undefined }[] {
  return combinations.length === 0
    ? [{ id: variantIdOf(product.id, null), combination: undefined }]
    : combinations.map((combination) => ({ id: variantIdOf(product.id, combination.id), combination }));
}

export function toProduct(answers: ProductAnswers, shop: Shop, readAt: string): Product {
  const { product } = answers;
  const prices = pricesOf(product, undefined, { rows: answers.specificPrices, shop, readAt });
  return {
    id: product.id,
    title: toText(product.name, shop) ?? undefined,
    handle: toText(product.link_rewrite, shop),
    description: toText(product.description, shop),
    shortDescription: toText(product.description_short, shop),
    vendor: blankToNull(product.manufacturer_name),
    type: product.product_type ?? product.type,
    status: product.active === undefined ? undefined : product.active ? "active" : "draft",
    platformStatus: product.active === undefined ? undefined : product.active ? "1" : "0",
    published: isPublished(product),
    createdAt: toMoment(product.date_add, shop),
    updatedAt: toMoment(product.date_upd, shop, readAt),
    sku: blankToNull(product.reference),
    gtin: blankToNull(product.ean13) ?? blankToNull(product.upc),
    ...toShownPrices(prices, shop),
    saleFrom: prices.from,
    saleTo: prices.to,
    categories: product.associations?.categories?.flatMap(({ id }) => (id == null ? [] : [{ id }])),
    weight: toWeight(product.weight, shop),
    dimensions: toDimensions(product, shop),
    variants: sellablesOf(answers).map(({ id, combination }) =>
      toVariant(id, combination, answers, { shop, readAt }),
    ),
    extra: toExtra({
      visibility: product.visibility,
      condition: product.condition,
      availableForOrder: product.available_for_order,
      minimalQuantity: product.minimal_quantity,
      wholesalePrice: toCatalogPrice(product.wholesale_price ?? undefined, shop),
      taxRulesGroupId: product.id_tax_rules_group,
      manufacturerId: product.id_manufacturer,
      imageIds: product.associations?.images?.flatMap(({ id }) => id ?? []),
      defaultImageId: product.id_default_image,
      platformWeight:
        toWeight(product.weight, shop) === undefined && product.weight !== "0" ? product.weight : undefined,
    }),
  };
}

/** Buyers find it: it is switched on and not hidden from catalogue and search. */
function isPublished({ active, visibility }: ProductRow): boolean | undefined {
  return active === undefined ? undefined : active && visibility !== "none";
}

function toVariant(
  id: string,
  combination: CombinationRow | undefined,
  answers: ProductAnswers,
  { shop, readAt }: { readonly shop: Shop; readonly readAt: string },
): Variant {
  const { product, specificPrices: rows } = answers;
  const source = combination ?? product;
  const weight = addDecimals(product.weight ?? "0", combination?.weight ?? "0");
  return {
    id,
    sku: blankToNull(source.reference),
    gtin: blankToNull(source.ean13) ?? blankToNull(source.upc),
    title:
      combination &&
      (toOptions(combination, answers, shop)
        .map(({ value }) => value)
        .join(", ") ||
        undefined),
    ...toShownPrices(pricesOf(product, combination, { rows, shop, readAt }), shop),
    options: combination && toOptions(combination, answers, shop),
    weight: toWeight(weight, shop),
    inventoryItemId: id,
    extra: combination && toExtra({ isDefault: combination.default_on === true ? true : undefined }),
  };
}

function toOptions(
  { associations }: CombinationRow,
  { optionValues = [], options = [] }: ProductAnswers,
  shop: Shop,
): NonNullable<Variant["options"]> {
  return (associations?.product_option_values ?? []).flatMap(({ id }) => {
    const value = optionValues.find((each) => each.id === id);
    const option = options.find((each) => each.id === value?.id_attribute_group);
    const [name, text] = [
      toText(option?.public_name, shop) ?? toText(option?.name, shop),
      toText(value?.name, shop),
    ];
    return name == null || text == null ? [] : [{ name, value: text }];
  });
}

function toShownPrices({ regular, sale }: Prices, shop: Shop): Pick<Product, "price" | "compareAtPrice"> {
  return {
    price: toCatalogPrice(sale ?? regular, shop),
    compareAtPrice: sale === undefined ? null : toCatalogPrice(regular, shop),
  };
}

export function toPrice(
  { id, combination }: ReturnType<typeof sellablesOf>[number],
  { product, specificPrices: rows }: ProductAnswers,
  { shop, readAt }: { readonly shop: Shop; readonly readAt: string },
): Price | undefined {
  const prices = pricesOf(product, combination, { rows, shop, readAt });
  const { price, compareAtPrice } = toShownPrices(prices, shop);
  if (price == null) return undefined;
  return {
    variantId: id,
    productId: product.id,
    sku: blankToNull((combination ?? product).reference),
    price,
    compareAtPrice,
    regularPrice: toCatalogPrice(prices.regular, shop),
    salePrice: prices.sale === undefined ? null : toCatalogPrice(prices.sale, shop),
  };
}

/** The row 0 of a product with combinations is their sum: no stock of its own. Undefined where no row tells. */
export function toStock(
  { id, combination }: ReturnType<typeof sellablesOf>[number],
  { product, stocks }: ProductAnswers,
  shop: Shop,
): Stock | undefined {
  const rows = stocks.filter((row) => (row.id_product_attribute ?? null) === (combination?.id ?? null));
  const row = rowOfShop(rows, shop);
  if (row === undefined || typeof row.quantity !== "number") return undefined;
  return {
    inventoryItemId: id,
    variantId: id,
    productId: product.id,
    sku: blankToNull((combination ?? product).reference),
    available: row.quantity,
  };
}

/** A shop that shares its stock has a row of its group instead. */
function rowOfShop(rows: readonly StockRow[], shop: Shop): StockRow | undefined {
  return rows.find((row) => row.id_shop === shop.id) ?? rows.find((row) => row.id_shop == null) ?? rows[0];
}
