import type { Capability } from "../../platform.ts";

export const capabilities = {
  "order.created": "native",
  "order.updated": "native",
  // Only orders that were imported can be deleted.
  "order.deleted": "native",
  "order.paid": "native",
  "order.partially_paid": "native",
  "order.payment_failed": "derived",
  "order.fulfilled": "native",
  "order.partially_fulfilled": "native",
  "order.cancelled": "native",
  "order.refunded": "native",
  "order.partially_refunded": "native",
  "order.address_changed": "derived",
  "fulfillment.created": "native",
  "fulfillment.updated": "native",
  "refund.created": "hydrated",
  "refund.updated": "hydrated",
  "dispute.created": "hydrated",
  "dispute.updated": "hydrated",
  "product.created": "native",
  "product.updated": "native",
  "product.deleted": "native",
  "product.published": "derived",
  "product.unpublished": "derived",
  "price.changed": "derived",
  "stock.changed": "native",
  "stock.out": "derived",
  "stock.back": "derived",
  "customer.created": "native",
  "customer.updated": "native",
  "customer.deleted": "native",
  "customer.consent_changed": "derived",
  "cart.updated": "native",
  "cart.deleted": "native",
  "cart.completed": "derived",
  // Wix tells checkouts only once they were left.
  "checkout.updated": "native",
  "checkout.completed": "native",
  "app.uninstalled": "native",
  "privacy.customer_redacted": "native",
} as const satisfies Record<string, Capability>;

const CATALOG_V1 =
  "sites with a catalogue of version 1: the names of the events and the paths below /stores-reader were seen in public code, " +
  "the documentation names them only in part";

export const unverified = {
  "product.created": CATALOG_V1,
  "product.updated": CATALOG_V1,
  "product.deleted": CATALOG_V1,
  "price.changed": CATALOG_V1,
  "stock.changed": CATALOG_V1,
} as const;
