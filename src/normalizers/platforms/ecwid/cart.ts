import { z } from "zod";
import { apiPath, type Hydration, mapAnswer } from "../../hydration.ts";
import { filled, orNull } from "../../fields.ts";
import { amount, id, idOrNone, listOf, text } from "../../payload.ts";
import { type MapContext, observed } from "../../platform.ts";
import { lineItem, toLineItem } from "./line-item.ts";
import { momentOf, readProfile, stamps, storeCurrency, toAmount, versionOf } from "./values.ts";

const cartAnswer = z.object({
  cartId: id,
  ...stamps,
  email: text,
  customerId: idOrNone,
  subtotal: amount,
  total: amount,
  tax: amount,
  items: listOf(lineItem),
});

/** `GET /carts/{cartId}`: https://docs.ecwid.com/api-reference/rest-api/orders/abandoned-carts. Gone: ordered, or deleted. */
export function readCart(cartId: string, context: MapContext): Hydration {
  return {
    key: `cart:${cartId}`,
    reads: () => [
      { name: "cart", path: apiPath`/carts/${cartId}`, mayBeGone: true },
      ...readProfile(context),
    ],
    map: ({ cart, profile }, readAt) =>
      cart === undefined
        ? { ok: true, observations: [] }
        : mapAnswer("cart", cart, cartAnswer, (answer) => {
            const currency = storeCurrency(context, profile);
            const createdAt = momentOf(answer.createTimestamp, answer.createDate);
            return [
              observed("cart", {
                id: answer.cartId,
                version: versionOf(answer, readAt),
                bornAt: createdAt,
                state: {
                  id: answer.cartId,
                  createdAt,
                  updatedAt: momentOf(answer.updateTimestamp, answer.updateDate),
                  currency,
                  totals: {
                    subtotal: toAmount(answer.subtotal, currency),
                    tax: toAmount(answer.tax, currency),
                    total: toAmount(answer.total, currency),
                  },
                  lineItems: answer.items?.map((line) => toLineItem(line, currency)),
                  extra: filled({ email: orNull(answer.email), customerId: answer.customerId }),
                },
              }),
            ];
          }),
    partial: () => ({ ok: true, observations: [] }),
  };
}
