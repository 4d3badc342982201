/**
 * Adobe I/O Events for Adobe Commerce: https://developer.adobe.com/commerce/extensibility/events/. CloudEvents with the
 * fields that the shop chose for each event, in PHP's types; they are completed over REST.
 */
import { z } from "zod";
import { type Hydration, hydrated } from "../../../hydration.ts";
import { id, idOrNone } from "../../../payload.ts";
import { ignored, type MapContext, on, type TopicHandler } from "../../../platform.ts";
import type { Wire } from "../../../wire.ts";
import { CREDITMEMO, chosenDocument, INVOICE, SHIPMENT, tellChosen, tellDocument } from "../documents.ts";
import { observeStockRow, stockRowPayload } from "../observe-product.ts";
import { readOrder } from "../reads.ts";
import { ioEventsSamples } from "../samples/io-events.ts";
import {
  deletedValue,
  entityValue,
  seenIn,
  tellCart,
  tellCustomer,
  tellDeleted,
  tellOrder,
  tellProduct,
} from "../told.ts";

export const PREFIX = "com.adobe.commerce.";

const envelope = z.object({ data: z.object({ value: z.unknown() }) }).transform(({ data }) => data.value);

const order = about(entityValue, tellOrder);
const product = about(entityValue, tellProduct);
const customer = about(entityValue, tellCustomer);
const cart = about(entityValue, tellCart);
const stockRow = on(envelope.pipe(stockRowPayload), (value, context) =>
  observeStockRow(value, seenIn(context)),
);

export const ioEvents = {
  name: "Adobe I/O Events",
  docs: "https://developer.adobe.com/commerce/extensibility/events/",
  schemes: [
    {
      kind: "rsa",
      // Two generations of keys; the path comes from the request, so the host and its form are fixed here.
      // https://developer.adobe.com/events/docs/guides/sdk/sdk-signature-verification/
      signatures: [signature("1"), signature("2")],
      hash: "sha256",
      encoding: "base64",
      signs: ["body"],
      // The same keys sign for all of Adobe's customers. Deliveries of before 2026 have the older spelling only; of a
      // batch, which is signed as a whole for one client, the first event says whose it is.
      audience: {
        anyOf: [
          { json: "recipientclientid" },
          { json: "recipient_client_id" },
          { json: "0.recipientclientid" },
          { json: "0.recipient_client_id" },
        ],
        setting: "clientId",
      },
    },
  ],
  locate: {
    topic: { firstOf: [{ json: "type" }, { header: "x-adobe-event-code" }] },
    at: { json: "time" },
    // Equal on every attempt, unlike the delivery id. In a batch each event names its own.
    dedupe: [{ firstOf: [{ json: "eventid" }, { json: "event_id" }, { header: "x-adobe-event-id" }] }],
    keep: ["x-adobe-event-id", "x-adobe-delivery-id", "x-adobe-retry-count", "x-adobe-provider"],
  },
  batch: { json: "" },
  // https://developer.adobe.com/events/docs/guides/
  handshakes: [
    { kind: "challenge", method: "GET", value: { query: "challenge" }, answer: "text" },
    { kind: "validation", method: "POST", url: { json: "validationUrl" }, hosts: ["csm.adobe.io"] },
  ],
  deadlineMs: 10_000,
  topics: {
    ...named("observer.sales_order_save_commit_after", order),
    ...named("observer.sales_order_save_after", order),
    ...named("observer.checkout_submit_all_after", about(under("order"), tellOrder)),
    ...named(
      "plugin.magento.sales.api.order_management.place",
      about(z.union([entityValue, under("order")]), tellOrder),
    ),
    ...named("observer.sales_order_status_history_save_after", parentOrder()),
    ...named("observer.sales_order_invoice_save_after", document(INVOICE)),
    ...named("observer.sales_order_invoice_save_commit_after", document(INVOICE)),
    ...named("observer.sales_order_invoice_pay", document(INVOICE)),
    ...named("observer.sales_order_shipment_save_after", document(SHIPMENT)),
    ...named("observer.sales_order_shipment_save_commit_after", document(SHIPMENT)),
    ...named("observer.sales_order_shipment_track_save_after", track()),
    ...named("observer.sales_order_creditmemo_save_after", document(CREDITMEMO)),
    ...named("observer.sales_order_creditmemo_save_commit_after", document(CREDITMEMO)),
    ...named("observer.catalog_product_save_commit_after", product),
    ...named("observer.catalog_product_save_after", product),
    ...named("observer.catalog_product_delete_commit_after", gone("product")),
    ...named("observer.cataloginventory_stock_item_save_commit_after", stockRow),
    ...named("observer.customer_save_commit_after", customer),
    ...named("observer.customer_register_success", about(under("customer"), tellCustomer)),
    ...named("observer.customer_delete_commit_after", gone("customer")),
    ...named("observer.sales_quote_save_after", cart),
    ...named("observer.sales_quote_save_commit_after", cart),
  },
  topicPrefixes: {
    [`${PREFIX}observer.rma_save_`]: ignored(
      "a return of the paid edition: its body is not documented, so nothing is told rather than guessed",
    ),
  },
  samples: ioEventsSamples,
} as const satisfies Wire & { name: string; docs: string };

function signature(generation: "1" | "2") {
  return {
    signature: { headers: [`x-adobe-digital-signature-${generation}`] },
    keys: {
      kind: "pem",
      origin: "https://static.adobeioevents.com",
      path: {
        header: `x-adobe-public-key${generation}-path`,
        pattern: /^\/(prod|stage)\/keys\/pub-key-[0-9a-f-]{36}\.pem$/,
      },
      cacheSeconds: 86_400,
    },
  } as const;
}

function named<H extends TopicHandler>(event: string, handler: H): Record<string, H> {
  return { [PREFIX + event]: handler };
}

/** A topic whose value names the entity to read. */
function about<T>(value: z.ZodType<T>, tell: (value: T, context: MapContext) => Hydration): TopicHandler {
  const schema: z.ZodType<T> = envelope.pipe(value);
  return hydrated(schema, tell);
}

/** The entity is one of the event's arguments. */
function under<K extends string>(name: K) {
  return z
    .record(z.string(), z.unknown())
    .transform((value) => value[name])
    .pipe(entityValue);
}

function gone(resource: "product" | "customer"): TopicHandler {
  return on(envelope.pipe(deletedValue), (id, context) => tellDeleted(resource, id, context));
}

/** A comment on an order, which may come with a new status: only the order is of interest. */
function parentOrder(): TopicHandler {
  return about(z.object({ parent_id: id }), ({ parent_id }, context) =>
    readOrder({ id: parent_id, context, partial: () => [] }),
  );
}

function document(kind: typeof INVOICE): TopicHandler {
  return about(chosenDocument, (value, context) => tellChosen(kind, value, context));
}

/** A tracking number that was added to a shipment, which `parent_id` names. */
function track(): TopicHandler {
  return about(z.object({ parent_id: id, order_id: idOrNone }), ({ parent_id, order_id }, context) =>
    tellDocument(SHIPMENT, {
      id: parent_id,
      orderId: order_id ?? undefined,
      isWhole: false,
      context,
    }),
  );
}
