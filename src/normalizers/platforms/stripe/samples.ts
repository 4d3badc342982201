/** Requests as Stripe would send them, one per topic that gives observations. The id of a sample is the payment intent's. */
import type { SampleOptions, Samples } from "../../wire.ts";
import * as orders from "./samples/order.ts";
import * as rest from "./samples/rest.ts";

type Body = (options: SampleOptions) => string;

const bodies: Record<string, Body> = {
  "checkout.session.completed": orders.sessionBody("checkout.session.completed", "complete"),
  "checkout.session.async_payment_succeeded": orders.sessionBody(
    "checkout.session.async_payment_succeeded",
    "complete",
  ),
  "checkout.session.async_payment_failed": orders.sessionBody(
    "checkout.session.async_payment_failed",
    "complete",
  ),
  "checkout.session.expired": orders.sessionBody("checkout.session.expired", "expired"),
  "payment_intent.succeeded": orders.intentBody("payment_intent.succeeded", "succeeded"),
  "payment_intent.payment_failed": orders.intentBody(
    "payment_intent.payment_failed",
    "requires_payment_method",
  ),
  "payment_intent.processing": orders.intentBody("payment_intent.processing", "processing"),
  "payment_intent.requires_action": orders.intentBody("payment_intent.requires_action", "requires_action"),
  "payment_intent.amount_capturable_updated": orders.intentBody(
    "payment_intent.amount_capturable_updated",
    "requires_capture",
  ),
  "payment_intent.partially_funded": orders.intentBody("payment_intent.partially_funded", "requires_action"),
  "payment_intent.canceled": orders.intentBody("payment_intent.canceled", "canceled"),
  "charge.refunded": orders.chargeBody,
  "refund.created": orders.refundBody("refund.created"),
  "refund.updated": orders.refundBody("refund.updated"),
  "refund.failed": orders.refundBody("refund.failed"),
  "charge.refund.updated": orders.refundBody("charge.refund.updated"),
  "charge.dispute.created": rest.disputeBody("charge.dispute.created", "needs_response"),
  "charge.dispute.updated": rest.disputeBody("charge.dispute.updated", "under_review"),
  "charge.dispute.closed": rest.disputeBody("charge.dispute.closed", "lost"),
  "charge.dispute.funds_withdrawn": rest.disputeBody("charge.dispute.funds_withdrawn", "needs_response"),
  "charge.dispute.funds_reinstated": rest.disputeBody("charge.dispute.funds_reinstated", "won"),
  "invoice.paid": rest.invoiceBody("invoice.paid", "paid"),
  "invoice.payment_failed": rest.invoiceBody("invoice.payment_failed", "open"),
  "customer.created": rest.customerBody("customer.created"),
  "customer.updated": rest.customerBody("customer.updated"),
  "customer.deleted": rest.customerBody("customer.deleted"),
  "product.created": rest.productBody("product.created"),
  "product.updated": rest.productBody("product.updated"),
  "product.deleted": rest.productBody("product.deleted"),
  "price.created": rest.priceBody("price.created"),
  "price.updated": rest.priceBody("price.updated"),
  "price.deleted": rest.priceBody("price.deleted"),
  "account.application.deauthorized": rest.deauthorizedBody,
};

export const samples: Samples = {
  headers: () => ({
    "content-type": "application/json; charset=utf-8",
    "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
  }),
  bodies,
  life: {
    created: ["checkout.session.completed"],
    paid: ["checkout.session.async_payment_succeeded"],
    partly_refunded: ["charge.refunded", "refund.created"],
  },
};
