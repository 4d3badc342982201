import type { Platform } from "../../platform.ts";
import type { Locate, Wire } from "../../wire.ts";
import { capabilities, unverified } from "./capabilities.ts";
import { headerSecretSamples, samples } from "./samples.ts";
import { topicPrefixes, topics } from "./topics.ts";

/** The hash is that of the event: equal for a second firing, and other in another second. */
const locate: Locate = {
  topic: { json: "scope" },
  store: { json: "producer" },
  at: { json: "created_at" },
  dedupe: [{ firstOf: [{ header: "webhook-id" }, { json: "hash" }] }],
};

// The time limit is not published; it is that of the strictest platform that is known to retry like this one.
const common = { locate, deadlineMs: 5000, topics, topicPrefixes } satisfies Omit<
  Wire,
  "schemes" | "samples"
>;

/** BigCommerce webhooks: thin, signed with the app's client secret, which all stores of an app share. */
export const bigcommerce = {
  id: "bigcommerce",
  name: "BigCommerce",
  docs: "https://developer.bigcommerce.com/docs/integrations/webhooks",
  ...common,
  schemes: [
    {
      kind: "hmac",
      signature: { headers: ["webhook-signature"], list: { separator: " ", assign: ",", key: "v1" } },
      hash: "sha256",
      encoding: "base64",
      // The key is the client secret's text; the vendor's samples encode it only because their library decodes it again.
      signs: [{ header: "webhook-id" }, { text: "." }, "timestamp", { text: "." }, "body"],
      timestamp: {
        source: { header: "webhook-timestamp" },
        format: "seconds",
        // Whether a retry is signed anew is not documented, and retries go on for 48 hours. What is replayed is read again.
        toleranceSeconds: 172_800,
      },
    },
  ],
  variants: {
    "header-secret": {
      ...common,
      name: "BigCommerce, hooks with a secret header",
      docs: "https://developer.bigcommerce.com/docs/integrations/webhooks#creating-a-webhook",
      // BigCommerce sends the pairs of a hook's `headers` along. The name is ours: `"headers": {"x-entrepot-secret": "..."}`.
      schemes: [{ kind: "static", token: { header: "x-entrepot-secret" } }],
      samples: headerSecretSamples,
    },
  },
  capabilities,
  unverified,
  settings: {
    storeHash: {
      description: "Hash of the store, as in its API path; needed to read the API",
      example: "abc123",
      pattern: /^[a-z0-9]+$/,
      optional: true,
    },
  },
  credentials: {
    accessToken: {
      description:
        "Token of an API account with read access to orders, order transactions, products, customers, carts and store inventory",
      example: "ri5b4ngxpl0tq1k3d9",
    },
  },
  api: {
    base: "https://api.bigcommerce.com/stores/{storeHash}",
    auth: { kind: "header", name: "X-Auth-Token", value: "{accessToken}" },
    limits: {
      // 150 requests in 30 seconds on the smallest plan: https://developer.bigcommerce.com/docs/start/best-practices/api-rate-limits
      concurrency: 4,
      perSecond: 5,
      remainingHeader: "X-Rate-Limit-Requests-Left",
      resetHeader: { name: "X-Rate-Limit-Time-Reset-Ms", unit: "milliseconds" },
    },
  },
  samples,
} as const satisfies Platform;
