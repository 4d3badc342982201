/** `fulfillments/*` and `fulfillment_events/create`, and the fulfillments embedded in orders. */
import { z } from "zod";
import type { trackingNumber } from "../../canonical/order.ts";
import type { Fulfillment } from "../../canonical/shipping.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { count, id, idOrNone, listOf, text } from "../../payload.ts";
import { type MapContext, type Observation, observed, patched } from "../../platform.ts";
import { addressPayload, toAddress } from "./address.ts";
import { identified, idOrGid } from "./gid.ts";
import { orAbsent, orNull, raw, textList, toExtra, versionOf } from "./text.ts";

const extraShape = { origin_address: raw };

const shipmentShape = {
  name: text,
  status: text,
  shipment_status: text,
  created_at: text,
  updated_at: text,
  tracking_company: text,
  tracking_number: text,
  tracking_numbers: textList,
  tracking_url: text,
  tracking_urls: textList,
  line_items: listOf(
    identified(
      z.object({
        id: idOrNone,
        product_id: idOrNone,
        variant_id: idOrNone,
        sku: text,
        title: text,
        quantity: count,
      }),
    ),
  ),
};
const embedded = z.object({ ...shipmentShape, id: idOrNone });
export const embeddedFulfillments = listOf(identified(embedded));
export type EmbeddedFulfillment = z.output<typeof embedded>;

export const fulfillmentPayload = identified(
  z.object({
    ...extraShape,
    ...shipmentShape,
    id,
    order_id: idOrGid,
    service: text,
    location_id: idOrNone,
    destination: addressPayload,
    email: text,
  }),
);

/** https://shopify.dev/docs/api/webhooks/latest (fulfillment_events/create) */
export const fulfillmentEventPayload = z.object({
  fulfillment_id: idOrGid,
  order_id: idOrNone,
  status: text,
  happened_at: text,
  created_at: text,
});

export function observeFulfillment(
  payload: z.output<typeof fulfillmentPayload>,
  context: MapContext,
): Observation[] {
  return [
    observed("fulfillment", {
      id: payload.id,
      version: versionOf(context, payload.updated_at, payload.created_at),
      state: toFulfillment(payload),
      bornAt: toTimestamp(payload.created_at),
      isNew: context.topic === "fulfillments/create",
    }),
  ];
}

/** A scan by the carrier. Its own time decides, so that scans which arrive late do not turn the status back. */
export function observeFulfillmentEvent(
  scan: z.output<typeof fulfillmentEventPayload>,
  context: MapContext,
): Observation[] {
  if (!scan.status) return [];
  const entity = { id: scan.fulfillment_id, version: versionOf(context, scan.happened_at, scan.created_at) };
  return [
    ...(scan.order_id ? [patched("fulfillment", { ...entity, path: "orderId", value: scan.order_id })] : []),
    patched("fulfillment", { ...entity, path: "platformShipmentStatus", value: scan.status }),
    patched("fulfillment", { ...entity, path: "shipmentStatus", value: toShipmentStatus(scan.status) }),
  ];
}

function toFulfillment(payload: z.output<typeof fulfillmentPayload>): Fulfillment {
  return {
    id: payload.id,
    orderId: payload.order_id,
    name: orNull(payload.name),
    status: toFulfillmentStatus(payload),
    platformStatus: payload.status,
    // A field that is present, even as undefined, would hide what a carrier scan told before.
    ...(payload.shipment_status === undefined
      ? {}
      : {
          shipmentStatus: toShipmentStatus(payload.shipment_status),
          platformShipmentStatus: payload.shipment_status,
        }),
    createdAt: toTimestamp(payload.created_at),
    updatedAt: toTimestamp(payload.updated_at),
    carrier: orNull(payload.tracking_company),
    tracking: toTracking(payload),
    service: orNull(payload.service),
    locationId: payload.location_id,
    destination: toAddress(payload.destination),
    email: orNull(payload.email),
    lineItems: payload.line_items?.flatMap((line) => {
      const { quantity } = line;
      if (typeof quantity !== "number") return [];
      return [
        {
          lineItemId: line.id ?? undefined,
          productId: line.product_id,
          variantId: line.variant_id,
          sku: orNull(line.sku),
          title: orAbsent(line.title),
          quantity,
        },
      ];
    }),
    extra: toExtra(extraShape, payload),
  };
}

/** A shipment that is neither cancelled nor failed, so that its goods count as sent. */
export function isUnderWay(fulfillment: EmbeddedFulfillment): boolean {
  return !["cancelled", "error", "failure"].includes(fulfillment.status ?? "");
}

export function toFulfillmentStatus({ status, shipment_status }: EmbeddedFulfillment): Fulfillment["status"] {
  switch (status) {
    case "success":
      return shipment_status === "delivered" ? "delivered" : "shipped";
    case "pending":
    case "open":
    case "cancelled":
      return status;
    case "error":
    case "failure":
      return "failed";
    default:
      return undefined;
  }
}

/** Numbers and addresses belong together by position; the single fields repeat the first of each. */
export function toTracking(payload: EmbeddedFulfillment): z.infer<typeof trackingNumber>[] {
  const numbers = payload.tracking_numbers?.length ? payload.tracking_numbers : [payload.tracking_number];
  const urls = payload.tracking_urls?.length ? payload.tracking_urls : [payload.tracking_url];
  const rows = Math.max(numbers.length, urls.length);
  return Array.from({ length: rows }, (_, row) => ({
    number: orAbsent(numbers[row]),
    url: orAbsent(urls[row]),
    carrier: orNull(payload.tracking_company),
  })).filter(({ number, url }) => number !== undefined || url !== undefined);
}

function toShipmentStatus(status: string | null): Fulfillment["shipmentStatus"] {
  switch (status) {
    case null:
      return null;
    case "label_printed":
    case "label_purchased":
      return "label_created";
    case "confirmed":
    case "ready_for_pickup":
    case "in_transit":
    case "out_for_delivery":
    case "attempted_delivery":
    case "delivered":
      return status;
    case "failure":
      return "failed";
    default:
      return "unknown";
  }
}
