import { z } from "zod";
import { toMoney } from "../../canonical/money.ts";
import type { Cart } from "../../canonical/cart.ts";
import { currencyOf, filled, orNull } from "../../fields.ts";
import { apiPath, type Hydration, mapAnswer } from "../../hydration.ts";
import { amount, count, id, idOrNone, listOf, text } from "../../payload.ts";
import { type MapContext, type Observation, observed, patched } from "../../platform.ts";
import { momentOf, versionOf, versionOfWebhook } from "./values.ts";

const item = z.object({
  id: idOrNone,
  product_id: idOrNone,
  variant_id: idOrNone,
  sku: text,
  name: text,
  quantity: count,
  list_price: amount,
  sale_price: amount,
  extended_sale_price: amount,
  discount_amount: amount,
});
const cartAnswer = z.object({
  data: z.object({
    id,
    customer_id: idOrNone,
    channel_id: idOrNone,
    email: text,
    currency: z.object({ code: text }).nullish().catch(undefined),
    base_amount: amount,
    discount_amount: amount,
    cart_amount: amount,
    line_items: z
      .object({
        physical_items: listOf(item),
        digital_items: listOf(item),
        custom_items: listOf(item),
      })
      .nullish(),
    created_time: text,
    updated_time: text,
  }),
});
type CartAnswer = z.output<typeof cartAnswer>["data"];

/** `GET /v3/carts/{id}`: https://developer.bigcommerce.com/docs/rest-management/carts. A cart that became an order is gone. */
export function readCart(cartId: string, told: readonly Observation[]): Hydration {
  return {
    key: `cart:${cartId}`,
    reads: () => [{ name: "cart", path: apiPath`/v3/carts/${cartId}`, mayBeGone: true }],
    map: ({ cart }, readAt) =>
      cart === undefined
        ? { ok: true, observations: [] }
        : mapAnswer("cart", cart, cartAnswer, ({ data }) => [
            observed("cart", {
              id: data.id,
              version: versionOf(data.updated_time, readAt),
              bornAt: momentOf(data.created_time),
              state: toCart(data),
            }),
          ]),
    partial: () => ({ ok: true, observations: [...told] }),
  };
}

/** The cart can no longer be read; the webhook says what became of it. */
export function tellConverted(
  cartId: string,
  orderId: string | undefined,
  context: MapContext,
): Observation[] {
  const version = versionOfWebhook(context);
  return [
    patched("cart", { id: cartId, version, path: "completedAt", value: context.at, news: ["completed"] }),
    ...(orderId === undefined
      ? []
      : [patched("cart", { id: cartId, version, path: "extra", value: { orderId } })]),
  ];
}

function toCart(cart: CartAnswer): Cart {
  const currency = currencyOf(cart.currency?.code);
  const { physical_items = [], digital_items = [], custom_items = [] } = cart.line_items ?? {};
  return {
    id: cart.id,
    createdAt: momentOf(cart.created_time),
    updatedAt: momentOf(cart.updated_time),
    currency,
    totals: {
      subtotal: toMoney(cart.base_amount, currency),
      discount: toMoney(cart.discount_amount, currency),
      total: toMoney(cart.cart_amount, currency),
    },
    lineItems: [...physical_items, ...digital_items, ...custom_items].map((line) => ({
      id: line.id || undefined,
      productId: line.product_id,
      variantId: line.variant_id,
      sku: orNull(line.sku),
      title: line.name ?? undefined,
      quantity: line.quantity ?? 0,
      unitPrice: toMoney(line.list_price, currency),
      discount: toMoney(line.discount_amount, currency),
      total: toMoney(line.extended_sale_price, currency),
    })),
    extra: filled({ customerId: cart.customer_id, channelId: cart.channel_id, email: cart.email }),
  };
}
