import { currencyDigits, normalizeDecimal } from "../../canonical/money.ts";
import type { CatalogPrice } from "../../canonical/scalars.ts";

/** Product bodies name no currency; it is the shop's, which the store's options may tell. */
export function toCatalogPrice(
  amount: string | null | undefined,
  currency: string | undefined,
): CatalogPrice | null | undefined {
  if (amount === null || amount === undefined) return amount;
  const exact = normalizeDecimal(amount, currency === undefined ? 0 : currencyDigits(currency));
  return exact === undefined ? undefined : { amount: exact, ...(currency === undefined ? {} : { currency }) };
}
