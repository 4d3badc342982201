/** Invoice, shipment and credit memo of the sample order, as REST answers them. */
import type { SampleOptions } from "../../../wire.ts";
import { LINE, sampleSums } from "./order.ts";
import { stampsOf, toId } from "./php.ts";

export function sampleInvoice(options: SampleOptions): Record<string, unknown> {
  const sums = sampleSums(options);
  return {
    entity_id: toId(`${options.id}1`),
    increment_id: `${options.id}1`.padStart(9, "0"),
    order_id: toId(options.id),
    state: options.stage === "created" ? 1 : 2,
    ...stampsOf(options),
    base_currency_code: sums.currency,
    order_currency_code: sums.currency,
    grand_total: Number(sums.total),
    items: [
      { entity_id: 31, order_item_id: LINE.configurable, qty: 2 },
      { entity_id: 32, order_item_id: LINE.simple, qty: 1 },
    ],
  };
}

/** The first shipment has one piece of the first line, the second one the rest. */
export function sampleShipment(options: SampleOptions): Record<string, unknown> {
  const isFirst = options.stage !== "shipped";
  const id = `${options.id}${isFirst ? 1 : 2}`;
  const cup = {
    entity_id: 41,
    order_item_id: LINE.configurable,
    product_id: 93,
    name: "Kaffeebecher „Hafen“",
    sku: "HB-93-BLAU",
    qty: 1,
  };
  const bag = {
    entity_id: 42,
    order_item_id: LINE.simple,
    product_id: 22,
    name: "Seesack",
    sku: "HB-22",
    qty: 1,
  };
  return {
    entity_id: toId(id),
    increment_id: id.padStart(9, "0"),
    order_id: toId(options.id),
    ...stampsOf(options),
    total_qty: isFirst ? 1 : 2,
    items: isFirst ? [cup] : [cup, bag],
    tracks: [
      {
        entity_id: 51,
        parent_id: toId(id),
        order_id: toId(options.id),
        track_number: "99.00.123456.12345678",
        title: "Die Post",
        carrier_code: "custom",
      },
    ],
    extension_attributes: { source_code: "default" },
  };
}

export function sampleCreditmemo(options: SampleOptions): Record<string, unknown> {
  const sums = sampleSums(options);
  const total = Number(sums.second);
  return {
    entity_id: toId(`${options.id}1`),
    increment_id: `${options.id}1`.padStart(9, "0"),
    order_id: toId(options.id),
    state: 2,
    ...stampsOf(options),
    base_currency_code: sums.currency,
    order_currency_code: sums.currency,
    grand_total: total,
    subtotal: total,
    tax_amount: 0,
    discount_amount: 0,
    shipping_amount: 0,
    adjustment_positive: 0,
    adjustment_negative: 0,
    items: [
      {
        entity_id: 71,
        order_item_id: LINE.simple,
        name: "Seesack",
        sku: "HB-22",
        qty: 1,
        row_total: total,
        tax_amount: 0,
      },
    ],
  };
}
