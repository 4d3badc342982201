import type { Platform } from "../../platform.ts";
import type { Wire } from "../../wire.ts";
import { capabilities, unverified } from "./capabilities.ts";
import { samples } from "./samples.ts";
import { topics } from "./topics.ts";

const wire = {
  // Each header has a deprecated twin until Saleor 4.0. The address names the shop; it proves nothing, so keys come from
  // the address that the admin told.
  locate: {
    topic: { firstOf: [{ header: "saleor-event" }, { header: "x-saleor-event" }] },
    store: { firstOf: [{ header: "saleor-api-url" }, { header: "x-saleor-api-url" }] },
    // No id of the delivery is sent; `issuedAt` in the queries makes equal states differ.
    dedupe: [
      { firstOf: [{ header: "saleor-api-url" }, { header: "x-saleor-api-url" }] },
      { firstOf: [{ header: "saleor-event" }, { header: "x-saleor-event" }] },
      { digest: "body" },
    ],
    keep: ["saleor-domain"],
  },
  deadlineMs: 20_000,
  topics,
  samples,
} as const satisfies Omit<Wire, "schemes">;

const signature = { headers: ["saleor-signature", "x-saleor-signature"] };

/**
 * Saleor apps. The app writes the query that shapes the body, so the hub ships its own: `queries.ts`. Signed with the shop's
 * key (detached JWS), or, where the webhook was given a secret, with that (deprecated).
 */
export const saleor = {
  id: "saleor",
  name: "Saleor",
  docs: "https://docs.saleor.io/developer/extending/webhooks/overview",
  ...wire,
  // saleor/core/jwt_manager.py, saleor/webhook/transport/utils.py
  schemes: [
    {
      kind: "jws",
      signature,
      algorithms: ["RS256"],
      keys: { kind: "jwks", url: "{shopUrl}/.well-known/jwks.json", cacheSeconds: 3600 },
    },
  ],
  variants: {
    hmac: {
      ...wire,
      name: "Saleor, webhooks with a secret key",
      docs: "https://docs.saleor.io/developer/extending/webhooks/payload-signature",
      schemes: [{ kind: "hmac", signature, hash: "sha256", encoding: "hex", signs: ["body"] }],
    },
  },
  capabilities,
  unverified,
  settings: {
    shopUrl: {
      description:
        "Where the shop's API is, without /graphql/; its keys and its state are read there and nowhere else",
      example: "https://shop.saleor.cloud",
      pattern: /^https?:\/\/[^/?#@]+$/,
    },
  },
  credentials: {
    appToken: {
      description: "Token of the app, from its installation or from Apps in the dashboard",
      example: "k9f3",
    },
  },
  api: {
    base: "{shopUrl}",
    auth: { kind: "header", name: "authorization", value: "Bearer {appToken}" },
    // No limits are published; a shop of one's own is easily overrun.
    limits: { concurrency: 2, perSecond: 5 },
  },
} as const satisfies Platform;
