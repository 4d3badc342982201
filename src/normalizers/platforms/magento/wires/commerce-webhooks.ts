/**
 * "Adobe Commerce Webhooks": https://developer.adobe.com/commerce/extensibility/webhooks/. The shop waits for the answer
 * inside its own request and asks whether it may go on, so a hub that is slow stops sales, and what is asked may still
 * fail. Only what is sent after the commit is a fact; that is read over REST, and the request itself is never believed.
 */
import { z } from "zod";
import { type HydratedHandler, type Hydration, hydrated } from "../../../hydration.ts";
import { ignored, type MapContext, type Wire } from "../../../platform.ts";
import { commerceWebhooksSamples } from "../samples/commerce-webhooks.ts";
import { type EntityValue, entityValue, tellCustomer, tellOrder, tellProduct } from "../told.ts";

const question = ignored(
  "the shop asks whether it may go on: nothing has happened yet, and it may still fail; the answer was yes",
);

export const commerceWebhooks = {
  name: "Adobe Commerce Webhooks",
  docs: "https://developer.adobe.com/commerce/extensibility/webhooks/",
  schemes: [
    {
      kind: "rsa",
      signatures: [
        {
          signature: { headers: ["x-adobe-commerce-webhook-signature"] },
          // The public key of Stores > Configuration > Adobe Services > Webhooks is the store's secret.
          keys: { kind: "secret" },
        },
      ],
      hash: "sha256",
      encoding: "base64",
      // The vendor's page calls it HMAC; it is RSA over the base64 text of the body:
      // https://developer.adobe.com/commerce/extensibility/webhooks/signature-verification/
      signs: ["body-base64"],
    },
  ],
  locate: {
    // A hook with chosen fields does not name itself; then its address does.
    topic: { firstOf: [{ path: "topic" }, { json: "eventName" }] },
    // There is no retry, so it is as good as an id of the delivery.
    dedupe: [{ header: "x-adobe-commerce-request-id" }],
    keep: ["x-adobe-commerce-request-id"],
  },
  // The hook's own `timeout` decides; the shopper waits all that time.
  deadlineMs: 2000,
  answer: { contentType: "application/json", body: '{"op":"success"}' },
  topics: {
    "observer.sales_order_save_commit_after": committed("order", tellOrder),
    "observer.catalog_product_save_commit_after": committed("product", tellProduct),
    "observer.customer_save_commit_after": committed("customer", tellCustomer),
  },
  topicPrefixes: { "observer.": question, "plugin.": question },
  samples: commerceWebhooksSamples,
} as const satisfies Wire & { name: string; docs: string };

/** The entity is one of the event's arguments, or the body itself where fields were chosen. */
function committed(
  argument: string,
  tell: (value: EntityValue, context: MapContext) => Hydration,
): HydratedHandler {
  const body = z.record(z.string(), z.unknown());
  const pick = (value: Record<string, unknown>) => value[argument] ?? value.data_object;
  const payload = body
    .transform((value) => pick(body.safeParse(value.data).data ?? {}) ?? pick(value) ?? value)
    .pipe(entityValue);
  return hydrated(payload, (value, context) => ({ ...tell(value, context), partial: nothing }));
}

function nothing() {
  return { ok: true as const, observations: [] };
}
