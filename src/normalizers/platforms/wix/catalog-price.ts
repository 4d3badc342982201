import { currencyDigits, normalizeDecimal } from "../../canonical/money.ts";
import type { Price } from "../../canonical/product.ts";

export type CatalogAmount = { readonly amount?: string | null | undefined } | null | undefined;

/** A price of the catalogue; the currency stays absent where neither product nor store names it. */
export function toCatalogPrice(
  value: CatalogAmount,
  currency: string | undefined,
): Price["price"] | undefined {
  if (!value?.amount) return value === null ? null : undefined;
  const amount = normalizeDecimal(value.amount, currency === undefined ? 0 : currencyDigits(currency));
  if (amount === undefined) return undefined;
  return currency === undefined ? { amount } : { amount, currency };
}
