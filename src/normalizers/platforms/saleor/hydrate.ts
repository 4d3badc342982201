/** Webhooks whose query asked for ids only: the rest is asked for with the hub's own query. */
import { z } from "zod";
import { toVersion } from "../../canonical/time.ts";
import { type Hydration, hydrated, mapAnswer } from "../../hydration.ts";
import { id, text } from "../../payload.ts";
import { deleted, type Observation, type TopicHandler } from "../../platform.ts";
import { eventOf } from "./event.ts";
import { observeOrder, orderFields } from "./order.ts";
import { observeProduct, productFields } from "./product.ts";
import { ORDER_QUERY, PRODUCT_QUERY } from "./queries.ts";

/** The state stands in the webhook where its query asked for it. */
export const orderChanged: TopicHandler = hydrated(
  eventOf({ issuedAt: text, order: orderFields }),
  (event, context) => {
    const { order, issuedAt } = event;
    if (order.status !== undefined) return { observations: observeOrder(order, context, issuedAt) };
    return readById("order", order.id, ORDER_QUERY, (answer, readAt) =>
      mapAnswer("order", answer, answerOf({ order: orderFields.nullable() }), ({ data }) =>
        data.order === null
          ? [deleted("order", order.id, toVersion(readAt) ?? "")]
          : observeOrder(data.order, context, readAt),
      ),
    );
  },
);

export const productChanged: TopicHandler = hydrated(
  eventOf({ issuedAt: text, product: productFields }),
  (event, context) => {
    const { product, issuedAt } = event;
    if (product.name !== undefined) return { observations: observeProduct(product, context, issuedAt) };
    return readProduct(product.id, (read, readAt) => observeProduct(read, context, readAt));
  },
);

/** Topics of variants tell the product: of them only the product knows all. */
export const variantChanged: TopicHandler = hydrated(
  eventOf({ productVariant: z.object({ product: z.object({ id }) }) }),
  ({ productVariant: { product } }, context) =>
    readProduct(product.id, (read, readAt) => observeProduct(read, context, readAt)),
);

function readProduct(
  productId: string,
  observe: (read: z.output<typeof productFields>, readAt: string) => Observation[],
): Hydration {
  return readById("product", productId, PRODUCT_QUERY, (answer, readAt) =>
    mapAnswer("product", answer, answerOf({ product: productFields.nullable() }), ({ data }) =>
      data.product === null
        ? [deleted("product", productId, toVersion(readAt) ?? "")]
        : observe(data.product, readAt),
    ),
  );
}

/** GraphQL tells failures with status 200, so `data` is what counts. */
function answerOf<S extends z.ZodRawShape>(data: S) {
  return z.object({ data: z.object(data) });
}

function readById(
  resource: string,
  entity: string,
  query: string,
  map: (answer: unknown, readAt: string) => ReturnType<Hydration["map"]>,
): Hydration {
  return {
    key: `${resource}:${entity}`,
    reads: () => [
      { name: resource, method: "POST", path: "/graphql/", body: { query, variables: { id: entity } } },
    ],
    map: (answers, readAt) => map(answers[resource], readAt),
    partial: () => ({ ok: true, observations: [] }),
  };
}
