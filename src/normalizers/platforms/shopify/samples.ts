/** Requests as Shopify would send them, one per mapped topic. */
import type { SampleOptions, Samples } from "../../wire.ts";
import * as catalogue from "./samples/catalogue.ts";
import * as checkout from "./samples/checkout.ts";
import * as customer from "./samples/customer.ts";
import { number, toJson } from "./samples/json.ts";
import { orderAt } from "./samples/life.ts";
import { aRefund, aTransaction, orderBody } from "./samples/order.ts";
import * as shipping from "./samples/shipping.ts";

type Body = (options: SampleOptions) => string;

const onlyId: Body = ({ id }) => toJson({ id: number(id) });

const orders: Record<string, Body> = {
  "orders/create": (options) => orderAt("created", options),
  "orders/updated": (options) => orderAt("created", options, { tags: "first-order, web, gift" }),
  "orders/paid": (options) => orderAt("paid", options),
  "orders/cancelled": (options) =>
    orderBody(options, {
      cancelled_at: options.at,
      closed_at: options.at,
      cancel_reason: "customer",
      financial_status: options.status ?? "voided",
    }),
  "orders/fulfilled": (options) => orderAt("shipped", options),
  "orders/partially_fulfilled": (options) => orderAt("partly_shipped", options),
  "orders/delete": onlyId,
  "order_transactions/create": (options) => toJson(aTransaction(options)),
  "refunds/create": (options) => toJson(aRefund(options)),
};

const bodies: Record<string, Body> = {
  ...orders,
  "returns/request": (options) => shipping.returnBody(options, "requested"),
  "returns/approve": (options) => shipping.returnBody(options, "open"),
  "returns/decline": shipping.returnDeclinedBody,
  "returns/cancel": (options) => shipping.returnStatusBody(options, "canceled"),
  "returns/close": (options) => shipping.returnStatusBody(options, "closed"),
  "returns/reopen": (options) => shipping.returnStatusBody(options, "open"),
  "fulfillments/create": (options) => shipping.fulfillmentBody(options, null),
  "fulfillments/update": (options) => shipping.fulfillmentBody(options, "delivered"),
  "fulfillment_events/create": shipping.fulfillmentEventBody,
  "disputes/create": shipping.disputeBody,
  "disputes/update": (options) =>
    shipping.disputeBody({ ...options, status: options.status ?? "under_review" }),
  "products/create": catalogue.productBody,
  "products/update": catalogue.productBody,
  "products/delete": onlyId,
  "inventory_levels/update": catalogue.levelBody,
  "inventory_levels/connect": catalogue.levelBody,
  "inventory_levels/disconnect": catalogue.disconnectedBody,
  "inventory_items/create": catalogue.inventoryItemBody,
  "inventory_items/update": catalogue.inventoryItemBody,
  "inventory_items/delete": onlyId,
  "customers/create": customer.customerBody,
  "customers/update": customer.customerBody,
  "customers/enable": (options) => customer.customerBody({ ...options, status: "enabled" }),
  "customers/disable": (options) => customer.customerBody({ ...options, status: "disabled" }),
  "customers/delete": customer.customerDeletedBody,
  "customers/merge": customer.mergeBody,
  "customers/purchasing_summary": customer.purchasingBody,
  "customers_email_marketing_consent/update": customer.emailConsentBody,
  "customers_marketing_consent/update": customer.smsConsentBody,
  "carts/create": checkout.cartBody,
  "carts/update": checkout.cartBody,
  "checkouts/create": (options) => checkout.checkoutBody(options),
  "checkouts/update": (options) => checkout.checkoutBody(options, { completed_at: options.at }),
  "checkouts/delete": ({ id }) => toJson({ token: id, presentment_currency: "USD" }),
  "draft_orders/create": checkout.draftOrderBody,
  "draft_orders/update": (options) =>
    checkout.draftOrderBody({ ...options, status: options.status ?? "invoice_sent" }),
  "draft_orders/delete": onlyId,
  "app/uninstalled": () =>
    toJson({
      id: 61204472113,
      name: "Northwind Goods",
      domain: null,
      myshopify_domain: null,
      currency: "USD",
    }),
  "customers/data_request": customer.dataRequestBody,
  "customers/redact": customer.customerRedactBody,
  "shop/redact": customer.shopRedactBody,
};

export const samples: Samples = {
  headers: (topic, { at }, deliveryId) => ({
    "content-type": "application/json",
    "user-agent": "Shopify-Captain-Hook",
    "x-shopify-topic": topic,
    "x-shopify-shop-domain": "northwind-goods.myshopify.com",
    "x-shopify-api-version": "2026-07",
    "x-shopify-webhook-id": deliveryId,
    "x-shopify-event-id": deliveryId,
    "x-shopify-triggered-at": at,
  }),
  bodies,
  life: {
    created: ["orders/create"],
    paid: ["orders/paid"],
    partly_shipped: ["orders/partially_fulfilled"],
    shipped: ["orders/fulfilled"],
    partly_refunded: ["refunds/create", "orders/updated"],
  },
};
