/**
 * Every event of https://docs.ecwid.com/develop-apps/webhooks. The signature covers time and id of the event, not the body:
 * whoever has seen one signed request can name another store, entity or event. So each topic only names what to read, what
 * was deleted included; without a read no more is told than that something may have changed.
 */
import { z } from "zod";
import { toTimestamp } from "../../canonical/time.ts";
import { orAbsent, versionFrom } from "../../fields.ts";
import { hydrated } from "../../hydration.ts";
import { id, idOrNone, text } from "../../payload.ts";
import {
  ignored,
  type MapContext,
  type Observation,
  on,
  patched,
  signal,
  type TopicHandler,
} from "../../platform.ts";
import { readCart } from "./cart.ts";
import { readCustomer } from "./customer.ts";
import { readOrder } from "./observe-order.ts";
import { readProduct } from "./product.ts";

const notice = z.object({ entityId: id });
/** Old payloads have no `orderId`; there the entity's id is the order's number, which the API takes too. */
const orderNotice = z.object({
  entityId: idOrNone,
  data: z.object({ orderId: text }).nullish(),
});
const cartNotice = z.object({ data: z.object({ cartId: text }).nullish() });
const storeNotice = z.object({ storeId: id });

const order = hydrated(orderNotice, ({ entityId, data }, context) => {
  const orderId = orAbsent(data?.orderId) ?? entityId;
  return orderId ? readOrder(orderId, context, tellChange("order", orderId, context)) : { observations: [] };
});
const cart = hydrated(cartNotice, ({ data }, context) => {
  const cartId = orAbsent(data?.cartId);
  return cartId === undefined ? { observations: [] } : readCart(cartId, context);
});
const product = hydrated(notice, ({ entityId }, context) =>
  readProduct(entityId, context, tellChange("product", entityId, context)),
);
const customer = hydrated(notice, ({ entityId }, context) =>
  readCustomer(entityId, tellChange("customer", entityId, context)),
);

const category = ignored("products name their categories themselves");
const plan = ignored("the store's plan and set-up, not commerce");

export const topics: Readonly<Record<string, TopicHandler>> = {
  "order.created": order,
  "order.updated": order,
  "order.deleted": order,
  "unfinished_order.created": cart,
  "unfinished_order.updated": cart,
  "unfinished_order.deleted": cart,
  "product.created": product,
  "product.updated": product,
  "product.deleted": product,
  "customer.created": customer,
  "customer.updated": customer,
  "customer.deleted": customer,
  // Nobody can be asked any more: the token ends with the app. The event says that only the path vouches for it.
  "application.uninstalled": on(storeNotice, ({ storeId }) => [signal("app.uninstalled", { shop: storeId })]),
  "application.installed": ignored("a store is connected by its admin"),
  "application.subscriptionStatusChanged": plan,
  "profile.updated": plan,
  "profile.subscriptionStatusChanged": plan,
};

export const topicPrefixes: Readonly<Record<string, TopicHandler>> = {
  "category.": category,
  "discount_coupon.": ignored("a coupon is a rule; its use stands in the orders"),
  "promotion.": ignored("a promotion is a rule; what it gave stands in the orders"),
  "review.": ignored("reviews are no commerce that happened"),
  "invoice.": ignored("an invoice is a document of its order, which tells the same"),
};

/** Deletions are not told so: nothing else but the store's API may say that something is gone. */
function tellChange(
  resource: "order" | "product" | "customer",
  entityId: string,
  context: MapContext,
): Observation[] {
  if (context.topic.endsWith(".deleted")) return [];
  const value = toTimestamp(context.at) ?? context.receivedAt;
  return [patched(resource, { id: entityId, version: versionFrom(context), path: "updatedAt", value })];
}
