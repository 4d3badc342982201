/** The lines of an order, and which of their pieces its fulfillments have sent. */
import { z } from "zod";
import { divideDecimals } from "../../canonical/money.ts";
import type { LineItem, Order } from "../../canonical/order.ts";
import { orAbsent, orNull, pickExtra, raw } from "../../fields.ts";
import { amount, count, idOrNone, listOf, text } from "../../payload.ts";
import { recipientPayload } from "./address.ts";
import { money, toSquareMoney } from "./money.ts";

const lineExtra = { note: raw, modifiers: raw, metadata: raw, item_type: raw, quantity_unit: raw };

export const linePayload = z.object({
  ...lineExtra,
  uid: idOrNone,
  catalog_object_id: idOrNone,
  name: text,
  variation_name: text,
  quantity: count,
  base_price_money: money,
  total_money: money,
  total_tax_money: money,
  total_discount_money: money,
});
export type LinePayload = z.output<typeof linePayload>;

const details = z
  .object({
    recipient: recipientPayload,
    carrier: text,
    tracking_number: text,
    tracking_url: text,
    shipping_type: text,
    placed_at: text,
  })
  .nullish()
  .catch(undefined);

export const fulfillmentPart = z.object({
  uid: idOrNone,
  type: text,
  state: text,
  line_item_application: text,
  entries: listOf(z.object({ line_item_uid: idOrNone, quantity: count })),
  shipment_details: details,
  pickup_details: details,
  delivery_details: details,
});
export type FulfillmentPart = z.output<typeof fulfillmentPart>;

export const taxPart = z.object({ name: text, percentage: amount, applied_money: money });
export const discountPart = z.object({ name: text, type: text, percentage: amount, applied_money: money });

/** A line names the variation that was sold; the item it belongs to is known from the catalogue only. */
export function toLineItem(line: LinePayload, fulfilledQuantity: number | undefined): LineItem {
  return {
    id: line.uid ?? undefined,
    variantId: line.catalog_object_id,
    title: orAbsent(line.name),
    variantTitle: orNull(line.variation_name),
    quantity: line.quantity ?? 0,
    fulfilledQuantity,
    unitPrice: toSquareMoney(line.base_price_money),
    discount: toSquareMoney(line.total_discount_money),
    tax: toSquareMoney(line.total_tax_money),
    total: toSquareMoney(line.total_money),
    extra: pickExtra(lineExtra, line),
  };
}

/** Pieces of the line in completed fulfillments, which hold all lines unless they list entries. */
export function fulfilledOf(line: LinePayload, fulfillments: readonly FulfillmentPart[]): number {
  const sent = fulfillments
    .filter(({ state }) => state === "COMPLETED")
    .map(({ line_item_application, entries }) =>
      line_item_application === "ENTRY_LIST"
        ? (entries ?? [])
            .filter((entry) => entry.line_item_uid === line.uid)
            .reduce((sum, entry) => sum + (entry.quantity ?? 0), 0)
        : (line.quantity ?? 0),
    );
  return Math.min(
    sent.reduce((sum, pieces) => sum + pieces, 0),
    line.quantity ?? 0,
  );
}

export function toTaxLines(taxes: readonly z.output<typeof taxPart>[] | undefined): Order["taxLines"] {
  return taxes?.map(({ name, percentage, applied_money }) => ({
    title: orAbsent(name),
    rate: percentage ? shift(percentage) : undefined,
    amount: toSquareMoney(applied_money),
  }));
}

export function toDiscounts(
  discounts: readonly z.output<typeof discountPart>[] | undefined,
): Order["discounts"] {
  return discounts?.map(({ name, type, percentage, applied_money }) => ({
    title: orAbsent(name),
    type: orAbsent(type),
    value: percentage ?? undefined,
    amount: toSquareMoney(applied_money),
  }));
}

/** Per cent as a fraction: 8.5 is 0.085. */
function shift(percentage: string): string | undefined {
  return divideDecimals(percentage, "100", 9);
}
