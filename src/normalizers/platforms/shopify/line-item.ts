import { z } from "zod";
import { multiplyMoney, subtractMoney } from "../../canonical/money.ts";
import type { LineItem } from "../../canonical/order.ts";
import type { Money } from "../../canonical/scalars.ts";
import { amount, count, flag, idOrNone, requiredCount, text } from "../../payload.ts";
import { type DiscountApplications, discountAllocations, toAllocations } from "./discount.ts";
import { identified } from "./gid.ts";
import { moneySet, shopMoney } from "./money-set.ts";
import type { Counter } from "./order-quantities.ts";
import { sumOrZero, sumTaxes, taxLines, toTaxLines } from "./tax-line.ts";
import { attributeList, orAbsent, orNull, raw, toExtra } from "./text.ts";

const extraShape = {
  name: raw,
  fulfillment_service: raw,
  product_exists: raw,
  variant_inventory_management: raw,
  pre_tax_price: raw,
  tax_code: raw,
  duties: raw,
  origin_location: raw,
  destination_location: raw,
  origin_location_id: raw,
  destination_location_id: raw,
  selling_plan_allocation: raw,
  attributed_staffs: raw,
  line_item_group: raw,
  applied_discounts: raw,
  applied_discount: raw,
};

export const linePayload = identified(
  z.object({
    ...extraShape,
    id: idOrNone,
    /** Lines of checkouts have this instead of an id. */
    key: idOrNone,
    product_id: idOrNone,
    variant_id: idOrNone,
    sku: text,
    title: text,
    variant_title: text,
    vendor: text,
    quantity: requiredCount,
    current_quantity: count,
    fulfillable_quantity: count,
    price: amount,
    price_set: moneySet,
    total_discount: amount,
    total_discount_set: moneySet,
    discount_allocations: discountAllocations,
    tax_lines: taxLines,
    requires_shipping: flag,
    taxable: flag,
    gift_card: flag,
    grams: amount,
    fulfillment_status: text,
    properties: attributeList,
  }),
);
export type LinePayload = z.output<typeof linePayload>;

interface LineContext {
  readonly currency: string | undefined;
  readonly applications?: DiscountApplications;
  /** There is a discount of the whole that the body does not spread over the lines. */
  readonly isReduced?: boolean;
  /** How many pieces of a line went out and came back, where the body tells. */
  readonly fulfilled?: Counter | undefined;
  readonly refunded?: Counter | undefined;
}

export function toLineItem(line: LinePayload, context: LineContext): LineItem {
  const { currency, applications, isReduced, fulfilled, refunded } = context;
  const unitPrice = shopMoney(line.price, line.price_set, currency);
  const isUnclear = isReduced === true || isFilled(line.applied_discounts) || isFilled(line.applied_discount);
  const discount = lineDiscount(line, isUnclear, currency);
  const quantity = line.quantity ?? 0;
  return {
    id: line.id ?? orAbsent(line.key),
    productId: line.product_id,
    variantId: line.variant_id,
    sku: orNull(line.sku),
    title: orAbsent(line.title),
    variantTitle: orNull(line.variant_title),
    vendor: orNull(line.vendor),
    quantity,
    currentQuantity: line.current_quantity ?? undefined,
    fulfillableQuantity: line.fulfillable_quantity ?? undefined,
    fulfilledQuantity: fulfilled?.(line.id),
    refundedQuantity: refunded?.(line.id),
    unitPrice,
    discount,
    tax: sumTaxes(line.tax_lines, currency),
    total: isUnclear && discount === undefined ? undefined : lineTotal(unitPrice, quantity, discount),
    taxLines: toTaxLines(line.tax_lines, currency),
    discounts: toAllocations(line.discount_allocations, applications, currency),
    requiresShipping: line.requires_shipping,
    taxable: line.taxable,
    giftCard: line.gift_card,
    weight: line.grams ? { value: line.grams, unit: "g" } : undefined,
    fulfillmentStatus: line.fulfillment_status,
    attributes: line.properties,
    extra: toExtra(extraShape, line),
  };
}

/** unitPrice times quantity less discount; undefined when the price is unknown. */
export function lineTotal(
  unitPrice: Money | undefined,
  quantity: number,
  discount: Money | undefined,
): Money | undefined {
  if (unitPrice === undefined) return undefined;
  const gross = multiplyMoney(unitPrice, quantity);
  return gross === undefined || discount === undefined ? gross : subtractMoney(gross, discount);
}

/**
 * `total_discount` lacks what an order-level discount takes off the line; the allocations hold both:
 * https://shopify.dev/docs/api/admin-rest/latest/resources/order#resource-object (line_items.discount_allocations)
 */
function lineDiscount(
  line: LinePayload,
  isUnclear: boolean,
  currency: string | undefined,
): Money | undefined {
  const plain = shopMoney(line.total_discount, line.total_discount_set, currency);
  const allocations = line.discount_allocations ?? [];
  if (allocations.length > 0) {
    const amounts = allocations.map(({ amount, amount_set }) => shopMoney(amount, amount_set, currency));
    return sumOrZero(amounts, currency) ?? plain;
  }
  return plain ?? (isUnclear ? undefined : sumOrZero(line.discount_allocations && [], currency));
}

/** Applied discounts of checkouts and drafts: whether they count per piece or per line is unverified, so extra holds them. */
function isFilled(applied: unknown): boolean {
  return Array.isArray(applied) ? applied.length > 0 : applied !== null && applied !== undefined;
}
