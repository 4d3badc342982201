import { on, type Platform } from "../../platform.ts";
import { capabilities } from "./capabilities.ts";
import { observePrice, observeProduct, pricePayload, productPayload } from "./catalog.ts";
import { customerPayload, observeCustomer } from "./customer.ts";
import { ignoredFamilies } from "./ignored-families.ts";
import { samples } from "./samples.ts";
import { adjustmentChanged, transactionChanged } from "./topics.ts";

const customer = on(customerPayload, observeCustomer);
const product = on(productPayload, observeProduct);
const price = on(pricePayload, observePrice);

/**
 * Paddle Billing, which sells on the merchant's behalf. One sale gives several events within a second; the event's id is
 * equal in retries and replays, the notification's is not. (Paddle Classic signs in another way and is not covered.)
 */
export const paddle = {
  id: "paddle",
  name: "Paddle",
  docs: "https://developer.paddle.com/webhooks/overview",
  schemes: [
    {
      kind: "hmac",
      // Several `h1` while a secret is rotated: https://developer.paddle.com/webhooks/signature-verification
      signature: { headers: ["paddle-signature"], list: { separator: ";", assign: "=", key: "h1" } },
      hash: "sha256",
      encoding: "hex",
      signs: ["timestamp", { text: ":" }, "body"],
      // The vendor's SDK allows 5 seconds, which a clock or a proxy easily exceeds; the event's id keeps replays out.
      timestamp: { source: { field: "ts" }, format: "seconds", toleranceSeconds: 30 },
    },
  ],
  locate: {
    topic: { json: "event_type" },
    at: { json: "occurred_at" },
    dedupe: [{ json: "event_id" }],
  },
  // https://developer.paddle.com/webhooks/respond-to-webhooks
  deadlineMs: 5000,
  topics: {
    "transaction.created": transactionChanged,
    "transaction.ready": transactionChanged,
    "transaction.billed": transactionChanged,
    "transaction.paid": transactionChanged,
    "transaction.completed": transactionChanged,
    "transaction.updated": transactionChanged,
    "transaction.revised": transactionChanged,
    "transaction.past_due": transactionChanged,
    "transaction.payment_failed": transactionChanged,
    "transaction.canceled": transactionChanged,
    "adjustment.created": adjustmentChanged,
    "adjustment.updated": adjustmentChanged,
    "product.created": product,
    "product.imported": product,
    "product.updated": product,
    "price.created": price,
    "price.imported": price,
    "price.updated": price,
    "customer.created": customer,
    "customer.imported": customer,
    "customer.updated": customer,
  },
  topicPrefixes: ignoredFamilies,
  capabilities,
  settings: {
    apiHost: {
      description: "Where reads go: sandbox-api.paddle.com for a sandbox account",
      example: "api.paddle.com",
      default: "api.paddle.com",
      optional: true,
      pattern: /(sandbox-)?api\.paddle\.com/,
    },
  },
  credentials: {
    apiKey: {
      description: "API key that may read transactions, adjustments, customers and addresses",
      example: "pdl_live_apikey_...",
    },
  },
  // 240 requests a minute and address: https://developer.paddle.com/api-reference/about/rate-limiting
  api: {
    base: "https://{apiHost}",
    auth: { kind: "header", name: "authorization", value: "Bearer {apiKey}" },
    limits: { concurrency: 2, perSecond: 4 },
  },
  samples,
} as const satisfies Platform;
