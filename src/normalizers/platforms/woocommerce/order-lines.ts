/** Lines of an order. All their amounts exclude tax; only the order's `total` holds it. */
import { z } from "zod";
import {
  addDecimals,
  divideDecimals,
  negateMoney,
  normalizeDecimal,
  toMoney,
} from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import { amount, flag, id, idOrNone, listOf, objectOf, requiredCount, text } from "../../payload.ts";
import { toAttributes } from "./meta.ts";
import { blankToAbsent, blankToNull, looseAmount, metaEntry, toExtra } from "./values.ts";

/** Decimals of a unit price that does not come out even: 10.00 for three pieces. */
const UNIT_PRICE_SCALE = 6;

const looseId = idOrNone.catch(undefined);

// `id` is the tax rate's, not one of this line.
const lineTaxes = listOf(z.object({ id: looseId, total: looseAmount })).catch(undefined);

const lineItemPayload = z.object({
  id: idOrNone,
  name: text,
  parent_name: text,
  product_id: idOrNone,
  variation_id: idOrNone,
  quantity: requiredCount,
  tax_class: text,
  subtotal: amount,
  subtotal_tax: amount,
  total: amount,
  total_tax: amount,
  taxes: lineTaxes,
  meta_data: listOf(metaEntry).catch(undefined),
  sku: text,
  global_unique_id: text,
  image: objectOf(z.object({ src: text })).catch(undefined),
});

export const linesPayload = {
  line_items: listOf(lineItemPayload),
  tax_lines: listOf(
    z.object({
      id: looseId,
      rate_code: text,
      rate_id: looseId,
      label: text,
      compound: flag,
      rate_percent: looseAmount,
      tax_total: amount,
      shipping_tax_total: amount,
    }),
  ),
  shipping_lines: listOf(
    z.object({
      id: idOrNone,
      method_title: text,
      method_id: text,
      instance_id: text,
      total: amount,
      total_tax: amount,
      taxes: lineTaxes,
    }),
  ),
  fee_lines: listOf(
    z.object({
      id: idOrNone,
      name: text,
      amount: looseAmount,
      total: amount,
      total_tax: amount,
      taxes: lineTaxes,
    }),
  ),
  coupon_lines: listOf(z.object({ code: text, discount: amount, discount_tax: amount })),
  refunds: listOf(z.object({ id, reason: text, total: amount })),
};
const linesSchema = z.object(linesPayload);
export type LinesPayload = z.output<typeof linesSchema>;

type LineItem = NonNullable<Order["lineItems"]>[number];
type TaxLine = NonNullable<Order["taxLines"]>[number];

/** The articles. The JSON number `price` is not read: it is after discounts and has float tails. */
export function toLineItems(body: LinesPayload, currency: string | undefined): LineItem[] | undefined {
  return body.line_items?.map((line) => ({
    id: line.id ?? undefined,
    productId: line.product_id,
    variantId: line.variation_id,
    sku: blankToNull(line.sku),
    gtin: blankToNull(line.global_unique_id),
    title: line.name ?? undefined,
    quantity: line.quantity,
    unitPrice: toMoney(unitPrice(line.subtotal, line.quantity), currency),
    discount: toMoney(less(line.subtotal, line.total), currency),
    tax: toMoney(line.total_tax, currency),
    total: toMoney(line.total, currency),
    taxLines: toLineTaxes(line.taxes, body.tax_lines, currency),
    attributes: toAttributes(line.meta_data),
    extra: toExtra({
      // Exact, where the unit price had to be rounded.
      subtotal: toMoney(line.subtotal, currency),
      subtotalTax: toMoney(line.subtotal_tax, currency),
      taxClass: line.tax_class,
      parentName: line.parent_name,
      imageUrl: line.image?.src,
    }),
  }));
}

export function toShippingLines(body: LinesPayload, currency: string | undefined): Order["shippingLines"] {
  return body.shipping_lines?.map((line) => ({
    id: line.id ?? undefined,
    title: blankToNull(line.method_title),
    code: blankToNull(line.method_id),
    price: toMoney(line.total, currency),
    tax: toMoney(line.total_tax, currency),
    taxLines: toLineTaxes(line.taxes, body.tax_lines, currency),
  }));
}

export function toFeeLines(body: LinesPayload, currency: string | undefined): Order["feeLines"] {
  return body.fee_lines?.flatMap((line) => {
    const fee = toMoney(line.total ?? line.amount, currency);
    if (fee === undefined) return [];
    return [
      {
        id: line.id ?? undefined,
        title: line.name ?? undefined,
        amount: fee,
        tax: toMoney(line.total_tax, currency),
        taxLines: toLineTaxes(line.taxes, body.tax_lines, currency),
      },
    ];
  });
}

export function toDiscounts(body: LinesPayload, currency: string | undefined): Order["discounts"] {
  return body.coupon_lines?.map((line) => ({
    code: blankToAbsent(line.code),
    amount: toMoney(line.discount, currency),
    tax: toMoney(line.discount_tax, currency),
  }));
}

/** Taxes by rate, for articles, fees and shipping together. */
export function toTaxLines(body: LinesPayload, currency: string | undefined): TaxLine[] | undefined {
  return body.tax_lines?.map((line) => ({
    ...describeTax(line),
    amount: toMoney(plus(line.tax_total, line.shipping_tax_total), currency),
  }));
}

/** Refunds as the order lists them. Their totals are negative there; ours are positive. */
export function toRefunds(body: LinesPayload, currency: string | undefined): Order["refunds"] {
  return body.refunds?.map((refund) => {
    const total = toMoney(refund.total, currency);
    return {
      id: refund.id,
      amount: total?.amount.startsWith("-") ? negateMoney(total) : total,
      reason: blankToNull(refund.reason),
    };
  });
}

function toLineTaxes(
  taxes: z.output<typeof lineTaxes>,
  rates: LinesPayload["tax_lines"],
  currency: string | undefined,
): TaxLine[] | undefined {
  return taxes?.flatMap(({ id, total }) => {
    const rate = id == null ? undefined : rates?.find((line) => line.rate_id === id);
    const money = toMoney(total, currency);
    return money === undefined ? [] : [{ ...(rate ? describeTax(rate) : {}), amount: money }];
  });
}

function describeTax(line: NonNullable<LinesPayload["tax_lines"]>[number]): TaxLine {
  return {
    title: blankToAbsent(line.label) ?? blankToAbsent(line.rate_code),
    rate: line.rate_percent == null ? undefined : divideDecimals(line.rate_percent, "100", 8),
    compound: line.compound,
  };
}

function unitPrice(subtotal: string | null | undefined, quantity: number): string | undefined {
  const pieces = normalizeDecimal(quantity);
  return subtotal == null || pieces === undefined
    ? undefined
    : divideDecimals(subtotal, pieces, UNIT_PRICE_SCALE);
}

function less(a: string | null | undefined, b: string | null | undefined): string | undefined {
  if (a == null || b == null) return undefined;
  return addDecimals(a, b.startsWith("-") ? b.slice(1) : `-${b}`);
}

function plus(a: string | null | undefined, b: string | null | undefined): string | undefined {
  if (a == null) return b ?? undefined;
  return b == null ? a : addDecimals(a, b);
}
