import { z } from "zod";
import type { Order } from "../../canonical/order.ts";
import type { Fulfillment } from "../../canonical/shipping.ts";
import { filled, orAbsent, orNull } from "../../fields.ts";
import { count, id, idOrNone, listOf, text } from "../../payload.ts";
import { addressPayload, momentOf, pagesOf, toAddress } from "./values.ts";

const shipment = z.object({
  id,
  order_id: id,
  date_created: text,
  tracking_number: text,
  tracking_carrier: text,
  tracking_link: text,
  generated_tracking_link: text,
  shipping_provider: text,
  shipping_provider_display_name: text,
  shipping_method: text,
  comments: text,
  order_address_id: idOrNone,
  shipping_address: addressPayload,
  items: listOf(z.object({ order_product_id: idOrNone, product_id: idOrNone, quantity: count })),
});
type Shipment = z.output<typeof shipment>;

/** `GET /v2/orders/{id}/shipments`: https://developer.bigcommerce.com/docs/rest-management/orders/order-shipments */
export const shipmentsAnswer = pagesOf(shipment);

/** A shipment of BigCommerce is a parcel that left; nothing tells when it arrives. */
const STATUS = "shipped";

export function toOrderFulfillments(shipments: readonly Shipment[]): Order["fulfillments"] {
  return shipments.map((each) => ({
    id: each.id,
    status: STATUS,
    createdAt: momentOf(each.date_created),
    tracking: trackingOf(each),
    lineItems: itemsOf(each).map(({ lineItemId, quantity }) => ({ lineItemId, quantity })),
  }));
}

export function toFulfillment(each: Shipment): Fulfillment {
  return {
    id: each.id,
    orderId: each.order_id,
    status: STATUS,
    createdAt: momentOf(each.date_created),
    carrier: carrierOf(each),
    tracking: trackingOf(each),
    service: orNull(each.shipping_method),
    destination: toAddress(each.shipping_address),
    lineItems: itemsOf(each),
    extra: filled({ comments: each.comments, orderAddressId: each.order_address_id }),
  };
}

function itemsOf({ items }: Shipment) {
  return (items ?? []).map((item) => ({
    lineItemId: item.order_product_id ?? undefined,
    productId: item.product_id,
    quantity: item.quantity ?? 0,
  }));
}

function trackingOf(each: Shipment): NonNullable<Fulfillment["tracking"]> {
  const number = orAbsent(each.tracking_number);
  const url = orAbsent(each.tracking_link) ?? orAbsent(each.generated_tracking_link);
  return number === undefined && url === undefined ? [] : [{ number, url, carrier: carrierOf(each) }];
}

function carrierOf(each: Shipment): string | null | undefined {
  return (
    orAbsent(each.shipping_provider_display_name) ??
    orAbsent(each.tracking_carrier) ??
    orNull(each.shipping_provider)
  );
}
