/** Where each canonical event comes from. What Paddle sells is digital: there are no shipments and no stock. */
import type { Capability } from "../../platform.ts";

export const capabilities: Readonly<Record<string, Capability>> = {
  "order.created": "native",
  "order.updated": "native",
  "order.paid": "native",
  "order.payment_failed": "native",
  "order.fulfilled": "native",
  "order.cancelled": "native",
  "order.refunded": "native",
  "order.partially_refunded": "native",
  "refund.created": "native",
  "refund.updated": "native",
  "dispute.created": "native",
  "dispute.updated": "native",
  "product.created": "native",
  "product.updated": "native",
  "product.published": "derived",
  "product.unpublished": "derived",
  "price.changed": "native",
  "customer.created": "native",
  "customer.updated": "native",
  "customer.consent_changed": "derived",
  "cart.updated": "native",
  "cart.deleted": "native",
  "cart.completed": "derived",
};
