import { z } from "zod";
import { compareDecimals, normalizeDecimal } from "../../canonical/money.ts";
import type { LineItem } from "../../canonical/order.ts";
import { orAbsent, orNull, pickExtra, raw } from "../../fields.ts";
import { amount, count, flag, id, idOrNone, objectOf, text } from "../../payload.ts";
import { joinExtra } from "./extra.ts";
import { moneyOf, type Price, price } from "./money.ts";

/** What tells nothing by itself is carried along. */
const extraFields = {
  paymentOption: raw,
  fulfillerId: raw,
  depositAmount: raw,
  descriptionLines: raw,
  subscriptionInfo: raw,
  modifierGroups: raw,
  extendedFields: raw,
};

const taxDetails = objectOf(
  z.object({ taxableAmount: price, taxRate: amount.catch(undefined), totalTax: price }),
);

export const lineItemPayload = z.object({
  id,
  productName: objectOf(z.object({ original: text })),
  catalogReference: objectOf(
    z.object({
      appId: text,
      catalogItemId: idOrNone,
      options: objectOf(z.object({ variantId: idOrNone })).catch(undefined),
    }),
  ),
  quantity: count,
  refundQuantity: count,
  physicalProperties: objectOf(z.object({ sku: text, shippable: flag })),
  itemType: objectOf(z.object({ preset: text })),
  price,
  priceBeforeDiscounts: price,
  totalDiscount: price,
  totalPriceBeforeTax: price,
  totalPriceAfterTax: price,
  taxDetails,
  ...extraFields,
});
export type LineItemPayload = z.output<typeof lineItemPayload>;

/** In a catalogue of version 1 this id stands for a product without variants. */
const NO_VARIANT = "00000000-0000-0000-0000-000000000000";

export function variantOf<T extends string | null | undefined>(variantId: T): T | null {
  return variantId === NO_VARIANT ? null : variantId;
}

export interface Pricing {
  readonly currency: string | undefined;
  readonly taxesIncluded: boolean | undefined;
}

export function toLineItem(item: LineItemPayload, { currency, taxesIncluded }: Pricing): LineItem {
  const { catalogReference: reference, taxDetails: tax } = item;
  const variantId = reference?.options?.variantId;
  const before = item.priceBeforeDiscounts ?? item.price;
  return {
    id: item.id,
    productId: reference?.catalogItemId ?? null,
    variantId: variantOf(variantId),
    sku: orNull(item.physicalProperties?.sku),
    title: orAbsent(item.productName?.original),
    quantity: item.quantity ?? 0,
    refundedQuantity: item.refundQuantity ?? undefined,
    unitPrice: moneyOf(before, currency),
    discount: moneyOf(item.totalDiscount, currency),
    tax: moneyOf(tax?.totalTax, currency),
    total: moneyOf(taxesIncluded === true ? item.totalPriceAfterTax : item.totalPriceBeforeTax, currency),
    taxLines: toTaxLines(item, currency),
    requiresShipping: item.physicalProperties?.shippable,
    giftCard: item.itemType?.preset === undefined ? undefined : item.itemType.preset === "GIFT_CARD",
    extra: joinExtra(
      { itemType: item.itemType?.preset, catalogAppId: reference?.appId },
      sumsOf(item, before),
      pickExtra(extraFields, item),
    ),
  };
}

function toTaxLines(
  { taxDetails: tax }: LineItemPayload,
  currency: string | undefined,
): LineItem["taxLines"] {
  const sum = moneyOf(tax?.totalTax, currency);
  if (sum === undefined && !tax?.taxRate) return undefined;
  return [{ rate: tax?.taxRate ?? undefined, amount: sum }];
}

/** Sums that the canonical line has no place for: it tells one total, with or without tax as the order's prices are. */
function sumsOf(item: LineItemPayload, before: Price): Record<string, unknown> {
  return {
    price: isOther(item.price, before) ? item.price?.amount : undefined,
    totalBeforeTax: item.totalPriceBeforeTax?.amount,
    totalAfterTax: item.totalPriceAfterTax?.amount,
    taxableAmount: item.taxDetails?.taxableAmount?.amount,
  };
}

function isOther(one: Price, other: Price): boolean {
  const [a, b] = [one?.amount, other?.amount].map((each) => normalizeDecimal(each ?? ""));
  return a !== undefined && b !== undefined && compareDecimals(a, b) !== 0;
}
