/**
 * The async-events module (aligent/magento-async-events, mage-os/mageos-async-events) with the events of
 * mage-os/mageos-common-async-events. The body is the REST entity as it is when the queue sends it; nothing in a request
 * names the event, so each has its own address.
 */
import { z } from "zod";
import { hydrated } from "../../../hydration.ts";
import { ignored, type MapContext, on, type TopicHandler } from "../../../platform.ts";
import type { Wire } from "../../../wire.ts";
import { id } from "../../../payload.ts";
import {
  customerAddressPayload,
  customerPayload,
  observeCustomer,
  observeCustomerAddress,
} from "../customer.ts";
import { CREDITMEMO, INVOICE, SHIPMENT, tellDocument } from "../documents.ts";
import { observeOrder } from "../observe-order.ts";
import { observeProduct } from "../observe-product.ts";
import { orderPayload } from "../order.ts";
import { productPayload } from "../product-payload.ts";
import { readCustomer } from "../reads.ts";
import { asyncEventsSamples } from "../samples/async-events.ts";
import type { Seen } from "../values.ts";

const inData = <S extends z.ZodType>(data: S) => z.object({ data });
const cms = ignored("pages and blocks of the shop's content, no commerce");

export const asyncEvents = {
  schemes: [
    {
      kind: "hmac",
      // mage-os/mageos-async-events, Service/AsyncEvent/HttpNotifier.php
      signature: { headers: ["x-magento-signature"] },
      hash: "sha256",
      encoding: "hex",
      signs: ["body"],
    },
  ],
  locate: {
    topic: { path: "topic" },
    // No delivery has an id. Two equal bodies of one event tell the same state, so nothing is lost when they are taken for one.
    dedupe: [
      { path: "topic" },
      { firstOf: [{ json: "data.entity_id" }, { json: "data.id" }] },
      { firstOf: [{ json: "data.updated_at" }, { constant: "-" }] },
      { digest: "body" },
    ],
  },
  // Service/AsyncEvent/HttpNotifier.php: 15 seconds in all, 5 to connect.
  deadlineMs: 15_000,
  topics: {
    "sales.order.created": order({ isNew: true }),
    "sales.order.updated": order(),
    "sales.order.paid": order({ news: ["paid"] }),
    "sales.order.shipped": order({ news: ["fulfilled"] }),
    "sales.order.holded": order(),
    "sales.order.unholded": order(),
    // Unholding is published under this name: Observer/SalesOrderSaveAfterObserver.php of the common events.
    "sales.unholdedcreated": order(),
    "sales.order.cancelled": order({ news: ["cancelled"] }),
    "sales.invoice.created": document(INVOICE),
    "sales.invoice.paid": document(INVOICE),
    "sales.shipment.created": document(SHIPMENT, { isNew: true }),
    "sales.creditmemo.created": document(CREDITMEMO, { isNew: true }),
    "catalog.product.created": product(true),
    "catalog.product.updated": product(),
    "customer.created": customer(true),
    "customer.updated": customer(),
    // The same customer; a login alone changes nothing of it.
    "customer.login": customer(),
    "customer.address.created": customerAddress(),
    "customer.address.updated": customerAddress(),
    "cms.page.created": cms,
    "cms.page.updated": cms,
    "cms.block.created": cms,
    "cms.block.updated": cms,
  },
  samples: asyncEventsSamples,
} as const satisfies Wire;

function seenIn({ at, options }: MapContext, more: Partial<Seen> = {}): Seen {
  return { at, options, ...more };
}

function order(more?: Partial<Seen>): TopicHandler {
  return on(inData(orderPayload), ({ data }, context) => observeOrder(data, seenIn(context, more)));
}

function product(isNew?: true): TopicHandler {
  return on(inData(productPayload), ({ data }, context) =>
    observeProduct(data, seenIn(context, isNew && { isNew })),
  );
}

function customer(isNew?: true): TopicHandler {
  return on(inData(customerPayload), ({ data }, context) =>
    observeCustomer(data, seenIn(context, isNew && { isNew })),
  );
}

/** The document is whole; its order's sums and quantities are read, because the order has no event of its own for them. */
function document(kind: typeof INVOICE, more: { readonly isNew?: true } = {}) {
  return hydrated(inData(z.looseObject({ entity_id: id, order_id: id })), ({ data }, context) =>
    tellDocument(kind, {
      id: data.entity_id,
      orderId: data.order_id,
      document: data,
      isWhole: true,
      context,
      ...more,
    }),
  );
}

/** An address has no change time, so the customer is read; alone it tells one entry of the address book. */
function customerAddress() {
  return hydrated(inData(customerAddressPayload), ({ data }, context) =>
    readCustomer({
      id: data.customer_id,
      context,
      partial: () => observeCustomerAddress(data, seenIn(context)),
    }),
  );
}
