/** The fulfillments of an order. Their uid is unique within the order only, so the order's id belongs to theirs. */
import type { Fulfillment } from "../../canonical/shipping.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { orAbsent, orNull } from "../../fields.ts";
import { type Observation, observed, patched } from "../../platform.ts";
import { toDestination } from "./address.ts";
import type { FulfillmentPart, LinePayload } from "./order-lines.ts";
import { toFulfillmentState } from "./order-status.ts";

interface Of {
  readonly orderId: string;
  readonly version: string;
  readonly createdAt: string | undefined;
  readonly locationId: string | null | undefined;
  readonly lines: readonly LinePayload[];
}

export function observeFulfillments(parts: readonly FulfillmentPart[], of: Of): Observation[] {
  return parts.flatMap((part) =>
    part.uid
      ? [
          observed("fulfillment", {
            id: fulfillmentId(of.orderId, part.uid),
            version: of.version,
            state: toFulfillment(part, part.uid, of),
            bornAt: toTimestamp(detailsOf(part)?.placed_at) ?? of.createdAt,
          }),
        ]
      : [],
  );
}

/** What `order.fulfillment.updated` tells without reading the order. */
export function patchFulfillment(
  orderId: string,
  uid: string,
  state: string | null | undefined,
  version: string,
): Observation[] {
  const entity = { id: fulfillmentId(orderId, uid), version };
  const status = toFulfillmentState(state);
  return [
    patched("fulfillment", { ...entity, path: "orderId", value: orderId }),
    patched("fulfillment", { ...entity, path: "platformStatus", value: state ?? null }),
    ...(status === undefined ? [] : [patched("fulfillment", { ...entity, path: "status", value: status })]),
  ];
}

export function detailsOf(part: FulfillmentPart) {
  return part.shipment_details ?? part.delivery_details ?? part.pickup_details;
}

function fulfillmentId(orderId: string, uid: string): string {
  return `${orderId}:${uid}`;
}

function toFulfillment(part: FulfillmentPart, uid: string, of: Of): Fulfillment {
  const details = detailsOf(part);
  const number = orAbsent(details?.tracking_number);
  const url = orAbsent(details?.tracking_url);
  const carrier = orNull(details?.carrier);
  return {
    id: fulfillmentId(of.orderId, uid),
    orderId: of.orderId,
    name: uid,
    status: toFulfillmentState(part.state),
    platformStatus: orNull(part.state),
    createdAt: toTimestamp(details?.placed_at),
    carrier,
    tracking: number || url ? [{ number, url, carrier }] : undefined,
    service: orNull(details?.shipping_type) ?? orNull(part.type),
    locationId: of.locationId,
    destination: toDestination(details?.recipient),
    lineItems: toLines(part, of.lines),
  };
}

function toLines(part: FulfillmentPart, lines: readonly LinePayload[]): Fulfillment["lineItems"] {
  if (part.line_item_application === "ENTRY_LIST") {
    return part.entries?.map((entry) => ({
      lineItemId: entry.line_item_uid ?? undefined,
      quantity: entry.quantity ?? 0,
    }));
  }
  return lines.map((line) => ({
    lineItemId: line.uid ?? undefined,
    variantId: line.catalog_object_id,
    title: orAbsent(line.name),
    quantity: line.quantity ?? 0,
  }));
}
