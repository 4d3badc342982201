import type { Capability } from "../../platform.ts";

export const capabilities = {
  "order.created": "native",
  "order.updated": "native",
  "order.paid": "native",
  "order.partially_paid": "native",
  "order.payment_failed": "derived",
  "order.fulfilled": "native",
  "order.partially_fulfilled": "derived",
  "order.cancelled": "native",
  "order.refunded": "native",
  "order.partially_refunded": "native",
  "order.address_changed": "derived",
  "fulfillment.created": "native",
  "fulfillment.updated": "native",
  "fulfillment.cancelled": "native",
  "refund.created": "derived",
  "refund.updated": "derived",
  "product.created": "native",
  "product.updated": "native",
  "product.deleted": "native",
  "product.published": "derived",
  "product.unpublished": "derived",
  "price.changed": "native",
  "stock.changed": "native",
  "stock.out": "derived",
  "stock.back": "derived",
  "customer.created": "native",
  "customer.updated": "native",
  "customer.deleted": "native",
  "cart.updated": "native",
  "app.uninstalled": "native",
} as const satisfies Record<string, Capability>;

export const unverified = {
  "price.changed":
    "prices are those of the channels' listings; that a promotion changes one only by product_variant_discounted_price_updated, which does not name the reduced price here, was not confirmed against a shop",
} as const;
