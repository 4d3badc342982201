/**
 * `returns/*`. Bodies: https://shopify.dev/docs/api/webhooks/latest. Request and approval bring the whole return,
 * decline, cancel, close and reopen only its status, so those patch. No body has a time: the webhook's own decides.
 */
import { z } from "zod";
import type { OrderReturn } from "../../canonical/shipping.ts";
import { count, id, idOrNone, listOf, objectOf, text } from "../../payload.ts";
import { type MapContext, type Observation, observed, patched } from "../../platform.ts";
import { identified } from "./gid.ts";
import { orNull, raw, toExtra, versionOf } from "./text.ts";

const extraShape = { return_shipping_fees: raw, exchange_line_items: raw, total_exchange_line_items: raw };

const reference = objectOf(identified(z.object({ id: idOrNone })));

const returnObject = z.object({
  ...extraShape,
  id,
  name: text,
  status: text,
  order_id: idOrNone,
  order: reference,
  decline: objectOf(z.object({ reason: text, note: text })),
  total_return_line_items: count,
  return_line_items: listOf(
    identified(
      z.object({
        id: idOrNone,
        quantity: count,
        return_reason: text,
        return_reason_note: text,
        customer_note: text,
        fulfillment_line_item: objectOf(z.object({ line_item: reference })),
      }),
    ),
  ),
});
export const returnPayload = identified(returnObject);
type ReturnPayload = z.output<typeof returnObject>;

export function observeReturn(payload: ReturnPayload, context: MapContext): Observation[] {
  const status = toStatus(payload.status);
  const state: OrderReturn = {
    id: payload.id,
    orderId: toOrderId(payload),
    name: orNull(payload.name),
    status,
    // Only a word that is no canonical one is kept, so that a patch of the status leaves no old word beside it.
    ...(status === "unknown" ? { platformStatus: payload.status } : {}),
    lineItems: toLines(payload),
    extra: toExtra(extraShape, payload),
  };
  const isNew = context.topic === "returns/request";
  return [observed("return", { id: payload.id, version: versionOf(context), state, isNew })];
}

export function observeReturnStatus(payload: ReturnPayload, context: MapContext): Observation[] {
  const entity = { id: payload.id, version: versionOf(context) };
  const status = toStatus(payload.status);
  const orderId = toOrderId(payload);
  const reason = payload.decline?.reason;
  return [
    ...(orderId ? [patched("return", { ...entity, path: "orderId", value: orderId })] : []),
    ...(reason ? [patched("return", { ...entity, path: "declineReason", value: reason })] : []),
    ...(status === "unknown"
      ? [patched("return", { ...entity, path: "platformStatus", value: payload.status })]
      : []),
    ...(status === undefined ? [] : [patched("return", { ...entity, path: "status", value: status })]),
  ];
}

/** Two shapes: `order: {id}` and `order_id`. */
function toOrderId(payload: ReturnPayload): string | null | undefined {
  return payload.order?.id ?? payload.order_id;
}

/** An empty list beside a count above zero (as in Shopify's own sample) means that the lines are not told. */
function toLines(payload: ReturnPayload): OrderReturn["lineItems"] {
  const lines = payload.return_line_items;
  if (lines === undefined || (lines.length === 0 && (payload.total_return_line_items ?? 0) > 0))
    return undefined;
  return lines.map((line) => ({
    id: line.id ?? undefined,
    lineItemId: line.fulfillment_line_item?.line_item?.id ?? undefined,
    quantity: line.quantity ?? undefined,
    reason: orNull(line.return_reason),
    note: orNull(line.customer_note ?? line.return_reason_note),
  }));
}

function toStatus(status: string | null | undefined): OrderReturn["status"] {
  switch (status) {
    case undefined:
    case null:
      return undefined;
    case "requested":
    case "open":
    case "declined":
    case "closed":
      return status;
    case "canceled":
    case "cancelled":
      return "cancelled";
    default:
      return "unknown";
  }
}
