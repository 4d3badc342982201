/**
 * "Adobe Commerce Webhooks": https://developer.adobe.com/commerce/extensibility/webhooks/. The shop waits for the answer
 * inside its own request and asks whether it may go on, so a hub that is slow stops sales, and what is asked may still
 * fail. Only what is sent after the commit is a fact; that is read over REST, and the request itself is never believed.
 */
import { z } from "zod";
import { type HydratedHandler, type Hydration, hydrated } from "../../../hydration.ts";
import { ignored, type MapContext } from "../../../platform.ts";
import type { Wire } from "../../../wire.ts";
import { CREDITMEMO, chosenDocument, INVOICE, SHIPMENT, tellChosen } from "../documents.ts";
import { commerceWebhooksSamples } from "../samples/commerce-webhooks.ts";
import { entityValue, tellCustomer, tellOrder, tellProduct } from "../told.ts";

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
  // Event and argument are the `_eventPrefix` and `_eventObject` of Magento's models, app/code/Magento/Sales/Model/Order.php,
  // Order/{Invoice,Shipment,Creditmemo}.php beside it, Catalog/Model/Product.php and Customer/Model/Customer.php; what the
  // event holds says lib/internal/Magento/Framework/Model/AbstractModel.php: https://github.com/magento/magento2
  topics: {
    ...committed("sales_order", "order", entityValue, tellOrder),
    ...committed("sales_order_invoice", "invoice", chosenDocument, (...told) => tellChosen(INVOICE, ...told)),
    ...committed("sales_order_shipment", "shipment", chosenDocument, (...told) =>
      tellChosen(SHIPMENT, ...told),
    ),
    ...committed("sales_order_creditmemo", "creditmemo", chosenDocument, (...told) =>
      tellChosen(CREDITMEMO, ...told),
    ),
    ...committed("catalog_product", "product", entityValue, tellProduct),
    ...committed("customer", "customer", entityValue, tellCustomer),
  },
  // Whatever else a hook may be set up for: by the name that it is subscribed to as, and by the start of what its body says.
  topicPrefixes: {
    "observer.": question,
    "plugin.": question,
    catalog_: question,
    checkout_: question,
    customer_: question,
    sales_: question,
  },
  samples: commerceWebhooksSamples,
} as const satisfies Wire & { name: string; docs: string };

/**
 * Subscribed to as `observer.<event>`, while a body names the event alone, as the vendor's recorded payloads show:
 * https://developer.adobe.com/commerce/extensibility/webhooks/use-cases/product-update-validation/
 * The entity is one of the event's arguments, or the body itself where fields were chosen.
 */
function committed<T>(
  model: string,
  argument: string,
  value: z.ZodType<T>,
  tell: (value: T, context: MapContext) => Hydration,
): Record<string, HydratedHandler> {
  const body = z.record(z.string(), z.unknown());
  const pick = (whole: Record<string, unknown>) => whole[argument] ?? whole.data_object;
  const payload: z.ZodType<T> = body
    .transform((whole): unknown => pick(body.safeParse(whole.data).data ?? {}) ?? pick(whole) ?? whole)
    .pipe(value);
  const handler = hydrated(payload, (told, context) => ({ ...tell(told, context), partial: nothing }));
  const event = `${model}_save_commit_after`;
  return { [event]: handler, [`observer.${event}`]: handler };
}

function nothing() {
  return { ok: true as const, observations: [] };
}
