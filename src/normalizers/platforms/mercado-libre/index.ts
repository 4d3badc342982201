import type { Platform } from "../../platform.ts";
import { samples } from "./samples.ts";
import { topics } from "./topics.ts";

/**
 * Mercado Libre notifications: thin, unsigned, those of all sellers to one address. Not to be mixed up with Mercado Pago,
 * which signs. Each seller is a store: its `externalId` is the `user_id`, and all share the token of the address.
 */
export const mercadoLibre = {
  id: "mercado-libre",
  name: "Mercado Libre",
  docs: "https://developers.mercadolibre.com.ar/en_us/products-receive-notifications",
  schemes: [
    {
      kind: "unsigned",
      reason:
        "Mercado Libre signs nothing: the address holds a token, and nothing but what the API says is told as true",
    },
  ],
  locate: {
    topic: { json: "topic" },
    store: { json: "user_id" },
    at: { json: "sent" },
    dedupe: [{ json: "_id" }],
  },
  // Slower endpoints get their topic switched off, and what is missed meanwhile is lost.
  deadlineMs: 500,
  topics,
  capabilities: {
    "order.created": "hydrated",
    "order.updated": "hydrated",
    "order.paid": "derived",
    "order.partially_paid": "derived",
    "order.payment_failed": "derived",
    "order.fulfilled": "derived",
    "order.delivered": "derived",
    "order.cancelled": "derived",
    "order.refunded": "derived",
    "order.partially_refunded": "derived",
    "order.address_changed": "derived",
    "fulfillment.created": "hydrated",
    "fulfillment.updated": "hydrated",
    "fulfillment.delivered": "derived",
    "fulfillment.cancelled": "derived",
    "product.created": "hydrated",
    "product.updated": "hydrated",
    "product.deleted": "hydrated",
    "product.published": "derived",
    "product.unpublished": "derived",
    "price.changed": "derived",
    "stock.changed": "derived",
    "stock.out": "derived",
    "stock.back": "derived",
  },
  unverified: {
    "order.updated":
      "the list of statuses and the names of newer topics; how the answers about payments and claims name their order",
    "order.refunded": "what went back is read from the order's payments; single refunds are not told",
  },
  settings: {
    applicationId: {
      description: "Id of the application; needed to read the API",
      example: "5503910054141466",
      pattern: /^\d+$/,
      optional: true,
    },
  },
  credentials: {
    clientSecret: { description: "Secret key of the application", example: "vJ1kQ0zWc8sT4nYb" },
    refreshToken: {
      description:
        "The seller's newest refresh token; each may be used once, and the hub keeps the one that follows",
      example: "TG-5b9032b4e23464aed1f959f-468424240",
    },
  },
  api: {
    base: "https://api.mercadolibre.com",
    auth: {
      kind: "token",
      url: "https://api.mercadolibre.com/oauth/token",
      encoding: "form",
      body: {
        grant_type: "refresh_token",
        client_id: "{applicationId}",
        client_secret: "{clientSecret}",
        refresh_token: "{refreshToken}",
      },
      lifeField: "expires_in",
      lifeSeconds: 21_600,
      refresh: { field: "refresh_token", credential: "refreshToken" },
    },
    // No figure is published for these resources; 429 slows it down further.
    limits: { concurrency: 4, perSecond: 10 },
  },
  samples,
} as const satisfies Platform;
