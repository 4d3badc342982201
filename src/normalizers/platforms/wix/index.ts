import type { Platform } from "../../platform.ts";
import { capabilities, unverified } from "./capabilities.ts";
import { samples } from "./samples.ts";
import { topics } from "./topics.ts";

/**
 * Wix Stores and Wix eCommerce. The body is a token, signed with the app's key, and no header says anything; inside it an
 * event lies as JSON in a string in JSON in a string. One registration of the app brings the events of all sites that
 * installed it, told apart by the instance id.
 */
export const wix = {
  id: "wix",
  name: "Wix",
  docs: "https://dev.wix.com/docs/build-apps/develop-your-app/extensions/backend-extensions/event-handlers/about-webhooks",
  // The public key of the app's dashboard is the store's secret. `iss` and `aud` are not guaranteed.
  schemes: [
    { kind: "jwt", token: "body", algorithms: ["RS256"], keys: { kind: "secret" }, leewaySeconds: 60 },
  ],
  payload: { kind: "jwt" },
  locate: {
    topic: { json: "data.eventType" },
    store: { json: "data.instanceId" },
    // Events of the old catalogue and of the app have no time of their own.
    at: { firstOf: [{ json: "data.data.eventTime" }, { json: "iat" }] },
    dedupe: [
      { json: "data.eventType" },
      { firstOf: [{ json: "data.data.id" }, { json: "jti" }, { digest: "body" }] },
    ],
  },
  deadlineMs: 1250,
  topics,
  capabilities,
  unverified,
  settings: {
    instanceId: {
      description: "Id of the site's installation of the app, as in the events",
      example: "8e9d6b70-6eb9-4ab3-a62d-e033063e2f05",
      pattern: /^[0-9a-f-]{36}$/i,
    },
  },
  credentials: {
    clientId: {
      description: "App id, from the app's dashboard",
      example: "5bc2062d-010b-448c-a62a-d6bb269c5a4c",
    },
    clientSecret: { description: "App secret key, from the same page", example: "0a1b2c3d-secret" },
  },
  api: {
    base: "https://www.wixapis.com",
    // https://dev.wix.com/docs/rest/app-management/oauth-2/create-access-token
    auth: {
      kind: "token",
      url: "/oauth2/token",
      encoding: "json",
      body: {
        grant_type: "client_credentials",
        client_id: "{clientId}",
        client_secret: "{clientSecret}",
        instance_id: "{instanceId}",
      },
      lifeField: "expires_in",
      lifeSeconds: 14_400,
      prefix: "",
    },
    // Wix publishes no numbers; beyond its limits it answers 429.
    limits: { concurrency: 4, perSecond: 5 },
  },
  samples,
} as const satisfies Platform;
