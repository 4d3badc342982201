/** Bodies of `fulfillments/*`, `fulfillment_events/create`, `returns/*` and `disputes/*`. */
import type { SampleOptions } from "../../../wire.ts";
import { toAmounts } from "./amounts.ts";
import { gid, number, toJson } from "./json.ts";
import { aFulfillment } from "./order.ts";
import { address } from "./people.ts";

/** The id is the shipment's, its order's id stands below. */
export function fulfillmentBody({ id, at, status }: SampleOptions, shipmentStatus: string | null): string {
  return toJson({
    ...aFulfillment({ id, at }, 2),
    id: number(id),
    admin_graphql_api_id: gid("Fulfillment", id),
    order_id: number(id, 1000),
    status: status ?? "success",
    shipment_status: shipmentStatus,
    email: "mara.lindqvist@example.com",
    destination: address,
    origin_address: null,
  });
}

export function fulfillmentEventBody({ id, at, status }: SampleOptions): string {
  return toJson({
    id: number(id, 7),
    fulfillment_id: number(id),
    order_id: number(id, 1000),
    shop_id: 61204472113,
    status: status ?? "in_transit",
    message: "Departed from facility",
    happened_at: at,
    created_at: at,
    updated_at: at,
    estimated_delivery_at: null,
    country: "US",
    province: null,
    city: null,
    zip: null,
    address1: null,
    latitude: null,
    longitude: null,
    admin_graphql_api_id: gid("FulfillmentEvent", id, 7),
  });
}

export function returnBody({ id }: SampleOptions, status: string): string {
  return toJson({
    id: number(id),
    admin_graphql_api_id: gid("Return", id),
    status,
    order: { id: number(id, 1000), admin_graphql_api_id: gid("Order", id, 1000) },
    name: "#1042-R1",
    total_return_line_items: 1,
    return_line_items: [
      {
        id: number(id, 11),
        admin_graphql_api_id: gid("ReturnLineItem", id, 11),
        quantity: 1,
        return_reason: "color",
        return_reason_note: "",
        customer_note: "Darker than in the picture",
        restocking_fee: null,
        fulfillment_line_item: {
          id: number(id, 21),
          admin_graphql_api_id: gid("FulfillmentLineItem", id, 21),
          line_item: { id: number(id, 31), admin_graphql_api_id: gid("LineItem", id, 31) },
        },
      },
    ],
    return_shipping_fees: [],
    exchange_line_items: [],
    total_exchange_line_items: 0,
  });
}

export function returnDeclinedBody({ id }: SampleOptions): string {
  return toJson({
    id: number(id),
    admin_graphql_api_id: gid("Return", id),
    status: "declined",
    order: { id: number(id, 1000), admin_graphql_api_id: gid("Order", id, 1000) },
    decline: { reason: "final_sale", note: "Sold as seen" },
  });
}

/** The other shape: an order id, nothing of the lines. */
export function returnStatusBody({ id }: SampleOptions, status: string): string {
  return toJson({
    id: number(id),
    admin_graphql_api_id: gid("Return", id),
    order_id: number(id, 1000),
    status,
  });
}

export function disputeBody({ id, at, amount, currency, status }: SampleOptions): string {
  const { total, currency: code } = toAmounts(amount, currency);
  return toJson({
    id: number(id),
    order_id: number(id, 1000),
    type: "chargeback",
    amount: total,
    currency: code,
    reason: "product_not_received",
    network_reason_code: "13.1",
    status: status ?? "needs_response",
    initiated_at: at,
    evidence_due_by: "2026-11-30T00:00:00-05:00",
    evidence_sent_on: null,
    finalized_on: null,
  });
}
