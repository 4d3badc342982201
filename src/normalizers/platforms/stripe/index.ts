import { z } from "zod";
import { orAbsent } from "../../fields.ts";
import { text } from "../../payload.ts";
import { ignored, on, type Platform, signal } from "../../platform.ts";
import { capabilities, unverified } from "./capabilities.ts";
import {
  observePrice,
  observeProduct,
  observeProductDeletion,
  pricePayload,
  productPayload,
} from "./catalog.ts";
import { customerPayload, observeCustomer, observeCustomerDeletion } from "./customer.ts";
import { disputePayload, observeDispute } from "./dispute.ts";
import { ignoredFamilies } from "./ignored-families.ts";
import { samples } from "./samples.ts";
import {
  chargeRefunded,
  intentChanged,
  invoiceChanged,
  refundChanged,
  sessionDone,
  sessionExpired,
} from "./topics.ts";

const customer = on(customerPayload, observeCustomer);
const product = on(productPayload, observeProduct);
const price = on(pricePayload, observePrice);
const dispute = on(disputePayload, observeDispute);
const byIntent = ignored("payment_intent events tell the same of the order");

/**
 * Stripe webhooks as a source of orders and payments: see `read-order.ts` for what an order is. Every attempt is signed
 * anew; the event's id stays. Test mode has secrets of its own, and its orders say that they are tests.
 */
export const stripe = {
  id: "stripe",
  name: "Stripe",
  docs: "https://docs.stripe.com/webhooks",
  schemes: [
    {
      kind: "hmac",
      // `v0` is a scheme for tests: https://docs.stripe.com/webhooks#verify-manually. The secret counts with its prefix.
      signature: { headers: ["stripe-signature"], list: { separator: ",", assign: "=", key: "v1" } },
      hash: "sha256",
      encoding: "hex",
      signs: ["timestamp", { text: "." }, "body"],
      timestamp: { source: { field: "t" }, format: "seconds", toleranceSeconds: 300 },
    },
  ],
  locate: {
    topic: { json: "type" },
    // Only events of connected accounts name one: each is a store whose `externalId` is the account.
    store: { json: "account" },
    at: { json: "created" },
    dedupe: [{ json: "id" }],
  },
  // Not in the documentation; the shortest that was measured.
  deadlineMs: 10_000,
  topics: {
    "checkout.session.completed": sessionDone,
    "checkout.session.async_payment_succeeded": sessionDone,
    "checkout.session.async_payment_failed": sessionDone,
    "checkout.session.expired": sessionExpired,
    "payment_intent.succeeded": intentChanged,
    "payment_intent.payment_failed": intentChanged,
    "payment_intent.processing": intentChanged,
    "payment_intent.requires_action": intentChanged,
    "payment_intent.amount_capturable_updated": intentChanged,
    "payment_intent.partially_funded": intentChanged,
    "payment_intent.canceled": intentChanged,
    "payment_intent.created": ignored(
      "begins with a visit to a payment page; what comes of it is told later",
    ),
    "charge.refunded": chargeRefunded,
    "charge.succeeded": byIntent,
    "charge.captured": byIntent,
    "charge.updated": byIntent,
    "charge.pending": byIntent,
    "charge.failed": byIntent,
    "charge.expired": byIntent,
    "refund.created": refundChanged,
    "refund.updated": refundChanged,
    "refund.failed": refundChanged,
    "charge.refund.updated": refundChanged,
    "charge.dispute.created": dispute,
    "charge.dispute.updated": dispute,
    "charge.dispute.closed": dispute,
    "charge.dispute.funds_withdrawn": dispute,
    "charge.dispute.funds_reinstated": dispute,
    "invoice.paid": invoiceChanged,
    "invoice.payment_succeeded": ignored("invoice.paid tells the same, also for what is paid outside Stripe"),
    "invoice.payment_failed": invoiceChanged,
    "customer.created": customer,
    "customer.updated": customer,
    "customer.deleted": on(customerPayload, observeCustomerDeletion),
    "product.created": product,
    "product.updated": product,
    "product.deleted": on(productPayload, observeProductDeletion),
    "price.created": price,
    "price.updated": price,
    "price.deleted": price,
    "account.application.deauthorized": on(z.object({ account: text }), ({ account }) => [
      signal("app.uninstalled", { shop: orAbsent(account) }),
    ]),
  },
  topicPrefixes: ignoredFamilies,
  capabilities,
  unverified,
  credentials: {
    apiKey: {
      description:
        "Restricted key that may read checkout sessions, payment intents and charges; of the platform where accounts are connected",
      example: "rk_live_...",
    },
  },
  api: {
    base: "https://api.stripe.com",
    auth: { kind: "header", name: "authorization", value: "Bearer {apiKey}" },
    headers: { "stripe-version": "2024-06-20" },
    // 25 a second in a sandbox, about 100 live: https://docs.stripe.com/rate-limits
    limits: { concurrency: 4, perSecond: 20 },
  },
  samples,
} as const satisfies Platform;
