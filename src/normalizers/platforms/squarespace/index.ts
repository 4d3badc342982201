import { z } from "zod";
import { hydrated } from "../../hydration.ts";
import { text } from "../../payload.ts";
import { on, type Platform, signal } from "../../platform.ts";
import { orderNotice, readOrder } from "./observe-order.ts";
import { samples } from "./samples.ts";

const order = hydrated(orderNotice, readOrder);
const uninstall = z.object({ websiteId: text });

/** Squarespace Commerce webhooks: thin, and only of orders. A notification is a hint; its time is not the order's. */
export const squarespace = {
  id: "squarespace",
  name: "Squarespace",
  docs: "https://developers.squarespace.com/webhooks/overview",
  schemes: [
    {
      kind: "hmac",
      signature: { headers: ["squarespace-signature"] },
      hash: "sha256",
      encoding: "hex",
      signs: ["body"],
      // The secret is the hexadecimal form of the key: https://developers.squarespace.com/webhooks/verifying-notifications
      key: { decode: "hex" },
    },
  ],
  locate: {
    topic: { json: "topic" },
    store: { json: "websiteId" },
    at: { json: "createdOn" },
    dedupe: [{ json: "id" }],
  },
  // The time limit is not published; this is well below that of the strictest platform that says one for such webhooks.
  deadlineMs: 5000,
  topics: {
    "order.create": order,
    "order.update": order,
    "extension.uninstall": on(uninstall, ({ websiteId }) => [
      signal("app.uninstalled", websiteId ? { shop: websiteId } : {}),
    ]),
  },
  capabilities: {
    "order.created": "hydrated",
    "order.updated": "hydrated",
    "order.paid": "derived",
    "order.fulfilled": "hydrated",
    "order.cancelled": "hydrated",
    "order.refunded": "derived",
    "order.partially_refunded": "derived",
    "order.address_changed": "derived",
    "app.uninstalled": "native",
  },
  unverified: {
    "order.updated":
      "which secret signs retries that are under way when the secret is rotated; keep the old one for the overlap",
  },
  credentials: {
    apiKey: {
      description: "API key with read access to orders, or an OAuth token (which ends soon: a key does not)",
      example: "7f9e2c1a-0b3d-4e5f-8a6b-1c2d3e4f5a6b",
    },
  },
  api: {
    base: "https://api.squarespace.com/1.0/commerce",
    // Squarespace wants a User-Agent that describes the sender; every read of the hub has one.
    auth: { kind: "header", name: "Authorization", value: "Bearer {apiKey}" },
    // 300 requests a minute, then a minute's pause: https://developers.squarespace.com/commerce-apis/rate-limits
    limits: { concurrency: 2, perSecond: 5 },
  },
  samples,
} as const satisfies Platform;
