import { deleted, ignored, on, type Platform, type TopicHandler } from "../../platform.ts";
import { deletedPayload } from "./body.ts";
import { customerPayload, observeCustomer } from "./customer.ts";
import { observeOrder } from "./observe-order.ts";
import { observeProduct } from "./observe-product.ts";
import { orderPayload } from "./order.ts";
import { productPayload } from "./product.ts";
import { samples } from "./samples.ts";
import { versionOfWebhook } from "./values.ts";

const order = on(orderPayload, observeOrder);
const product = on(productPayload, observeProduct);
const customer = on(customerPayload, observeCustomer);
const coupon = ignored("a coupon is a rule, not commerce that happened; its use stands in the orders");

/**
 * WooCommerce webhooks of REST API version 3. There is no event id, no time and no retry: a delivery that fails is lost.
 * The delivery id is shared by all deliveries of one webhook within a second, so the body belongs to the dedupe key; and
 * an equal body may be news (stock that goes down and up again, an order trashed twice), so the delivery id does too.
 */
export const woocommerce = {
  id: "woocommerce",
  name: "WooCommerce",
  docs: "https://developer.woocommerce.com/docs/apis/rest-api/v3/webhooks/",
  schemes: [
    {
      kind: "hmac",
      signature: { headers: ["x-wc-webhook-signature"] },
      hash: "sha256",
      encoding: "base64",
      signs: ["body"],
      // Old versions sign with the secret's HTML form: https://github.com/woocommerce/woocommerce/pull/22722
      key: { forms: ["plain", "html-escaped"] },
    },
  ],
  locate: {
    topic: { header: "x-wc-webhook-topic" },
    store: { header: "x-wc-webhook-source" },
    dedupe: [{ header: "x-wc-webhook-delivery-id" }, { header: "x-wc-webhook-topic" }, { digest: "body" }],
    keep: [
      "x-wc-webhook-id",
      "x-wc-webhook-delivery-id",
      "x-wc-webhook-source",
      "x-wc-webhook-event",
      "x-wc-webhook-resource",
    ],
  },
  // The test that is sent when a webhook becomes active: a form without any of the headers.
  handshakes: [
    {
      kind: "ping",
      method: "POST",
      body: /^webhook_id=\d+$/,
      bodyBytesMax: 64,
      absentHeaders: ["x-wc-webhook-signature", "x-wc-webhook-topic"],
      answer: { status: 200, body: "" },
    },
  ],
  deadlineMs: 60_000,
  topics: {
    "order.created": order,
    "order.updated": order,
    "order.restored": order,
    "order.deleted": gone("order"),
    "product.created": product,
    "product.updated": product,
    "product.published": product,
    "product.restored": product,
    "product.deleted": gone("product"),
    "customer.created": customer,
    "customer.updated": customer,
    "customer.deleted": gone("customer"),
    "coupon.created": coupon,
    "coupon.updated": coupon,
    "coupon.deleted": coupon,
    "coupon.restored": coupon,
  },
  topicPrefixes: {
    "action.": ignored("carries only the hook's first argument; the resource topics bring the state itself"),
  },
  capabilities: {
    "order.created": "native",
    "order.updated": "native",
    "order.deleted": "native",
    "order.paid": "derived",
    "order.payment_failed": "derived",
    "order.fulfilled": "derived",
    "order.cancelled": "derived",
    "order.refunded": "derived",
    "order.partially_refunded": "derived",
    "order.address_changed": "derived",
    "refund.created": "derived",
    "refund.updated": "derived",
    "product.created": "native",
    "product.updated": "native",
    "product.deleted": "native",
    // From about 10.9 there is a topic; before, the comparison of states finds it, and it does so there too.
    "product.published": "derived",
    "product.unpublished": "derived",
    "price.changed": "derived",
    "stock.changed": "derived",
    "stock.out": "derived",
    "stock.back": "derived",
    "customer.created": "native",
    "customer.updated": "native",
    "customer.deleted": "native",
  },
  samples,
} as const satisfies Platform;

/** A deletion carries no time of its own, so the webhook's stands for it. */
function gone(resource: "order" | "product" | "customer"): TopicHandler {
  return on(deletedPayload, ({ id }, context) => [deleted(resource, id, versionOfWebhook(context))]);
}
