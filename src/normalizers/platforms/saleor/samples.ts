/** Bodies as the hub's queries ask for them. */
import type { SampleOptions, Samples } from "../../wire.ts";
import { fulfillmentOf, orderOf } from "./samples/order.ts";
import { checkoutOf, productOf, userOf, variantOf } from "./samples/rest.ts";
import { topics } from "./topics.ts";

type Parts = (options: SampleOptions, topic: string) => Record<string, unknown>;

const PARTS: readonly (readonly [RegExp, Parts])[] = [
  [/^order_bulk_created$/, (o) => ({ orders: [orderOf(o), orderOf({ ...o, id: `${o.id}b` })] })],
  [/^order_/, (o, topic) => ({ order: orderOf(o, topic) })],
  [/^fulfillment_/, (o, topic) => ({ order: { id: o.id }, fulfillment: fulfillmentOf(o, topic) })],
  [/^product_variant_/, (o) => ({ productVariant: variantOf(o) })],
  [/^product_/, (o) => ({ product: productOf(o) })],
  [/^customer_/, (o) => ({ user: userOf(o) })],
  [/^checkout_/, (o) => ({ checkout: checkoutOf(o) })],
  [/^app_/, () => ({ app: { id: "QXBwOjE=", name: "Entrepot" } })],
];

export const samples: Samples = {
  headers: (topic) => ({
    "saleor-event": topic,
    "saleor-domain": "shop.saleor.cloud",
    "saleor-api-url": "https://shop.saleor.cloud/graphql/",
  }),
  bodies: Object.fromEntries(Object.keys(topics).map((topic) => [topic, bodyOf(topic)])),
  life: {
    created: ["order_created"],
    paid: ["order_fully_paid"],
    partly_shipped: ["fulfillment_created", "order_updated"],
    shipped: ["fulfillment_created", "order_fulfilled"],
    partly_refunded: ["order_refunded"],
  },
};

function bodyOf(topic: string): (options: SampleOptions) => string {
  const parts = PARTS.find(([pattern]) => pattern.test(topic))?.[1];
  return (options) =>
    JSON.stringify({
      issuedAt: issuedAt(options),
      version: "3.20.1",
      ...parts?.(options, topic),
    });
}

/** Saleor writes microseconds; deliveries of one sample differ in them. */
function issuedAt({ at, deliveryId = "" }: SampleOptions): string {
  const sum = [...deliveryId].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 1_000_000, 0);
  return `${at.slice(0, 19)}.${String(sum).padStart(6, "0")}+00:00`;
}
