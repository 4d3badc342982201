import { z } from "zod";
import type { Cart } from "../../canonical/cart.ts";
import { toVersion } from "../../canonical/time.ts";
import { hydrated, mapAnswer } from "../../hydration.ts";
import { count, id, idOrNone, listOf, objectOf, text } from "../../payload.ts";
import { deleted, observed, type TopicHandler } from "../../platform.ts";
import { anyBody, type Shop, shopOf, toCurrency } from "./envelope.ts";
import { variantIdOf } from "./order-lines.ts";
import { one, onePath, toExtra, toMoment, toReadVersion } from "./webservice.ts";

const looseId = idOrNone.catch(undefined);
const cartAnswer = one(
  "cart",
  "carts",
  z.object({
    id,
    id_currency: looseId,
    id_customer: looseId,
    id_lang: looseId,
    date_add: text,
    date_upd: text,
    associations: objectOf(
      z.object({
        cart_rows: listOf(
          z.object({ id_product: idOrNone, id_product_attribute: idOrNone, quantity: count }),
        ),
      }),
    ),
  }),
);
const answersSchema = z.object({
  cart: cartAnswer,
  currency: one("currency", "currencies", z.object({ iso_code: text })).optional(),
});

/** Whether it became an order is not told; prices are not either. */
export const cartTopic: TopicHandler = hydrated(anyBody, (body, context) => {
  const cartId = body.object.externalId;
  const shop = shopOf(body, context);
  return {
    key: `cart:${cartId}`,
    reads: ({ cart }) => {
      const currencyId = cartAnswer.safeParse(cart).data?.id_currency;
      return [
        { name: "cart", path: onePath("carts", cartId, shop), mayBeGone: true },
        ...(currencyId == null
          ? []
          : [{ name: "currency", path: onePath("currencies", currencyId, shop), mayBeGone: true }]),
      ];
    },
    map: (answers, readAt) =>
      answers.cart === undefined
        ? { ok: true, observations: [deleted("cart", cartId, toVersion(readAt) ?? "")] }
        : mapAnswer("cart", answers, answersSchema, (value) => {
            const state = toCart(value, shop, readAt);
            const version = toReadVersion(value.cart.date_upd, shop, readAt);
            return [observed("cart", { id: state.id, version, state, bornAt: state.createdAt })];
          }),
    partial: () => ({ ok: true, observations: [] }),
  };
});

function toCart({ cart, currency }: z.output<typeof answersSchema>, shop: Shop, readAt: string): Cart {
  return {
    id: cart.id,
    createdAt: toMoment(cart.date_add, shop),
    updatedAt: toMoment(cart.date_upd, shop, readAt),
    currency: toCurrency(currency?.iso_code),
    lineItems: (cart.associations?.cart_rows ?? []).map((row) => ({
      productId: row.id_product,
      variantId:
        row.id_product == null ? row.id_product : variantIdOf(row.id_product, row.id_product_attribute),
      quantity: row.quantity ?? 0,
    })),
    extra: toExtra({ customerId: cart.id_customer, languageId: cart.id_lang }),
  };
}
