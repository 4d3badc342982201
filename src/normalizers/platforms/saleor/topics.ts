import { z } from "zod";
import { id, text } from "../../payload.ts";
import { deleted, on, signal, type TopicHandler } from "../../platform.ts";
import { eventOf, versionOf } from "./event.ts";
import { fulfillmentEvent, observeFulfillment } from "./fulfillment.ts";
import { orderChanged, productChanged, variantChanged } from "./hydrate.ts";
import { observeOrder, orderFields } from "./order.ts";
import { checkoutFields, customerFields, observeCheckout, observeCustomer } from "./people.ts";
import { observePrices, observeStocks, variantFields } from "./product.ts";

const variantEvent = eventOf({ issuedAt: text, productVariant: variantFields });
const named = z.object({ id });

const fulfillment = on(fulfillmentEvent, observeFulfillment);
const customer = on(eventOf({ issuedAt: text, user: customerFields }), observeCustomer);
const checkout = on(eventOf({ issuedAt: text, checkout: checkoutFields }), observeCheckout);
const stock = on(variantEvent, ({ productVariant, issuedAt }, context) =>
  observeStocks(productVariant, versionOf(context, issuedAt)),
);

export const topics: Readonly<Record<string, TopicHandler>> = {
  order_created: orderChanged,
  order_confirmed: orderChanged,
  order_updated: orderChanged,
  order_metadata_updated: orderChanged,
  order_expired: orderChanged,
  order_paid: orderChanged,
  order_fully_paid: orderChanged,
  order_cancelled: orderChanged,
  order_fulfilled: orderChanged,
  order_refunded: orderChanged,
  order_fully_refunded: orderChanged,
  order_bulk_created: on(
    eventOf({ issuedAt: text, orders: z.array(orderFields) }),
    ({ orders, issuedAt }, context) => orders.flatMap((order) => observeOrder(order, context, issuedAt)),
  ),
  fulfillment_created: fulfillment,
  fulfillment_approved: fulfillment,
  fulfillment_canceled: fulfillment,
  fulfillment_tracking_number_updated: fulfillment,
  fulfillment_metadata_updated: fulfillment,
  product_created: productChanged,
  product_updated: productChanged,
  product_deleted: on(eventOf({ issuedAt: text, product: named }), ({ product, issuedAt }, context) => [
    deleted("product", product.id, versionOf(context, issuedAt)),
  ]),
  product_variant_created: variantChanged,
  product_variant_updated: variantChanged,
  product_variant_deleted: variantChanged,
  product_variant_stock_updated: stock,
  product_variant_out_of_stock: stock,
  product_variant_back_in_stock: stock,
  product_variant_out_of_stock_in_channel: stock,
  product_variant_back_in_stock_in_channel: stock,
  product_variant_out_of_stock_for_click_and_collect: stock,
  product_variant_back_in_stock_for_click_and_collect: stock,
  product_variant_discounted_price_updated: on(variantEvent, ({ productVariant, issuedAt }, context) =>
    observePrices(productVariant, versionOf(context, issuedAt)),
  ),
  customer_created: customer,
  customer_updated: customer,
  customer_deleted: on(eventOf({ issuedAt: text, user: named }), ({ user, issuedAt }, context) => [
    deleted("customer", user.id, versionOf(context, issuedAt)),
  ]),
  checkout_created: checkout,
  checkout_updated: checkout,
  app_deleted: on(eventOf({}), () => [signal("app.uninstalled")]),
};
