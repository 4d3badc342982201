import { ignored, on, type Platform } from "../../platform.ts";
import { capabilities } from "./capabilities.ts";
import { catalogChanged } from "./catalog.ts";
import { customerPayload, observeCustomer, observeCustomerDeletion } from "./customer.ts";
import { disputePayload, observeDispute } from "./dispute.ts";
import { inventoryPayload, observeCounts } from "./inventory.ts";
import { samples } from "./samples.ts";
import {
  fulfillmentUpdated,
  invoiceChanged,
  orderCreated,
  orderUpdated,
  paymentChanged,
  refundChanged,
} from "./topics.ts";
import { revokedPayload, signalUninstalled } from "./uninstalled.ts";

const customer = on(customerPayload, observeCustomer);
const dispute = on(disputePayload, observeDispute);
const location = ignored("settings of a place of sale; stock and orders name it by its id");

/**
 * Square webhooks. A subscription belongs to an application and brings the events of every seller that authorised it; the
 * body says whose. Events of orders are thin, those of payments and refunds are not, but only the order says what they mean
 * for it; so all of them lead to the same reads.
 */
export const square = {
  id: "square",
  name: "Square",
  docs: "https://developer.squareup.com/docs/webhooks/overview",
  // The address is signed as it was registered: https://developer.squareup.com/docs/webhooks/step3validate. The older
  // x-square-signature (SHA-1) may come beside it and is not looked at.
  schemes: [
    {
      kind: "hmac",
      signature: { headers: ["x-square-hmacsha256-signature"] },
      hash: "sha256",
      encoding: "base64",
      signs: ["url", "body"],
    },
  ],
  locate: {
    topic: { json: "type" },
    store: { json: "merchant_id" },
    at: { json: "created_at" },
    dedupe: [{ json: "event_id" }],
    keep: [
      "square-environment",
      "square-initial-delivery-timestamp",
      "square-retry-number",
      "square-retry-reason",
    ],
  },
  // By an older edition of https://developer.squareup.com/docs/webhooks/troubleshooting; the newer says as soon as possible
  // and names no limit, so today's is unverified.
  deadlineMs: 10_000,
  topics: {
    "order.created": orderCreated,
    "order.updated": orderUpdated,
    "order.fulfillment.updated": fulfillmentUpdated,
    "payment.created": paymentChanged,
    "payment.updated": paymentChanged,
    "refund.created": refundChanged,
    "refund.updated": refundChanged,
    "invoice.payment_made": invoiceChanged,
    "invoice.published": invoiceChanged,
    "invoice.refunded": invoiceChanged,
    "invoice.canceled": invoiceChanged,
    "inventory.count.updated": on(inventoryPayload, observeCounts),
    "catalog.version.updated": catalogChanged,
    "customer.created": customer,
    "customer.updated": customer,
    "customer.deleted": on(customerPayload, observeCustomerDeletion),
    "dispute.created": dispute,
    "dispute.state.updated": dispute,
    "oauth.authorization.revoked": on(revokedPayload, signalUninstalled),
    "location.created": location,
    "location.updated": location,
    "webhooks.test_notification": ignored("a test of the subscription; nothing happened"),
  },
  topicPrefixes: {
    "booking.": ignored("appointments, not sales; what is paid comes as an order"),
    "gift_card.": ignored("stored value; its sale and use stand in orders and payments"),
    "invoice.": ignored("steps of an invoice that change nothing of its order"),
    "labor.": ignored("working hours of the staff"),
    "loyalty.": ignored("points of a loyalty programme"),
  },
  capabilities,
  settings: {
    apiHost: {
      description: "Where reads go: connect.squareupsandbox.com for an application's sandbox",
      example: "connect.squareup.com",
      default: "connect.squareup.com",
      optional: true,
      pattern: /connect\.squareup(sandbox)?\.com/,
    },
  },
  credentials: {
    accessToken: {
      description: "Access token of the seller, with ORDERS_READ, PAYMENTS_READ and ITEMS_READ",
      example: "EAAAl...",
    },
  },
  // The limits are our own: Square publishes none and answers 429 (https://developer.squareup.com/docs/build-basics/handling-errors).
  api: {
    base: "https://{apiHost}",
    auth: { kind: "header", name: "authorization", value: "Bearer {accessToken}" },
    // A released version, so that answers keep their shape: https://developer.squareup.com/docs/changelog/connect
    headers: { "square-version": "2025-01-23" },
    limits: { concurrency: 4, perSecond: 10 },
  },
  samples,
} as const satisfies Platform;
