/** Money comes as a decimal string in shop currency, as a set `{shop_money, presentment_money}`, or as both. */
import { z } from "zod";
import { toMoney } from "../../canonical/money.ts";
import type { Money } from "../../canonical/scalars.ts";
import { amount, objectOf, text } from "../../payload.ts";

const side = objectOf(
  z.object({
    amount,
    currency_code: text,
    /** `total_unsettled_set` of a transaction says `currency` instead: https://shopify.dev/docs/api/webhooks/latest */
    currency: text,
  }),
);

export const moneySet = objectOf(z.object({ shop_money: side, presentment_money: side }));
export type MoneySet = z.output<typeof moneySet>;

type Side = "shop_money" | "presentment_money";

/**
 * The ISO 4217 code; undefined for anything else. `XXX` is ISO 4217's "no currency" and stands in test bodies:
 * https://shopify.dev/docs/api/webhooks/latest (refunds/create, returns/approve)
 */
export function currencyOf(code: string | null | undefined): string | undefined {
  const upper = code?.trim().toUpperCase();
  return upper !== undefined && /^[A-Z]{3}$/.test(upper) && upper !== "XXX" ? upper : undefined;
}

export function setCurrency(set: MoneySet, side: Side = "shop_money"): string | undefined {
  return currencyOf(set?.[side]?.currency_code ?? set?.[side]?.currency);
}

export function setMoney(set: MoneySet, side: Side): Money | undefined {
  return toMoney(set?.[side]?.amount, setCurrency(set, side));
}

/** The amount in shop currency: of the set, where there is one, else the plain field. */
export function shopMoney(
  plain: string | null | undefined,
  set: MoneySet,
  currency: string | undefined,
): Money | undefined {
  return setMoney(set, "shop_money") ?? toMoney(plain, currency);
}
