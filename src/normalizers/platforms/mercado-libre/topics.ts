/** Every topic of https://developers.mercadolibre.com.ar/en_us/products-receive-notifications. All but the path is unsigned. */
import { z } from "zod";
import { toTimestamp } from "../../canonical/time.ts";
import { versionFrom } from "../../fields.ts";
import { apiPath, hydrated } from "../../hydration.ts";
import { id, idOrNone } from "../../payload.ts";
import { ignored, type MapContext, type Observation, patched, type TopicHandler } from "../../platform.ts";
import { readItem } from "./item.ts";
import { ABOUT_ONE, readOrderFrom } from "./observe-order.ts";
import { claimOf, itemOf, orderOf, paymentOf, shipmentOf } from "./resource.ts";
import { itemsAnswer, readShipment } from "./shipment.ts";

const notice = z.object({ resource: z.union([z.string(), z.number()]).transform(String), user_id: id });
const NOTHING = { observations: [] };

/** Both spellings of a payment's answer name the order; a collection wraps it once more. */
const payment = z.object({ order_id: idOrNone, order: z.object({ id: idOrNone }).nullish() });
const wrappedPayment = z.object({ collection: payment }).transform(({ collection }) => collection);
const claim = z.object({ resource: z.string(), resource_id: id });

const order = hydrated(notice, ({ resource, user_id: sellerId }, context) => {
  const orderId = orderOf(resource);
  if (orderId === undefined) return NOTHING;
  return readOrderFrom({
    key: `order:${orderId}`,
    first: [],
    orderIdIn: () => orderId,
    sellerId,
    told: tellChange("order", orderId, context),
  });
});

const shipment = hydrated(notice, ({ resource, user_id: sellerId }, context) => {
  const shipmentId = shipmentOf(resource);
  if (shipmentId === undefined) return NOTHING;
  return readOrderFrom({
    key: `shipment:${shipmentId}`,
    first: readShipment(shipmentId),
    orderIdIn: ({ items }) =>
      itemsAnswer.safeParse(items).data?.find(({ order_id }) => order_id)?.order_id ?? undefined,
    sellerId,
    told: tellChange("fulfillment", shipmentId, context),
  });
});

const payments = hydrated(notice, ({ resource, user_id: sellerId }) => {
  const found = paymentOf(resource);
  if (found === undefined) return NOTHING;
  return readOrderFrom({
    key: `payment:${found.id}`,
    first: [{ name: "payment", path: `/${found.collection}${apiPath`/${found.id}`}`, ...ABOUT_ONE }],
    orderIdIn: (known) => {
      const answer = wrappedPayment.safeParse(known.payment).data ?? payment.safeParse(known.payment).data;
      return answer?.order_id ?? answer?.order?.id ?? undefined;
    },
    sellerId,
    told: [],
  });
});

const claims = hydrated(notice, ({ resource, user_id: sellerId }) => {
  const claimId = claimOf(resource);
  if (claimId === undefined) return NOTHING;
  return readOrderFrom({
    key: `claim:${claimId}`,
    first: [{ name: "claim", path: apiPath`/post-purchase/v1/claims/${claimId}`, ...ABOUT_ONE }],
    orderIdIn: (known) => {
      const answer = claim.safeParse(known.claim).data;
      return answer?.resource === "order" ? answer.resource_id : undefined;
    },
    sellerId,
    told: [],
  });
});

const item = hydrated(notice, ({ resource, user_id: sellerId }, context) => {
  const itemId = itemOf(resource);
  return itemId === undefined ? NOTHING : readItem(itemId, sellerId, tellChange("product", itemId, context));
});

const advice = ignored("advice and ranking for the seller, no change of the listing");
const talk = ignored("questions and messages between buyer and seller are not told");
const warehouse = ignored("stock by warehouse is not read yet; items bring the stock that can be sold");

export const topics: Readonly<Record<string, TopicHandler>> = {
  orders_v2: order,
  shipments: shipment,
  payments,
  claims,
  post_purchase: claims,
  items: item,
  items_prices: item,
  orders_feedback: ignored("ratings of buyer and seller change nothing of the order"),
  "orders feedback": ignored("ratings of buyer and seller change nothing of the order"),
  "flex-handshakes": ignored(
    "a hand-over to the driver; the shipment's own notification brings what it changes",
  ),
  vis_leads: talk,
  quotations: talk,
  questions: talk,
  messages: talk,
  price_suggestion: advice,
  best_price_eligible: advice,
  catalog_item_competition: advice,
  public_offers: advice,
  public_candidates: advice,
  "stock-locations": warehouse,
  fbm_stock_operations: warehouse,
  invoices: ignored("an invoice is a document of its order, which tells the same"),
};

/** Somebody who knows the path says that something changed; what and to what is told only after a read. */
function tellChange(
  resource: "order" | "fulfillment" | "product",
  entityId: string,
  context: MapContext,
): Observation[] {
  const value = toTimestamp(context.at) ?? context.receivedAt;
  return [patched(resource, { id: entityId, version: versionFrom(context), path: "updatedAt", value })];
}
