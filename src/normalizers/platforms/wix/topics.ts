import { z } from "zod";
import { deleted, ignored, type TopicHandler } from "../../platform.ts";
import { appRemoved } from "./app.ts";
import { cartPayload, observeCart, observeCartDeletion } from "./cart.ts";
import { inventoryItemChanged, inventoryVariantsChanged, productDeletedV1 } from "./catalog-v1.ts";
import { checkoutPayload, observeCheckout } from "./checkout.ts";
import {
  contactPayload,
  mergedPayload,
  observeContact,
  observeContactDeletion,
  observeMerge,
} from "./contact.ts";
import { onEvent, versionOf } from "./envelope.ts";
import { fulfillmentsPayload, observeFulfillments } from "./fulfillment.ts";
import { transactionsChanged } from "./hydrate-order.ts";
import {
  inventoryPayload,
  observeInventory,
  observeInventoryDeletion,
  observeStockStatus,
  stockStatusPayload,
} from "./inventory.ts";
import { observeOrder, orderPayload } from "./order.ts";
import { observeProduct, observeProductDeletion, productPayload } from "./product.ts";
import { productChangedV1 } from "./product-v1.ts";

const order = onEvent(orderPayload, observeOrder);
const orderDeleted = onEvent(z.unknown(), (event, context) =>
  event.entityId === undefined ? [] : [deleted("order", event.entityId, versionOf(event, context))],
);
const checkout = onEvent(checkoutPayload, observeCheckout);
const cart = onEvent(cartPayload, observeCart);
const product = onEvent(productPayload, observeProduct);
const inventory = onEvent(inventoryPayload, observeInventory);
const contact = onEvent(contactPayload, observeContact);

export const topics: Readonly<Record<string, TopicHandler>> = {
  "wix.ecom.v1.order_created": order,
  "wix.ecom.v1.order_approved": order,
  "wix.ecom.v1.order_updated": order,
  "wix.ecom.v1.order_payment_status_updated": order,
  "wix.ecom.v1.order_canceled": order,
  "wix.ecom.v1.order_committed": order,
  "wix.ecom.v1.order_imported": order,
  "wix.ecom.v1.order_fulfilled": order,
  "wix.ecom.v1.order_imported_order_deleted": orderDeleted,
  "wix.ecom.v1.fulfillments_updated": onEvent(fulfillmentsPayload, observeFulfillments),
  "wix.ecom.v1.order_transactions_updated": transactionsChanged,
  "wix.ecom.v1.order_transactions_refund_completed": transactionsChanged,
  "wix.ecom.v1.order_transactions_chargeback_approved": transactionsChanged,
  "wix.ecom.v1.order_transactions_chargeback_reversed": transactionsChanged,
  "wix.ecom.v1.abandoned_checkout_created": checkout,
  "wix.ecom.v1.abandoned_checkout_recovered": checkout,
  "wix.ecom.v2.cart_created": cart,
  "wix.ecom.v2.cart_updated": cart,
  "wix.ecom.v2.cart_deleted": onEvent(z.unknown(), observeCartDeletion),
  "wix.ecom.v2.cart_calculated": ignored(
    "sums without a currency, computed while the buyer looks; the cart's other topics tell what is in it",
  ),
  "wix.stores.catalog.v3.product_created": product,
  "wix.stores.catalog.v3.product_updated": product,
  "wix.stores.catalog.v3.product_deleted": onEvent(z.unknown(), observeProductDeletion),
  "wix.stores.catalog.v3.inventory_item_created": inventory,
  "wix.stores.catalog.v3.inventory_item_updated": inventory,
  "wix.stores.catalog.v3.inventory_item_updated_with_reason": inventory,
  "wix.stores.catalog.v3.inventory_item_deleted": onEvent(z.unknown(), observeInventoryDeletion),
  "wix.stores.catalog.v3.inventory_item_stock_status_updated": onEvent(
    stockStatusPayload,
    observeStockStatus,
  ),
  "wix.contacts.v4.contact_created": contact,
  "wix.contacts.v4.contact_updated": contact,
  "wix.contacts.v4.contact_merged": onEvent(mergedPayload, observeMerge),
  "wix.contacts.v4.contact_deleted": onEvent(z.unknown(), observeContactDeletion),
  "com.wix.ecommerce.catalog.api.v1.ProductCreated": productChangedV1,
  "com.wix.ecommerce.catalog.api.v1.ProductChanged": productChangedV1,
  "com.wix.ecommerce.catalog.api.v1.VariantsChanged": productChangedV1,
  "com.wix.ecommerce.catalog.api.v1.ProductDeleted": productDeletedV1,
  "com.wix.ecommerce.inventory.api.v1.InventoryItemChanged": inventoryItemChanged,
  "com.wix.ecommerce.inventory.api.v1.InventoryVariantsChanged": inventoryVariantsChanged,
  AppRemoved: appRemoved,
  AppInstalled: ignored("the store was connected by its admin; nothing happened in it"),
};
