import { z } from "zod";
import type { Cart } from "../../canonical/cart.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { currencyOf, orAbsent, orNull, pickExtra, raw } from "../../fields.ts";
import { count, flag, id, idOrNone, listOf, objectOf, text } from "../../payload.ts";
import { deleted, type MapContext, type Observation, observed } from "../../platform.ts";
import { type DomainEvent, versionOf } from "./envelope.ts";
import { variantOf } from "./line-item.ts";
import { moneyOf, price } from "./money.ts";

const extraFields = {
  orderId: raw,
  purchaseFlowId: raw,
  customerInfo: raw,
  coupons: raw,
  customCheckoutUrl: raw,
};

/** A cart of version 2; the inner shape of its lines is from the types of @wix/auto_sdk_ecom_cart-v-2. */
export const cartPayload = z.object({
  id,
  createdDate: text,
  updatedDate: text,
  note: text,
  orderPlaced: flag,
  businessInfo: objectOf(z.object({ currencyCode: text })),
  subtotal: price,
  lineItems: listOf(
    z.object({
      id,
      name: objectOf(z.object({ original: text })).catch(undefined),
      quantityInfo: objectOf(z.object({ confirmedQuantity: count, requestedQuantity: count })),
      pricing: objectOf(z.object({ unitPrice: price, totalPrice: price })),
      source: objectOf(
        z.object({
          catalogReference: objectOf(
            z.object({
              catalogItemId: idOrNone,
              options: objectOf(z.object({ variantId: idOrNone })).catch(undefined),
            }),
          ),
        }),
      ),
      attributes: objectOf(z.object({ physicalProperties: objectOf(z.object({ sku: text })) })),
    }),
  ),
  ...extraFields,
});
type CartPayload = z.output<typeof cartPayload>;

export function observeCart(event: DomainEvent<CartPayload>, context: MapContext): Observation[] {
  const { body } = event;
  return [
    observed("cart", {
      id: body.id,
      version: versionOf(event, context, body.updatedDate),
      bornAt: toTimestamp(body.createdDate),
      isNew: context.topic.endsWith("_created"),
      state: toCart(body),
    }),
  ];
}

export function observeCartDeletion(event: DomainEvent<unknown>, context: MapContext): Observation[] {
  return event.entityId === undefined ? [] : [deleted("cart", event.entityId, versionOf(event, context))];
}

/** The change to "ordered" has no time of its own; the cart's change time is that of the order's placing. */
function toCart(body: CartPayload): Cart {
  const currency = currencyOf(body.businessInfo?.currencyCode);
  const updatedAt = toTimestamp(body.updatedDate);
  return {
    id: body.id,
    createdAt: toTimestamp(body.createdDate),
    updatedAt,
    completedAt: body.orderPlaced ? updatedAt : undefined,
    currency,
    totals: { subtotal: moneyOf(body.subtotal, currency) },
    lineItems: body.lineItems?.map((item) => ({
      id: item.id,
      productId: item.source?.catalogReference?.catalogItemId,
      variantId: variantOf(item.source?.catalogReference?.options?.variantId),
      sku: orNull(item.attributes?.physicalProperties?.sku),
      title: orAbsent(item.name?.original),
      quantity: item.quantityInfo?.confirmedQuantity ?? item.quantityInfo?.requestedQuantity ?? 0,
      unitPrice: moneyOf(item.pricing?.unitPrice, currency),
      total: moneyOf(item.pricing?.totalPrice, currency),
    })),
    note: orNull(body.note),
    extra: pickExtra(extraFields, body),
  };
}
