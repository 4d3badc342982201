/** What a Saleor shop's GraphQL API answers about one order or product of the samples. */
import { z } from "zod";
import type { LifeStage, SampleOptions } from "../../../../src/normalizers/wire.ts";
import { ORDER_QUERY, PRODUCT_QUERY } from "../../../../src/normalizers/platforms/saleor/queries.ts";
import { orderOf } from "../../../../src/normalizers/platforms/saleor/samples/order.ts";
import { productOf } from "../../../../src/normalizers/platforms/saleor/samples/rest.ts";

const question = z.object({ query: z.string(), variables: z.object({ id: z.string() }) });

/** The answer to a query; what the shop does not have is null, as GraphQL says it. */
export function answers(stage: LifeStage, options: SampleOptions): (path: string, body: string) => unknown {
  return (path, body) => {
    if (path !== "/graphql/") return undefined;
    const { query, variables } = question.parse(JSON.parse(body));
    const has = variables.id === options.id;
    if (query === ORDER_QUERY) return { data: { order: has ? orderOf({ ...options, stage }) : null } };
    if (query === PRODUCT_QUERY) return { data: { product: has ? productOf(options) : null } };
    return { errors: [{ extensions: { exception: { code: "GraphQLError" } } }] };
  };
}

/** What is answered to a token that lacks a permission: a field that may not be null takes the whole order with it. */
export const DENIED = {
  errors: [
    {
      message: "You need one of the following permissions: MANAGE_ORDERS",
      extensions: { exception: { code: "PermissionDenied" } },
    },
  ],
  data: { order: null },
};
