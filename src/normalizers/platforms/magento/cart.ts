/** A cart, which Magento calls a quote. It is saved at every step, so its events are many. */
import { z } from "zod";
import { multiplyMoney, toMoney } from "../../canonical/money.ts";
import type { Cart } from "../../canonical/cart.ts";
import { flag, idOrNone, listOf, objectOf, requiredCount, text } from "../../payload.ts";
import { type Observation, observed } from "../../platform.ts";
import {
  blankToAbsent,
  blankToNull,
  bornAt,
  looseAmount,
  looseCount,
  looseId,
  type Seen,
  stamps,
  stampsOf,
  toCurrency,
  toExtra,
  versionOf,
} from "./values.ts";

const line = z.object({
  item_id: looseId,
  parent_item_id: looseId,
  product_id: looseId,
  product_type: text,
  sku: text,
  name: text,
  qty: requiredCount,
  price: looseAmount,
});

export const cartPayload = z
  .object({
    id: idOrNone,
    entity_id: idOrNone,
    ...stamps,
    is_active: flag,
    items: listOf(line),
    items_count: looseCount,
    items_qty: looseCount,
    grand_total: looseAmount,
    subtotal: looseAmount,
    quote_currency_code: text,
    currency: objectOf(z.object({ quote_currency_code: text })).catch(undefined),
    reserved_order_id: text,
    customer_note: text,
    customer_email: text,
    customer_id: looseId,
    customer: objectOf(z.object({ id: looseId, email: text })).catch(undefined),
    store_id: looseId,
  })
  .transform((body, context) => {
    const cartId = body.id ?? body.entity_id;
    if (cartId) return { ...body, id: cartId };
    context.addIssue("has no id; add entity_id to the fields of the event");
    return z.NEVER;
  });
export type CartPayload = z.output<typeof cartPayload>;

export function observeCart(body: CartPayload, seen: Seen): Observation[] {
  return [
    observed("cart", {
      id: body.id,
      version: versionOf(body, seen),
      state: toCart(body),
      bornAt: bornAt(body),
    }),
  ];
}

function toCart(body: CartPayload): Cart {
  const currency = toCurrency(body.quote_currency_code ?? body.currency?.quote_currency_code);
  const { createdAt, updatedAt } = stampsOf(body);
  // An order takes the cart's reserved number and closes the cart; one that is merged into another is closed without.
  const isOrdered = body.is_active === false && blankToAbsent(body.reserved_order_id) !== undefined;
  return {
    id: body.id,
    createdAt,
    updatedAt,
    completedAt: isOrdered ? (updatedAt ?? createdAt ?? null) : null,
    currency,
    totals: {
      subtotal: toMoney(body.subtotal, currency),
      total: toMoney(body.grand_total, currency),
    },
    lineItems: body.items
      ?.filter(({ parent_item_id }) => !parent_item_id)
      .map((item) => {
        const unitPrice = toMoney(item.price, currency);
        return {
          id: item.item_id ?? undefined,
          productId: item.product_id,
          sku: blankToNull(item.sku),
          title: item.name ?? undefined,
          quantity: item.qty,
          unitPrice,
          total: unitPrice && multiplyMoney(unitPrice, item.qty),
        };
      }),
    note: blankToNull(body.customer_note),
    extra: toExtra({
      customerId: body.customer_id ?? body.customer?.id,
      customerEmail: body.customer_email ?? body.customer?.email,
      storeId: body.store_id,
      isActive: body.is_active,
      reservedOrderNumber: body.reserved_order_id,
    }),
  };
}
