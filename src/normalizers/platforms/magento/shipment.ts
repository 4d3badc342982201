import { z } from "zod";
import type { trackingNumber } from "../../canonical/order.ts";
import type { Fulfillment } from "../../canonical/shipping.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { id, listOf, objectOf, requiredCount, text } from "../../payload.ts";
import { type Observation, observed, patched } from "../../platform.ts";
import {
  blankToAbsent,
  blankToNull,
  bornAt,
  looseId,
  type Seen,
  stamps,
  stampsOf,
  toExtra,
  versionOf,
} from "./values.ts";

const line = z.object({
  order_item_id: looseId,
  product_id: looseId,
  sku: text,
  name: text,
  qty: requiredCount,
});
const track = z.object({ track_number: text, title: text, carrier_code: text });

export const shipmentPayload = z.object({
  entity_id: id,
  increment_id: text,
  order_id: id,
  ...stamps,
  items: listOf(line),
  tracks: listOf(track).catch(undefined),
  extension_attributes: objectOf(z.object({ source_code: looseId })).catch(undefined),
});
export type ShipmentPayload = z.output<typeof shipmentPayload>;

/** A shipment exists once goods left; it has no status, is never cancelled, and tells nothing of what the carrier does. */
export function observeShipment(body: ShipmentPayload, seen: Seen): Observation[] {
  const { createdAt, updatedAt } = stampsOf(body);
  const tracking = toTracking(body.tracks);
  const version = versionOf(body, seen);
  const lineItems = body.items?.map((item) => ({
    ...(item.order_item_id ? { lineItemId: item.order_item_id } : {}),
    quantity: item.qty,
  }));
  const state: Fulfillment = {
    id: body.entity_id,
    orderId: body.order_id,
    name: blankToNull(body.increment_id),
    status: "shipped",
    createdAt,
    updatedAt,
    carrier: tracking?.[0]?.carrier,
    tracking,
    // The inventory source that the goods left from.
    locationId: blankToNull(body.extension_attributes?.source_code),
    lineItems: body.items?.map((item, at) => ({
      ...lineItems?.[at],
      quantity: item.qty,
      productId: item.product_id,
      sku: blankToNull(item.sku),
      title: item.name ?? undefined,
    })),
    extra: toExtra({ carrierCodes: body.tracks?.flatMap(({ carrier_code: code }) => (code ? [code] : [])) }),
  };
  return [
    observed("fulfillment", {
      id: body.entity_id,
      version,
      state,
      bornAt: bornAt(body),
      ...(seen.isNew === undefined ? {} : { isNew: seen.isNew }),
    }),
    patched("order", {
      id: body.order_id,
      version,
      path: "fulfillments",
      key: body.entity_id,
      value: {
        id: body.entity_id,
        status: "shipped",
        createdAt: toTimestamp(body.created_at),
        tracking,
        lineItems,
      },
    }),
  ];
}

function toTracking(tracks: ShipmentPayload["tracks"]): z.infer<typeof trackingNumber>[] | undefined {
  return tracks?.map(({ track_number, title }) => ({
    number: blankToAbsent(track_number),
    carrier: blankToNull(title),
  }));
}
