/** The topic stands in a header that nobody signs; most bodies say in what they sign of which kind they are. */
import { z } from "zod";
import type { TopicHandler } from "../../platform.ts";

/** Types of global ids that a topic's body can have. Types that are not listed here are believed, whatever the topic. */
const KINDS = [
  "Order",
  "OrderTransaction",
  "Refund",
  "Return",
  "Fulfillment",
  "FulfillmentEvent",
  "Product",
  "InventoryItem",
  "InventoryLevel",
  "Customer",
  "DraftOrder",
] as const;
export type Kind = (typeof KINDS)[number];

const named = z.object({ admin_graphql_api_id: z.string() });

/** Refuses a body that calls itself another kind: a known one under the topic of another. Without a kind none may be named. */
export function about(kind: Kind | undefined, handler: TopicHandler): TopicHandler {
  if (handler.kind !== "mapped") return handler;
  return {
    kind: "mapped",
    map: (payload, context) => {
      const own = kindOf(payload);
      return own === undefined || own === kind
        ? handler.map(payload, context)
        : {
            ok: false,
            problem: `admin_graphql_api_id: the body is of the kind ${own}, which the topic is not about`,
          };
    },
  };
}

function kindOf(payload: unknown): Kind | undefined {
  const parsed = named.safeParse(payload);
  const [, type] = /^gid:\/\/shopify\/([A-Za-z]+)\//.exec(parsed.data?.admin_graphql_api_id ?? "") ?? [];
  return KINDS.find((kind) => kind === type);
}
