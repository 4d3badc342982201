import type { Platform } from "../../platform.ts";
import { capabilities, unverified } from "./capabilities.ts";
import { adminPost, adminPostHeader } from "./wires/admin-post.ts";
import { asyncEvents } from "./wires/async-events.ts";
import { commerceWebhooks } from "./wires/commerce-webhooks.ts";
import { ioEvents } from "./wires/io-events.ts";

/**
 * Magento Open Source and Adobe Commerce, which push nothing by themselves: what sends is a module, and each has a wire of
 * its own. What the shop's admin installs and types in for each stands in the README beside this file.
 */
export const magento = {
  id: "magento",
  name: "Magento / Adobe Commerce",
  docs: "https://github.com/mage-os/mageos-async-events",
  ...asyncEvents,
  variants: {
    "io-events": ioEvents,
    "commerce-webhooks": commerceWebhooks,
    "admin-post": adminPost,
    "admin-post-header": adminPostHeader,
  },
  capabilities,
  unverified,
  settings: {
    baseUrl: {
      description: "Address of the shop",
      example: "https://shop.example.com",
      pattern: /^https?:\/\//,
    },
    storeCode: {
      description: "Store view whose values the REST API answers; `all` is the default scope",
      example: "default",
      optional: true,
      default: "all",
      pattern: /^[a-z][a-z0-9_]*$/,
    },
    clientId: {
      description:
        "Client id of the project in the Adobe Developer Console; the variant `io-events` needs it",
      example: "0123456789abcdef0123456789abcdef",
      optional: true,
    },
  },
  credentials: {
    accessToken: {
      description:
        "Access token of an integration (System > Integrations). Since 2.4.4 it is a bearer token only when the shop allows it: Stores > Configuration > Services > OAuth > Consumer Settings",
      example: "0a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p",
    },
  },
  api: {
    base: "{baseUrl}/rest/{storeCode}/V1",
    auth: { kind: "header", name: "authorization", value: "Bearer {accessToken}" },
    // Magento limits reads by nothing but its own speed; this is what a small shop bears:
    // https://developer.adobe.com/commerce/webapi/get-started/rate-limiting/
    limits: { concurrency: 4, perSecond: 10 },
  },
} as const satisfies Platform;
