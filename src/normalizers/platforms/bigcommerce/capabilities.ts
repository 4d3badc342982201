/** Where each canonical event comes from. Webhooks are thin: the API tells, or the comparison of what it told. */
import type { Capability } from "../../platform.ts";

export const capabilities: Readonly<Record<string, Capability>> = {
  "order.created": "hydrated",
  "order.updated": "hydrated",
  "order.deleted": "native",
  "order.paid": "derived",
  "order.authorized": "derived",
  "order.payment_failed": "derived",
  "order.fulfilled": "derived",
  "order.partially_fulfilled": "derived",
  "order.cancelled": "derived",
  "order.refunded": "derived",
  "order.partially_refunded": "derived",
  "order.address_changed": "derived",
  "fulfillment.created": "hydrated",
  "fulfillment.updated": "hydrated",
  "fulfillment.cancelled": "native",
  "refund.created": "hydrated",
  "refund.updated": "derived",
  "product.created": "hydrated",
  "product.updated": "hydrated",
  "product.deleted": "native",
  "product.published": "derived",
  "product.unpublished": "derived",
  "price.changed": "derived",
  "stock.changed": "hydrated",
  "stock.out": "derived",
  "stock.back": "derived",
  "customer.created": "hydrated",
  "customer.updated": "hydrated",
  "customer.deleted": "native",
  "cart.updated": "hydrated",
  "cart.deleted": "native",
  "cart.completed": "native",
  "app.uninstalled": "native",
};

export const unverified: Readonly<Record<string, string>> = {
  "stock.changed":
    "without API credentials the level is that of the webhook, whose `absolute` the vendor words loosely; `relative` is not told",
  "order.updated":
    "the names of the signature's headers are those of the Standard Webhooks library, which the vendor names without printing them; hooks of store-level API accounts may not be signed so: use the variant `header-secret` for them",
};
