import type { Platform } from "../../platform.ts";
import { samples } from "./samples.ts";
import { topicPrefixes, topics } from "./topics.ts";

/** Ecwid by Lightspeed webhooks: thin, one address for all stores of an app, and a signature that leaves the body out. */
export const ecwid = {
  id: "ecwid",
  name: "Ecwid",
  docs: "https://docs.ecwid.com/develop-apps/webhooks",
  schemes: [
    {
      kind: "hmac",
      signature: { headers: ["x-ecwid-webhook-signature"] },
      hash: "sha256",
      encoding: "base64",
      // The key is the app's client secret, not a store's token.
      signs: [{ json: "eventCreated" }, { text: "." }, { json: "eventId" }],
      // Failed requests come again for a day, with the same signature.
      timestamp: { source: { json: "eventCreated" }, format: "seconds", toleranceSeconds: 90_000 },
    },
  ],
  locate: {
    topic: { json: "eventType" },
    store: { json: "storeId" },
    at: { json: "eventCreated" },
    dedupe: [{ json: "eventId" }],
  },
  deadlineMs: 10_000,
  topics,
  topicPrefixes,
  capabilities: {
    "order.created": "hydrated",
    "order.updated": "hydrated",
    "order.deleted": "hydrated",
    "order.paid": "derived",
    "order.fulfilled": "derived",
    "order.delivered": "derived",
    "order.cancelled": "derived",
    "order.refunded": "derived",
    "order.partially_refunded": "derived",
    "order.address_changed": "derived",
    "refund.created": "derived",
    "refund.updated": "derived",
    "product.created": "hydrated",
    "product.updated": "hydrated",
    "product.deleted": "hydrated",
    "product.published": "derived",
    "product.unpublished": "derived",
    "price.changed": "derived",
    "stock.changed": "derived",
    "stock.out": "derived",
    "stock.back": "derived",
    "customer.created": "hydrated",
    "customer.updated": "hydrated",
    "customer.deleted": "hydrated",
    "customer.consent_changed": "derived",
    "cart.updated": "hydrated",
    "app.uninstalled": "native",
  },
  unverified: {
    "order.deleted":
      "payloads of old stores name the order by its number, which newer stores do not use elsewhere",
    "app.uninstalled":
      "the body is not signed and cannot be read back: anybody who saw one request could make it up",
  },
  settings: {
    storeId: {
      description: "Id of the store; needed to read the API",
      example: "1003",
      pattern: /^\d+$/,
      optional: true,
    },
  },
  credentials: {
    token: {
      description:
        "Access token of the app for this store, with read access to orders, catalog, customers and profile",
      example: "secret_4i936SRqRp3317MZ51Aa4tVjeUVyGwW7",
    },
  },
  api: {
    base: "https://app.ecwid.com/api/v3/{storeId}",
    auth: { kind: "header", name: "Authorization", value: "Bearer {token}" },
    // 600 requests a minute for a token, by the newer and stricter of two pages: https://docs.ecwid.com/api-reference/rest-api
    limits: { concurrency: 4, perSecond: 10 },
  },
  samples,
} as const satisfies Platform;
