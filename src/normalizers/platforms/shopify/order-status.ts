/** Shopify has no one status of an order: it follows from moments and two words. */
import type { Order } from "../../canonical/order.ts";
import { type EmbeddedFulfillment, isUnderWay } from "./fulfillment.ts";

interface Moments {
  readonly cancelled_at?: string | null | undefined;
  readonly closed_at?: string | null | undefined;
}

/** Absent when the body was trimmed of both moments: then nothing is known. */
export function toOrderStatus({ cancelled_at, closed_at }: Moments): Order["status"] {
  if (cancelled_at) return "cancelled";
  if (closed_at) return "completed";
  return cancelled_at === undefined && closed_at === undefined ? undefined : "open";
}

/** https://shopify.dev/docs/api/admin-graphql/latest/enums/OrderDisplayFinancialStatus; REST's `expired` is unverified. */
export function toPaymentStatus(status: string | null | undefined): Order["paymentStatus"] {
  switch (status) {
    case undefined:
      return undefined;
    case null:
    case "":
      return "pending";
    case "pending":
    case "authorized":
    case "partially_paid":
    case "paid":
    case "partially_refunded":
    case "refunded":
    case "voided":
    case "expired":
      return status;
    default:
      return "unknown";
  }
}

/** Delivery is no status of the order: it follows from the shipments that went out. */
export function toOrderFulfillmentStatus(
  status: string | null | undefined,
  fulfillments: readonly EmbeddedFulfillment[] | undefined,
): Order["fulfillmentStatus"] {
  switch (status) {
    case undefined:
      return undefined;
    case null:
    case "":
      return "unfulfilled";
    case "partial":
      return "partially_fulfilled";
    case "fulfilled":
      return areDelivered(fulfillments ?? []) ? "delivered" : "fulfilled";
    case "restocked":
      return "restocked";
    default:
      return "unknown";
  }
}

function areDelivered(fulfillments: readonly EmbeddedFulfillment[]): boolean {
  const sent = fulfillments.filter(isUnderWay);
  return sent.length > 0 && sent.every(({ shipment_status }) => shipment_status === "delivered");
}
