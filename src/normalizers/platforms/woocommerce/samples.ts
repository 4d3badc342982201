/** Sample requests of our own, written from the documented shapes. Signing them is the sender's part. */
import type { SampleOptions, Samples } from "../../wire.ts";
import { sampleCustomer, sampleProduct } from "./samples/catalog.ts";
import { sampleOrder } from "./samples/order.ts";
import { jsonEncode, toId } from "./samples/php.ts";

export const samples = {
  headers: (topic, _options, deliveryId) => ({
    "content-type": "application/json",
    "user-agent": "WooCommerce/9.2.3 Hookshot (WordPress/6.6.1)",
    "x-wc-webhook-source": "https://shop.example/",
    "x-wc-webhook-topic": topic,
    "x-wc-webhook-resource": topic.split(".")[0] ?? topic,
    "x-wc-webhook-event": topic.split(".").slice(1).join("."),
    "x-wc-webhook-id": "9",
    "x-wc-webhook-delivery-id": deliveryId,
  }),
  bodies: {
    "order.created": sampleOrder("pending"),
    "order.updated": sampleOrder("processing"),
    "order.restored": sampleOrder("pending"),
    "order.deleted": sampleDeleted,
    "product.created": sampleProduct,
    "product.updated": sampleProduct,
    "product.published": sampleProduct,
    "product.restored": sampleProduct,
    "product.deleted": sampleDeleted,
    "customer.created": sampleCustomer,
    "customer.updated": sampleCustomer,
    "customer.deleted": sampleDeleted,
  },
  life: {
    created: ["order.created"],
    paid: ["order.updated"],
    shipped: ["order.updated"],
    partly_refunded: ["order.updated"],
  },
} as const satisfies Samples;

function sampleDeleted({ id }: SampleOptions): string {
  return jsonEncode({ id: toId(id) });
}
