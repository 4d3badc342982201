/** Every scope of https://developer.bigcommerce.com/docs/integrations/webhooks/events, and what it makes the hub read. */
import { hydrated } from "../../hydration.ts";
import { deleted, ignored, on, patched, signal, type TopicHandler } from "../../platform.ts";
import { readCart, tellConverted } from "./cart.ts";
import { readCustomer } from "./customer.ts";
import { readOrder, tellStatus } from "./observe-order.ts";
import { kindOf } from "./payment.ts";
import { readProduct } from "./product.ts";
import { readStock, tellLevel } from "./stock.ts";
import * as hint from "./thin.ts";
import { tellChange, versionOfWebhook } from "./values.ts";

// These come for abandoned payment pages too, so the webhook alone does not tell that an order was placed.
const order = hydrated(hint.orderHint, ({ data }, context) =>
  readOrder(data.orderId, tellChange("order", data.orderId, context)),
);

const orderStatus = hydrated(hint.orderHint, ({ data: { orderId, status } }, context) =>
  readOrder(orderId, status === undefined ? [] : tellStatus(orderId, status.new_status_id, context)),
);

// Archiving can be undone: a state that is read later brings the order back.
const orderArchived = on(hint.orderHint, ({ data }, context) => [
  deleted("order", data.orderId, versionOfWebhook(context)),
]);

const orderRefund = hydrated(hint.orderHint, ({ data: { orderId, refund } }, context) =>
  readOrder(
    orderId,
    refund === undefined
      ? []
      : [
          patched("refund", {
            id: refund.refund_id,
            version: versionOfWebhook(context),
            path: "orderId",
            value: orderId,
          }),
        ],
  ),
);

const orderTransaction = hydrated(hint.orderHint, ({ data }, context) => {
  const { orderId, transaction_id: id, transaction_type: kind, transaction_status: status } = data;
  // Its status words are not those of the API, so they stand as they are.
  const payment = {
    id,
    kind: kindOf(kind ?? ""),
    platformKind: kind ?? undefined,
    status: "unknown",
    platformStatus: status ?? undefined,
  };
  return readOrder(
    orderId,
    id
      ? [
          patched("order", {
            id: orderId,
            version: versionOfWebhook(context),
            path: "payments",
            key: id,
            value: payment,
          }),
        ]
      : [],
  );
});

const shipment = hydrated(hint.orderHint, ({ data: { orderId, id } }, context) =>
  readOrder(
    orderId,
    id
      ? [patched("fulfillment", { id, version: versionOfWebhook(context), path: "orderId", value: orderId })]
      : [],
  ),
);

const shipmentDeleted = on(hint.orderHint, ({ data: { orderId, id } }, context) => {
  const version = versionOfWebhook(context);
  if (!id) return [];
  return [
    patched("fulfillment", { id, version, path: "orderId", value: orderId }),
    patched("fulfillment", { id, version, path: "status", value: "cancelled", news: ["cancelled"] }),
  ];
});

const product = hydrated(hint.productHint, ({ data }, context) =>
  readProduct(data.id, context, tellChange("product", data.id, context)),
);
const productStock = hydrated(hint.productHint, ({ data }, context) =>
  readProduct(data.id, context, tellLevel(data.inventory, context)),
);
const sku = hydrated(hint.skuHint, ({ data }, context) =>
  readProduct(data.productId, context, tellChange("product", data.productId, context)),
);
const skuStock = hydrated(hint.skuHint, ({ data }, context) =>
  readProduct(data.productId, context, tellLevel(data.inventory, context)),
);
const place = hydrated(hint.placeHint, ({ data }) =>
  readStock({ productId: data.product_id, variantId: data.variant_id, locationId: data.location_id }),
);
const customer = hydrated(hint.customerHint, ({ data }, context) =>
  readCustomer(data.id, tellChange("customer", data.id, context)),
);
const customerAddress = hydrated(hint.customerAddressHint, ({ data: { address } }, context) =>
  readCustomer(address.customer_id, tellChange("customer", address.customer_id, context)),
);
const cart = hydrated(hint.cartHint, ({ data }, context) =>
  readCart(data.cartId, tellChange("cart", data.cartId, context)),
);
const cartConverted = on(hint.cartHint, ({ data }, context) =>
  tellConverted(data.cartId, data.orderId, context),
);
const cartDeleted = on(hint.cartHint, ({ data }, context) => [
  deleted("cart", data.cartId, versionOfWebhook(context)),
]);

const metafield = ignored("metafields are notes of apps, without a place in the states");

export const topics: Readonly<Record<string, TopicHandler>> = {
  "store/order/created": order,
  "store/order/updated": order,
  "store/order/statusUpdated": orderStatus,
  "store/order/archived": orderArchived,
  "store/order/refund/created": orderRefund,
  "store/order/transaction/created": orderTransaction,
  "store/order/transaction/updated": orderTransaction,
  "store/order/message/created": ignored("messages between shop and buyer change nothing of the order"),
  "store/shipment/created": shipment,
  "store/shipment/updated": shipment,
  "store/shipment/deleted": shipmentDeleted,
  "store/product/created": product,
  "store/product/updated": product,
  "store/product/deleted": on(hint.productHint, ({ data }, context) => [
    deleted("product", data.id, versionOfWebhook(context)),
  ]),
  "store/product/inventory/updated": productStock,
  "store/product/inventory/order/updated": productStock,
  "store/sku/created": sku,
  "store/sku/updated": sku,
  "store/sku/deleted": sku,
  "store/sku/inventory/updated": skuStock,
  "store/sku/inventory/order/updated": skuStock,
  "store/customer/created": customer,
  "store/customer/updated": customer,
  "store/customer/deleted": on(hint.customerHint, ({ data }, context) => [
    deleted("customer", data.id, versionOfWebhook(context)),
  ]),
  "store/customer/address/created": customerAddress,
  "store/customer/address/updated": customerAddress,
  "store/customer/address/deleted": customerAddress,
  "store/cart/created": cart,
  "store/cart/updated": cart,
  "store/cart/couponApplied": cart,
  "store/cart/abandoned": cart,
  "store/cart/converted": cartConverted,
  "store/cart/deleted": cartDeleted,
  "store/cart/lineItem/created": cart,
  "store/cart/lineItem/updated": cart,
  "store/cart/lineItem/deleted": cart,
  "store/app/uninstalled": on(hint.uninstalled, ({ producer }) => [
    signal("app.uninstalled", producer ? { shop: producer } : {}),
  ]),
  "store/information/updated": ignored("settings of the shop, not commerce"),
  "store/hook/deliveryException": ignored("BigCommerce reports on its own deliveries to this address"),
};

/** `*` is the channel's id. */
export const topicPrefixes: Readonly<Record<string, TopicHandler>> = {
  // One page spells the scope `store/customer/address/update`.
  "store/customer/address/": customerAddress,
  "store/channel/*/order/": order,
  "store/channel/*/order/statusUpdated": orderStatus,
  "store/channel/*/order/archived": orderArchived,
  "store/channel/*/order/refund/created": orderRefund,
  "store/channel/*/order/message/": ignored("messages between shop and buyer change nothing of the order"),
  "store/channel/*/cart/": cart,
  "store/channel/*/cart/converted": cartConverted,
  "store/channel/*/cart/deleted": cartDeleted,
  "store/channel/*/inventory/product/": place,
  "store/channel/": ignored("set-up of sales channels: themes, settings, assignments"),
  "store/priceList": ignored("prices of a customer group or channel, not the price of the catalogue"),
  "store/subscriber/": ignored("subscribers of the newsletter are no customers, and are not linked to them"),
  "store/category/": ignored("products name their categories themselves"),
  "store/order/metafield/": metafield,
  "store/product/metafield/": metafield,
  "store/product/variant/metafield/": metafield,
  "store/cart/metafield/": metafield,
  "store/brand/": ignored("a brand is a word on products, which name it themselves"),
  "store/metafield": metafield,
  "store/variant/metafield": metafield,
  "store/inventory/location/": ignored("locations are set-up; stock names the location"),
  "store/customer/channel/": ignored("where a customer may log in is set-up of sales channels"),
  "store/customer/payment/": ignored("stored cards are not told"),
  "store/option/": ignored("options of variants; the product's own topics bring them"),
  "store/modifier/": ignored("modifiers of products; the product's own topics bring them"),
};
