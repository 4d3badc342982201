/** Claims as Wix would sign them, one sample per topic that gives observations. */
import type { LifeStage, SampleOptions, Samples } from "../../wire.ts";
import { type Body, domain, legacy } from "./samples/claims.ts";
import { fulfillmentsOf, orderOf, refundOf, transactionsOf } from "./samples/order.ts";
import * as rest from "./samples/rest.ts";

const ORDER = "wix.ecom.v1.order";
const TRANSACTIONS = "wix.ecom.v1.order_transactions";
const CHECKOUT = "wix.ecom.v1.abandoned_checkout";
const CART = "wix.ecom.v2.cart";
const PRODUCT = "wix.stores.catalog.v3.product";
const INVENTORY = "wix.stores.catalog.v3.inventory_item";
const CONTACT = "wix.contacts.v4.contact";
const CATALOG_V1 = "com.wix.ecommerce.catalog.api.v1";
const INVENTORY_V1 = "com.wix.ecommerce.inventory.api.v1";

const bodies: Record<string, Body> = {
  [`${ORDER}_created`]: domain(ORDER, "created", "created", (o) => orderOf(o)),
  [`${ORDER}_approved`]: orderAction("approved", "paid"),
  [`${ORDER}_updated`]: domain(ORDER, "updated", "updatedAsText", (o) => orderOf(o, "paid")),
  [`${ORDER}_payment_status_updated`]: domain(ORDER, "payment_status_updated", "action", (o) => ({
    order: orderOf(o, "paid"),
    previousPaymentStatus: "NOT_PAID",
  })),
  [`${ORDER}_canceled`]: domain(ORDER, "canceled", "action", (o) => ({
    order: orderOf({ ...o, status: o.status ?? "CANCELED" }),
    restockAllItems: true,
  })),
  [`${ORDER}_committed`]: orderAction("committed", "created"),
  [`${ORDER}_imported`]: orderAction("imported", "shipped"),
  [`${ORDER}_fulfilled`]: orderAction("fulfilled", "shipped"),
  [`${ORDER}_imported_order_deleted`]: orderAction("imported_order_deleted", "created"),
  "wix.ecom.v1.fulfillments_updated": domain(
    "wix.ecom.v1.fulfillments",
    "updated",
    "updated",
    fulfillmentsOf,
  ),
  [`${TRANSACTIONS}_updated`]: domain(TRANSACTIONS, "updated", "updated", (o) => ({
    orderTransactions: transactionsOf(o),
    paymentIds: [`pay-${o.id}`],
  })),
  [`${TRANSACTIONS}_refund_completed`]: domain(TRANSACTIONS, "refund_completed", "action", (o) => ({
    orderId: o.id,
    refund: refundOf(o),
    orderTransactions: transactionsOf(o),
  })),
  [`${TRANSACTIONS}_chargeback_approved`]: chargeback("chargeback_approved", "APPROVED"),
  [`${TRANSACTIONS}_chargeback_reversed`]: chargeback("chargeback_reversed", "REVERSED"),
  [`${CHECKOUT}_created`]: domain(CHECKOUT, "created", "created", rest.checkoutOf),
  [`${CHECKOUT}_recovered`]: domain(CHECKOUT, "recovered", "action", (o) => ({
    abandonedCheckout: rest.checkoutOf({ ...o, status: o.status ?? "RECOVERED" }),
  })),
  [`${CART}_created`]: domain(CART, "created", "created", rest.cartOf),
  [`${CART}_updated`]: domain(CART, "updated", "updated", rest.cartOf),
  [`${CART}_deleted`]: domain(CART, "deleted", "deleted", rest.cartOf),
  [`${PRODUCT}_created`]: domain(PRODUCT, "created", "created", rest.productOf),
  [`${PRODUCT}_updated`]: domain(PRODUCT, "updated", "updated", rest.productOf),
  [`${PRODUCT}_deleted`]: domain(PRODUCT, "deleted", "deleted", rest.productOf),
  [`${INVENTORY}_created`]: domain(INVENTORY, "created", "created", rest.inventoryOf),
  [`${INVENTORY}_updated`]: domain(INVENTORY, "updated", "updated", rest.inventoryOf),
  [`${INVENTORY}_updated_with_reason`]: domain(INVENTORY, "updated_with_reason", "action", (o) => ({
    currentEntity: rest.inventoryOf(o),
    reason: "ORDER",
  })),
  [`${INVENTORY}_deleted`]: domain(INVENTORY, "deleted", "deleted", rest.inventoryOf),
  [`${INVENTORY}_stock_status_updated`]: domain(INVENTORY, "stock_status_updated", "action", (o) => ({
    inStock: o.status !== "OUT_OF_STOCK",
  })),
  [`${CONTACT}_created`]: domain(CONTACT, "created", "created", rest.contactOf),
  [`${CONTACT}_updated`]: domain(CONTACT, "updated", "updated", rest.contactOf),
  [`${CONTACT}_merged`]: domain(CONTACT, "merged", "action", (o) => ({
    targetContactId: o.id,
    sourceContactIds: [`old-${o.id}`],
    targetContact: rest.contactOf(o),
  })),
  [`${CONTACT}_deleted`]: domain(CONTACT, "deleted", "deleted", rest.contactOf),
  [`${CATALOG_V1}.ProductCreated`]: legacy(`${CATALOG_V1}.ProductCreated`, rest.productNamed),
  [`${CATALOG_V1}.ProductChanged`]: legacy(`${CATALOG_V1}.ProductChanged`, rest.productNamed),
  [`${CATALOG_V1}.VariantsChanged`]: legacy(`${CATALOG_V1}.VariantsChanged`, rest.productNamed),
  [`${CATALOG_V1}.ProductDeleted`]: legacy(`${CATALOG_V1}.ProductDeleted`, rest.productNamed),
  [`${INVENTORY_V1}.InventoryItemChanged`]: legacy(`${INVENTORY_V1}.InventoryItemChanged`, (o) => ({
    inventoryItemId: `i-${o.id}`,
    externalId: o.id,
    productId: o.id,
    trackInventory: true,
  })),
  [`${INVENTORY_V1}.InventoryVariantsChanged`]: legacy(
    `${INVENTORY_V1}.InventoryVariantsChanged`,
    rest.variantsOf,
  ),
  AppRemoved: legacy("AppRemoved", () => ({ appId: "5bc2062d-010b-448c-a62a-d6bb269c5a4c" })),
};

export const samples: Samples = {
  headers: () => ({}),
  bodies,
  life: {
    created: [`${ORDER}_created`],
    paid: [`${ORDER}_payment_status_updated`],
    partly_shipped: [`${ORDER}_fulfilled`, "wix.ecom.v1.fulfillments_updated"],
    shipped: [`${ORDER}_fulfilled`, "wix.ecom.v1.fulfillments_updated"],
    partly_refunded: [`${ORDER}_payment_status_updated`, `${TRANSACTIONS}_refund_completed`],
  },
};

function orderAction(slug: string, stage: LifeStage): Body {
  return domain(ORDER, slug, "action", (o: SampleOptions) => ({ order: orderOf(o, stage) }));
}

function chargeback(slug: string, status: string): Body {
  return domain(TRANSACTIONS, slug, "action", (o) => ({
    orderId: o.id,
    paymentId: `pay-${o.id}`,
    chargeback: rest.chargebackOf(o, status),
    orderTransactions: transactionsOf(o),
  }));
}
