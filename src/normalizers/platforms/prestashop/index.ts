import { ignored, type Platform } from "../../platform.ts";
import { capabilities, unverified } from "./capabilities.ts";
import { cartTopic } from "./cart.ts";
import { addressTopic, consentTopic, customerTopic } from "./customer.ts";
import { fulfillmentTopic, orderTopic, refundTopic } from "./observe-order.ts";
import { combinationTopic, productTopic, specificPriceTopic, stockTopic } from "./observe-product.ts";
import { samples } from "./samples.ts";
import { gone, privacyTopic, returnTopic, uninstalledTopic } from "./told.ts";

/**
 * PrestaShop 1.7 to 9 through the bridge module of this project: bridges/prestashop/CONTRACT.md. PrestaShop itself sends
 * nothing (https://github.com/PrestaShop/PrestaShop/issues/14976). Events are thin; the Webservice tells the state.
 */
export const prestashop = {
  id: "prestashop",
  name: "PrestaShop",
  docs: "https://devdocs.prestashop-project.org/8/modules/concepts/hooks/",
  schemes: [
    {
      kind: "hmac",
      // Two values while the module signs with an old and a new secret.
      signature: { headers: ["x-entrepot-signature"], list: { separator: ",", assign: "=", key: "sha256" } },
      hash: "sha256",
      encoding: "hex",
      signs: ["timestamp", { text: "." }, "body"],
      timestamp: {
        source: { header: "x-entrepot-timestamp" },
        format: "milliseconds",
        toleranceSeconds: 300,
      },
    },
  ],
  // The headers that repeat these values are not signed.
  locate: {
    topic: { json: "eventType" },
    store: { json: "shop.id" },
    at: { json: "occurredAt" },
    dedupe: [{ json: "eventId" }],
    keep: ["user-agent", "x-entrepot-attempt"],
  },
  // Sent while the request of a buyer ends; the module waits longer only when cron sends.
  deadlineMs: 4000,
  topics: {
    "order.created": orderTopic,
    "order.updated": orderTopic,
    "order.status_changed": orderTopic,
    "order.deleted": gone("order"),
    "refund.created": refundTopic,
    "return.requested": returnTopic,
    "return.updated": returnTopic,
    "fulfillment.updated": fulfillmentTopic,
    "order_state.saved": ignored("a setting of the shop; orders are read with the flags of their states"),
    "product.saved": productTopic,
    "product.deleted": gone("product"),
    "combination.saved": combinationTopic,
    "combination.deleted": combinationTopic,
    "stock.changed": stockTopic,
    "price.changed": specificPriceTopic,
    "customer.created": customerTopic,
    "customer.updated": customerTopic,
    "customer.deleted": gone("customer"),
    "consent.changed": consentTopic,
    "address.saved": addressTopic,
    "address.deleted": addressTopic,
    "cart.updated": cartTopic,
    "privacy.customer_redacted": privacyTopic("privacy.customer_redacted"),
    "privacy.data_requested": privacyTopic("privacy.data_requested"),
    "app.uninstalled": uninstalledTopic,
    "bridge.ping": ignored("the button of the module that tests the address"),
  },
  capabilities,
  unverified,
  settings: {
    baseUrl: {
      description: "Address of the shop with its base folder; reads need it",
      example: "https://shop.example.com",
      optional: true,
    },
  },
  credentials: {
    webserviceKey: {
      description: "Key of the Webservice with GET permission on what CONTRACT.md section 6 names",
      example: "ZQ88PRJX5VWQHCWE4EE7SQ7HPNX00RAJ",
    },
  },
  // The core has no limit; many shops run on shared hosts, so reads are few at a time.
  api: {
    base: "{baseUrl}/api",
    auth: { kind: "basic", user: "{webserviceKey}", password: "" },
    limits: { concurrency: 2, perSecond: 10 },
  },
  samples,
} as const satisfies Platform;
