/** Lines of an order. Amounts are in the order's currency and exclude tax; `base_*` are the same in the base currency. */
import { z } from "zod";
import { divideDecimals, normalizeDecimal, toMoney } from "../../canonical/money.ts";
import type { LineItem } from "../../canonical/order.ts";
import { flag, id, idOrNone, listOf, requiredCount, text } from "../../payload.ts";
import type { MapContext } from "../../platform.ts";
import { childrenOf, isChild, quantitiesOf } from "./order-progress.ts";
import {
  absolute,
  blankToNull,
  less,
  looseAmount,
  looseCount,
  looseId,
  toAmounts,
  toExtra,
} from "./values.ts";

const line = z.object({
  item_id: id,
  parent_item_id: idOrNone,
  product_id: looseId,
  product_type: text,
  sku: text,
  name: text,
  qty_ordered: requiredCount,
  qty_invoiced: looseCount,
  qty_shipped: looseCount,
  qty_refunded: looseCount,
  qty_canceled: looseCount,
  is_virtual: flag,
  weight: looseAmount,
  price: looseAmount,
  price_incl_tax: looseAmount,
  original_price: looseAmount,
  row_total: looseAmount,
  row_total_incl_tax: looseAmount,
  row_invoiced: looseAmount,
  tax_amount: looseAmount,
  tax_percent: looseAmount,
  tax_invoiced: looseAmount,
  tax_refunded: looseAmount,
  discount_amount: looseAmount,
  discount_invoiced: looseAmount,
  discount_tax_compensation_amount: looseAmount,
  amount_refunded: looseAmount,
  base_price: looseAmount,
  base_original_price: looseAmount,
  base_price_incl_tax: looseAmount,
  base_row_total: looseAmount,
  base_row_total_incl_tax: looseAmount,
  base_row_invoiced: looseAmount,
  base_tax_amount: looseAmount,
  base_tax_invoiced: looseAmount,
  base_discount_amount: looseAmount,
  base_discount_invoiced: looseAmount,
  base_amount_refunded: looseAmount,
  base_cost: looseAmount,
});
export type LinePayload = z.output<typeof line>;

export const linesPayload = listOf(line);

export interface Currencies {
  readonly currency: string | undefined;
  readonly base: string | undefined;
}

/**
 * What was bought. A configurable product gives two lines: the parent has price and quantities, the child (with
 * `parent_item_id`) says which variant it is; the parts of a bundle are told in `extra`.
 */
export function toLineItems(
  lines: readonly LinePayload[],
  currencies: Currencies,
  options: MapContext["options"],
): LineItem[] {
  return lines
    .filter((each) => !isChild(each, lines))
    .map((each) => toLineItem(each, childrenOf(each, lines), currencies, options));
}

function toLineItem(
  body: LinePayload,
  children: readonly LinePayload[],
  { currency, base }: Currencies,
  { weightUnit }: MapContext["options"],
): LineItem {
  const isConfigurable = body.product_type === "configurable";
  const tax = toMoney(body.tax_amount, currency);
  const discount = absolute(body.discount_amount);
  return {
    id: body.item_id,
    productId: body.product_id,
    // Stock and price are those of the simple product, so that is the variant.
    variantId: isConfigurable ? children[0]?.product_id : body.product_id,
    sku: blankToNull(body.sku),
    title: body.name ?? undefined,
    ...quantitiesOf(body, children),
    unitPrice: toMoney(body.price, currency),
    discount: toMoney(discount, currency),
    tax,
    total: toMoney(less(body.row_total, discount), currency),
    taxLines:
      tax && body.tax_percent && body.tax_percent !== "0"
        ? [{ rate: rateOf(body.tax_percent), amount: tax }]
        : undefined,
    requiresShipping: body.is_virtual === undefined ? undefined : !body.is_virtual,
    weight: toWeight(body.weight, weightUnit),
    extra: toLineExtra(body, isConfigurable ? [] : children, { currency, base }),
  };
}

function toLineExtra(body: LinePayload, parts: readonly LinePayload[], { currency, base }: Currencies) {
  return toExtra({
    productType: body.product_type,
    quantityInvoiced: body.qty_invoiced,
    quantityCanceled: body.qty_canceled,
    ...toAmounts(
      {
        priceInclTax: body.price_incl_tax,
        originalPrice: body.original_price,
        rowTotal: body.row_total,
        rowTotalInclTax: body.row_total_incl_tax,
        rowInvoiced: body.row_invoiced,
        taxInvoiced: body.tax_invoiced,
        taxRefunded: body.tax_refunded,
        discountInvoiced: body.discount_invoiced,
        discountTaxCompensation: body.discount_tax_compensation_amount,
        amountRefunded: body.amount_refunded,
      },
      currency,
    ),
    // The base currency says nothing new where it is the order's.
    base: base === currency ? undefined : toBase(body, base),
    parts: parts.map((part) => ({
      id: part.item_id,
      productId: part.product_id,
      sku: part.sku,
      title: part.name,
      quantity: part.qty_ordered,
      ...toAmounts({ unitPrice: part.price, total: part.row_total, tax: part.tax_amount }, currency),
    })),
  });
}

function toBase(body: LinePayload, base: string | undefined) {
  return toAmounts(
    {
      price: body.base_price,
      originalPrice: body.base_original_price,
      priceInclTax: body.base_price_incl_tax,
      rowTotal: body.base_row_total,
      rowTotalInclTax: body.base_row_total_incl_tax,
      rowInvoiced: body.base_row_invoiced,
      tax: body.base_tax_amount,
      taxInvoiced: body.base_tax_invoiced,
      discount: body.base_discount_amount,
      discountInvoiced: body.base_discount_invoiced,
      amountRefunded: body.base_amount_refunded,
      cost: body.base_cost,
    },
    base,
  );
}

function rateOf(percent: string): string | undefined {
  return divideDecimals(percent, "100", 8);
}

export function toWeight(value: string | null | undefined, unit: MapContext["options"]["weightUnit"]) {
  const plain = value === null || value === undefined ? undefined : normalizeDecimal(value);
  return plain !== undefined && unit !== undefined && !plain.startsWith("-")
    ? { value: plain, unit }
    : undefined;
}
