/** The topic stands in a header that nobody signs; most bodies say in what they sign of which kind they are. */
import { z } from "zod";
import type { TopicHandler } from "../../platform.ts";
import { gidType } from "./gid.ts";

/**
 * What the bodies of a topic, or else those of a family of topics, are by the type of their global id. Bodies of all others
 * have none. Topics: https://shopify.dev/docs/api/webhooks/latest, types: https://shopify.dev/docs/api/usage/gids
 */
const KINDS: Readonly<Record<string, string | undefined>> = {
  orders: "Order",
  order_transactions: "OrderTransaction",
  refunds: "Refund",
  returns: "Return",
  fulfillments: "Fulfillment",
  fulfillment_events: "FulfillmentEvent",
  products: "Product",
  inventory_items: "InventoryItem",
  inventory_levels: "InventoryLevel",
  customers: "Customer",
  // These name customers, and are none.
  "customers/merge": undefined,
  "customers/data_request": undefined,
  "customers/redact": undefined,
  customers_email_marketing_consent: "Customer",
  customers_marketing_consent: "Customer",
  draft_orders: "DraftOrder",
};

/** Types that are not among these are believed, whatever the topic. */
const KNOWN = new Set(Object.values(KINDS));

const named = z.object({ admin_graphql_api_id: z.string() });

/** The same topics, which refuse a body that calls itself another kind: a known one under the topic of another. */
export function checkKinds(topics: Readonly<Record<string, TopicHandler>>): Record<string, TopicHandler> {
  return Object.fromEntries(
    Object.entries(topics).map(([topic, handler]) => [topic, about(kindOf(topic), handler)]),
  );
}

function kindOf(topic: string): string | undefined {
  const [family = ""] = topic.split("/");
  return Object.hasOwn(KINDS, topic) ? KINDS[topic] : KINDS[family];
}

function about(kind: string | undefined, handler: TopicHandler): TopicHandler {
  if (handler.kind !== "mapped") return handler;
  return {
    kind: "mapped",
    map: (payload, context) => {
      const own = knownKindOf(payload);
      return own === undefined || own === kind
        ? handler.map(payload, context)
        : {
            ok: false,
            problem: `admin_graphql_api_id: the body is of the kind ${own}, which the topic is not about`,
          };
    },
  };
}

function knownKindOf(payload: unknown): string | undefined {
  const type = gidType(named.safeParse(payload).data?.admin_graphql_api_id);
  return KNOWN.has(type) ? type : undefined;
}
