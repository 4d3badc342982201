/** Prices of the catalogue: without tax, in the shop's default currency. */
import {
  addDecimals,
  compareDecimals,
  divideDecimals,
  multiplyMoney,
  toMoney,
} from "../../canonical/money.ts";
import type { CatalogPrice } from "../../canonical/scalars.ts";
import type { Shop } from "./envelope.ts";
import { difference } from "./order-lines.ts";
import type { ProductRow, SpecificPriceRow } from "./product-answers.ts";
import { toMoment } from "./webservice.ts";

export interface Prices {
  readonly regular: string | undefined;
  /** With the reduction that holds for everybody. */
  readonly sale: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** What a combination costs: the product's price and its own impact. */
export function pricesOf(
  product: ProductRow,
  combination: { readonly id: string; readonly price?: string | null | undefined } | undefined,
  {
    rows,
    shop,
    readAt,
  }: { readonly rows: readonly SpecificPriceRow[]; readonly shop: Shop; readonly readAt: string },
): Prices {
  if (product.price == null) return { regular: undefined, sale: undefined };
  const regular = addDecimals(product.price, combination?.price ?? "0");
  const row = reductionOf(rows, combination?.id ?? null, shop, readAt);
  const sale = row && reduce(regular, row);
  if (row === undefined || sale === undefined) return { regular, sale: undefined };
  return { regular, sale, from: toMoment(row.from, shop), to: toMoment(row.to, shop) };
}

/**
 * The one reduction that holds for every buyer of one piece at that moment; one of the combination goes before one of the
 * product. Of several the shop's own priorities choose, which are not read, so then none counts.
 */
function reductionOf(
  rows: readonly SpecificPriceRow[],
  combinationId: string | null,
  shop: Shop,
  readAt: string,
) {
  const general = rows.filter((row) => isForAll(row, shop) && isNow(row, shop, readAt));
  const own = general.filter((row) => combinationId !== null && row.id_product_attribute === combinationId);
  const shared = general.filter((row) => row.id_product_attribute == null);
  const fitting = own.length > 0 ? own : shared;
  return fitting.length === 1 ? fitting[0] : undefined;
}

function isForAll(row: SpecificPriceRow, shop: Shop): boolean {
  const scopes = [row.id_cart, row.id_currency, row.id_country, row.id_group, row.id_customer];
  const isThisShop = row.id_shop == null || row.id_shop === shop.id;
  return isThisShop && scopes.every((scope) => scope == null) && (row.from_quantity ?? 1) <= 1;
}

function isNow({ from, to }: SpecificPriceRow, shop: Shop, readAt: string): boolean {
  const now = Date.parse(readAt);
  const [start, end] = [toMoment(from, shop), toMoment(to, shop)];
  return (start === undefined || Date.parse(start) <= now) && (end === undefined || now <= Date.parse(end));
}

/** -1 keeps the price. An amount with tax cannot be taken off a price without: the rate is not read. */
function reduce(regular: string, row: SpecificPriceRow): string | undefined {
  const base = row.price == null || row.price.startsWith("-") ? regular : row.price;
  const { reduction } = row;
  if (reduction == null || compareDecimals(reduction, "0") === 0) return base === regular ? undefined : base;
  if (row.reduction_type === "percentage") {
    const rest = multiplyMoney({ amount: base, currency: "XXX" }, difference("1", reduction));
    return rest && divideDecimals(rest.amount, "1", 6);
  }
  return row.reduction_type === "amount" && row.reduction_tax === false
    ? difference(base, reduction)
    : undefined;
}

export function toCatalogPrice(value: string | undefined, { currency }: Shop): CatalogPrice | undefined {
  return value === undefined ? undefined : (toMoney(value, currency) ?? { amount: value });
}
