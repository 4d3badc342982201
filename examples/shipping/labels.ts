/** What a shipping tool makes of an event: a request to whoever prints the labels. */
import type { EventOf, StateOf } from "entrepot/client";

export type ShippingEvent = EventOf<
  "order.paid" | "order.address_changed" | "order.cancelled" | "order.refunded"
>;

export interface LabelRequest {
  readonly action: "create_label" | "change_address" | "cancel_label" | "ask_for_address";
  /** The event's id: whoever gets a request twice sees it here. */
  readonly request: string;
  readonly store: string;
  readonly orderId: string;
  readonly orderNumber?: string | undefined;
  readonly to?: StateOf<"order">["shippingAddress"];
  readonly parcels?: { sku: string | null; quantity: number }[];
}

/** Undefined when there is nothing to do. */
export function toLabelRequest(event: ShippingEvent): LabelRequest | undefined {
  const { order } = event.data;
  // Neither test orders nor orders that were paid long before the store was connected may reach a warehouse.
  if (event.test || event.firstseen || order.test) return undefined;
  const base = { request: event.id, store: event.store, orderId: order.id, orderNumber: order.number };
  switch (event.type) {
    case "order.paid":
      return toLabel(base, order);
    case "order.address_changed":
      return order.fulfillmentStatus === "fulfilled"
        ? undefined
        : { action: "change_address", ...base, to: order.shippingAddress };
    case "order.cancelled":
    case "order.refunded":
      return { action: "cancel_label", ...base };
  }
}

function toLabel(base: Omit<LabelRequest, "action">, order: StateOf<"order">): LabelRequest | undefined {
  const toShip = (order.lineItems ?? []).filter((item) => item.requiresShipping !== false && !item.giftCard);
  if (toShip.length === 0) return undefined;
  if (!order.shippingAddress) return { action: "ask_for_address", ...base };
  return {
    action: "create_label",
    ...base,
    to: order.shippingAddress,
    parcels: toShip.map(({ sku = null, quantity, fulfillableQuantity = quantity }) => ({
      sku,
      quantity: fulfillableQuantity,
    })),
  };
}
