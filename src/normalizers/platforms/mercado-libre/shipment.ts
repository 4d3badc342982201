import { z } from "zod";
import type { Address } from "../../canonical/address.ts";
import type { Fulfillment } from "../../canonical/shipping.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { countryOf, filled, orAbsent, orNull } from "../../fields.ts";
import { apiPath, type Read } from "../../hydration.ts";
import { count, id, idOrNone, text } from "../../payload.ts";
import { toShipmentStatus } from "./order-status.ts";

const place = z.object({ id: text, name: text }).nullish().catch(undefined);

/** `GET /shipments/{id}` in its new format: https://developers.mercadolibre.com.ar/en_us/shipment-handling */
export const shipmentAnswer = z.object({
  id,
  status: text,
  substatus: text,
  date_created: text,
  last_updated: text,
  tracking_number: text,
  tracking_method: text,
  external_reference: text,
  logistic: z.object({ mode: text, type: text }).nullish().catch(undefined),
  destination: z
    .object({
      receiver_name: text,
      receiver_phone: text,
      shipping_address: z
        .object({
          address_line: text,
          comment: text,
          zip_code: text,
          city: place,
          state: place,
          country: place,
        })
        .nullish()
        .catch(undefined),
    })
    .nullish()
    .catch(undefined),
});
export type Shipment = z.output<typeof shipmentAnswer>;

/** `GET /shipments/{id}/items`: a shipment may hold goods of several orders of one pack. */
export const itemsAnswer = z.array(
  z.object({
    order_id: idOrNone,
    item_id: idOrNone,
    variation_id: idOrNone,
    quantity: count,
    description: text,
  }),
);
export type ShipmentItems = z.output<typeof itemsAnswer>;

// Without the header the old format is answered, which has other fields.
const NEW_FORMAT = { "x-format-new": "true" };

export function readShipment(shipmentId: string): Read[] {
  const about = { mayBeGone: true, mayBeForbidden: true, headers: NEW_FORMAT };
  return [
    { name: "shipment", path: apiPath`/shipments/${shipmentId}`, ...about },
    { name: "items", path: apiPath`/shipments/${shipmentId}/items`, ...about },
  ];
}

export function toFulfillment(shipment: Shipment, items: ShipmentItems, orderId: string): Fulfillment {
  const orderIds = [...new Set(items.flatMap((item) => item.order_id ?? []))];
  return {
    id: shipment.id,
    orderId,
    status: toShipmentStatus(shipment.status),
    platformStatus: orNull(shipment.status),
    createdAt: toTimestamp(shipment.date_created),
    updatedAt: toTimestamp(shipment.last_updated),
    carrier: orNull(shipment.tracking_method),
    tracking: trackingOf(shipment),
    destination: toAddress(shipment),
    lineItems: items.map((item) => ({
      productId: item.item_id,
      variantId: item.variation_id,
      title: orAbsent(item.description),
      quantity: item.quantity ?? 0,
    })),
    extra: filled({
      substatus: shipment.substatus,
      logisticMode: shipment.logistic?.mode,
      logisticType: shipment.logistic?.type,
      externalReference: shipment.external_reference,
      orderIds: orderIds.length > 1 ? orderIds : undefined,
    }),
  };
}

export function trackingOf(shipment: Shipment): NonNullable<Fulfillment["tracking"]> {
  const number = orAbsent(shipment.tracking_number);
  return number === undefined ? [] : [{ number, carrier: orNull(shipment.tracking_method) }];
}

/** Hidden until the order is paid. */
export function toAddress({ destination }: Shipment): Address | undefined {
  const address = destination?.shipping_address;
  if (!destination || !address) return undefined;
  return {
    name: orNull(destination.receiver_name),
    phone: orNull(destination.receiver_phone),
    line1: orNull(address.address_line),
    line2: orNull(address.comment),
    postalCode: orNull(address.zip_code),
    city: orNull(address.city?.name),
    region: orNull(address.state?.name),
    regionCode: orNull(address.state?.id),
    country: countryOf(address.country?.id),
    countryName: orNull(address.country?.name),
  };
}
