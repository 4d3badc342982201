/** Webhooks whose query asked for ids only: the rest is asked for with the hub's own query. */
import { z } from "zod";
import { toVersion } from "../../canonical/time.ts";
import { type Hydration, hydrated, mapAnswer, notYet } from "../../hydration.ts";
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
    return readById("order", order.id, { query: ORDER_QUERY, fields: orderFields }, (read, readAt) =>
      observeOrder(read, context, readAt),
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
  return readById("product", productId, { query: PRODUCT_QUERY, fields: productFields }, observe);
}

const answered = z.object({ data: z.record(z.string(), z.unknown()) });
/** GraphQL tells failures with status 200. */
const failed = z.object({ errors: z.array(z.unknown()).min(1) });
const errorCode = z.object({
  extensions: z.object({ exception: z.object({ code: z.string().regex(/^\w{1,60}$/) }) }),
});

function readById<S extends z.ZodType>(
  resource: "order" | "product",
  entity: string,
  { query, fields }: { readonly query: string; readonly fields: S },
  observe: (read: z.output<S>, readAt: string) => Observation[],
): Hydration {
  return {
    key: `${resource}:${entity}`,
    reads: () => [
      { name: resource, method: "POST", path: "/graphql/", body: { query, variables: { id: entity } } },
    ],
    map: ({ [resource]: answer }, readAt) => {
      // Also of a token that may not read: an order that it may not see is null, and no deleted one.
      const { data: failure } = failed.safeParse(answer);
      if (failure !== undefined) return notYet(`answer ${resource}: ${codesOf(failure.errors)}`);
      const read = answered.safeParse(answer).data?.data[resource];
      return read === null
        ? { ok: true, observations: [deleted(resource, entity, toVersion(readAt) ?? "")] }
        : mapAnswer(resource, read, fields, (state) => observe(state, readAt));
    },
    partial: () => ({ ok: true, observations: [] }),
  };
}

/** The texts of errors may hold what a customer typed, so only the codes are told. */
function codesOf(errors: readonly unknown[]): string {
  const codes = errors.map(
    (error) => errorCode.safeParse(error).data?.extensions.exception.code ?? "an error",
  );
  return `the shop answered with ${[...new Set(codes)].join(", ")}; what the app needs is in the adapter's README`;
}
