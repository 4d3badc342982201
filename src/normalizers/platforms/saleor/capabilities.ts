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

const FIELDS = "the names of the fields in the hub's queries beyond id, number, status, total and lines";

export const unverified = {
  "order.paid": `the words of paymentStatus, and ${FIELDS}`,
  "order.refunded": "the words of paymentStatus",
  "order.partially_refunded": "the words of paymentStatus",
  "refund.created": "that the app may read `transactions`, and the word REFUND_SUCCESS of their events",
  "price.changed": `which object product_variant_discounted_price_updated names; ${FIELDS}`,
  "stock.changed": FIELDS,
} as const;
