import type { Capability, Platform } from "../../platform.ts";
import type { HmacScheme } from "../../scheme.ts";
import { samples } from "./samples.ts";
import { topicPrefixes, topics } from "./topics.ts";

/** The shop's own secret, which it was given when it registered; the body holds the moment of the attempt. */
const byShop = {
  kind: "hmac",
  signature: { headers: ["shopware-shop-signature"] },
  hash: "sha256",
  encoding: "hex",
  signs: ["body"],
  timestamp: { source: { json: "timestamp" }, format: "seconds", toleranceSeconds: 300 },
} as const satisfies HmacScheme;

const { timestamp: _timestamp, ...confirmation } = byShop;

const capabilities: Readonly<Record<string, Capability>> = {
  "order.created": "native",
  "order.updated": "native",
  "order.deleted": "native",
  "order.paid": "native",
  "order.partially_paid": "native",
  "order.authorized": "native",
  "order.payment_failed": "native",
  "order.fulfilled": "native",
  "order.partially_fulfilled": "native",
  "order.cancelled": "native",
  "order.refunded": "native",
  "order.partially_refunded": "native",
  "order.address_changed": "hydrated",
  "fulfillment.created": "native",
  "fulfillment.updated": "native",
  "fulfillment.cancelled": "derived",
  "refund.created": "hydrated",
  "refund.updated": "hydrated",
  "product.created": "hydrated",
  "product.updated": "hydrated",
  "product.deleted": "native",
  "product.published": "hydrated",
  "product.unpublished": "hydrated",
  "price.changed": "hydrated",
  "stock.changed": "hydrated",
  "stock.out": "hydrated",
  "stock.back": "hydrated",
  "customer.created": "hydrated",
  "customer.updated": "hydrated",
  "customer.deleted": "native",
  "app.uninstalled": "native",
};

/**
 * Webhooks of a Shopware 6 app: https://developer.shopware.com/docs/guides/plugins/apps/webhook.html. Business events carry
 * the order, entity-written events only name what changed.
 */
export const shopware = {
  id: "shopware",
  name: "Shopware 6",
  docs: "https://developer.shopware.com/docs/guides/plugins/apps/webhook.html",
  schemes: [byShop],
  locate: {
    topic: { json: "data.event" },
    store: { json: "source.shopId" },
    at: { json: "timestamp" },
    dedupe: [{ json: "source.eventId" }],
    keep: ["sw-version", "sw-context-language", "x-shopware-attempt"],
  },
  handshakes: [
    {
      kind: "registration",
      ask: {
        scheme: {
          kind: "hmac",
          signature: { headers: ["shopware-app-signature"] },
          hash: "sha256",
          encoding: "hex",
          signs: ["query"],
          // Of the same parameter as the documents' sample; without a limit an old request would get a fresh secret.
          timestamp: { source: { query: "timestamp" }, format: "seconds", toleranceSeconds: 300 },
        },
        shop: "shop-id",
        address: "shop-url",
      },
      proof: [{ query: "shop-id" }, { query: "shop-url" }, { setting: "appName" }],
      confirm: { scheme: confirmation, credentials: { apiKey: "apiKey", secretKey: "secretKey" } },
    },
  ],
  // Events may take 20 s (https://github.com/shopware/shopware, src/Core/Framework/Webhook/Service/WebhookClient.php), but the
  // requests of a registration only 5 s: https://developer.shopware.com/docs/guides/plugins/apps/app-registration-setup.html
  deadlineMs: 5000,
  topics,
  topicPrefixes,
  capabilities,
  unverified: {
    "app.uninstalled": "the body of app events was not confirmed for every version",
    "refund.created": "only payment plugins that use captures and refunds of the core make them",
    "product.updated":
      "that weights are in kilograms and sizes in millimetres was not confirmed; the store's options go before it",
    "price.changed": "prices of rules (advanced prices) are not told, only the product's own",
  },
  settings: {
    shopUrl: {
      description: "Address of the shop; reads go there, whatever address a request names",
      example: "https://shop.example.com",
      optional: true,
    },
    appName: {
      description: "Name of the app in its manifest.xml, for the registration",
      example: "Entrepot",
      optional: true,
    },
  },
  credentials: {
    apiKey: {
      description: "Access key id, which the shop sends when it registers",
      example: "SWIARWNZMZEZQ0DRTGJ6TWTVRA",
      optional: true,
    },
    secretKey: {
      description: "Secret access key, which the shop sends when it registers",
      example: "aHVzaA",
      optional: true,
    },
  },
  api: {
    base: "{shopUrl}/api",
    auth: {
      kind: "token",
      url: "/oauth/token",
      body: { grant_type: "client_credentials", client_id: "{apiKey}", client_secret: "{secretKey}" },
      encoding: "json",
      lifeField: "expires_in",
      lifeSeconds: 600,
    },
    // Flat JSON instead of JSON:API, and variants with what they inherit; the header counts by being there.
    headers: { accept: "application/json", "sw-inheritance": "1" },
    // No published figures: limits are the host's.
    limits: { concurrency: 2, perSecond: 5 },
  },
  samples,
} as const satisfies Platform;
