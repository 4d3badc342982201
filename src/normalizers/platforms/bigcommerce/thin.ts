/** What the webhooks hold: ids, and here and there a word more. https://developer.bigcommerce.com/docs/integrations/webhooks/events */
import { z } from "zod";
import { id, idOrNone, text } from "../../payload.ts";
import { inventoryPayload } from "./stock.ts";

const word = z.union([z.string(), z.number()]).transform(String);

/** Scopes of a channel and transactions write `order_id`, shipments `orderId` beside an id of their own. */
export const orderHint = z.object({
  data: z
    .object({
      id: idOrNone,
      order_id: idOrNone,
      orderId: idOrNone,
      status: z.object({ new_status_id: word }).optional(),
      refund: z.object({ refund_id: id }).optional(),
      transaction_id: idOrNone,
      transaction_type: text,
      transaction_status: text,
    })
    .transform((data, context) => {
      const orderId = data.order_id ?? data.orderId ?? data.id;
      if (orderId) return { ...data, orderId };
      context.addIssue("names no order");
      return z.NEVER;
    }),
});

export const productHint = z.object({ data: z.object({ id, inventory: inventoryPayload }) });

/** The id of an SKU is one of the V2 catalogue; what is read is the product that it belongs to. */
export const skuHint = z.object({
  data: z
    .object({
      sku: z.object({ product_id: idOrNone }).optional(),
      inventory: inventoryPayload,
    })
    .transform((data, context) => {
      const productId = data.inventory?.product_id ?? data.sku?.product_id;
      if (productId) return { ...data, productId };
      context.addIssue("names no product");
      return z.NEVER;
    }),
});

export const placeHint = z.object({ data: z.object({ variant_id: id, product_id: id, location_id: id }) });

export const customerHint = z.object({ data: z.object({ id }) });
export const customerAddressHint = z.object({ data: z.object({ address: z.object({ customer_id: id }) }) });

/** Line items carry `cartId` beside an id of their own, scopes of a channel `cart_id`. */
export const cartHint = z.object({
  data: z
    .object({ id: idOrNone, cartId: idOrNone, cart_id: idOrNone, orderId: idOrNone, order_id: idOrNone })
    .transform((data, context) => {
      const cartId = data.cart_id ?? data.cartId ?? data.id;
      if (cartId) return { cartId, orderId: data.orderId ?? data.order_id ?? undefined };
      context.addIssue("names no cart");
      return z.NEVER;
    }),
});

export const uninstalled = z.object({ producer: text });
