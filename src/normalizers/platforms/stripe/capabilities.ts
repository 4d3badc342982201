/** Where each canonical event comes from. Stripe knows no stock and no shipments. */
import type { Capability } from "../../platform.ts";

export const capabilities: Readonly<Record<string, Capability>> = {
  "order.created": "native",
  "order.updated": "native",
  "order.paid": "native",
  "order.partially_paid": "hydrated",
  "order.authorized": "native",
  "order.payment_failed": "native",
  "order.cancelled": "native",
  "order.refunded": "native",
  "order.partially_refunded": "native",
  "order.address_changed": "derived",
  "refund.created": "native",
  "refund.updated": "native",
  "dispute.created": "native",
  "dispute.updated": "native",
  "product.created": "native",
  "product.updated": "native",
  "product.deleted": "native",
  "product.published": "derived",
  "product.unpublished": "derived",
  "price.changed": "native",
  "customer.created": "native",
  "customer.updated": "native",
  "customer.deleted": "native",
  "checkout.updated": "native",
  "app.uninstalled": "native",
};

/** The vendor's list of currencies whose decimals differ from ISO 4217 was not confirmed. */
export const unverified: Readonly<Record<string, string>> = {
  "order.created": "how amounts in ISK, UGX and MGA are written",
  "price.changed": "how amounts in ISK, UGX and MGA are written",
};
