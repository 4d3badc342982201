import type { SampleOptions } from "../../../wire.ts";
import { ADDRESS, currencyCode, eventBody, seconds, units } from "./event.ts";

export function sessionBody(type: string, status: string) {
  return (options: SampleOptions): string => eventBody(type, options, sessionObject(options, type, status));
}

export function sessionObject(options: SampleOptions, type: string, status: string) {
  const isUnpaid = type.endsWith("failed") || type.endsWith("expired") || options.stage === "created";
  return {
    id: `cs_${options.id}`,
    object: "checkout.session",
    created: seconds(options.at),
    livemode: true,
    mode: "payment",
    status,
    payment_status: options.status ?? (isUnpaid ? "unpaid" : "paid"),
    payment_intent: status === "expired" ? null : options.id,
    client_reference_id: "web-1017",
    currency: currencyCode(options),
    amount_subtotal: units(options),
    amount_total: units(options),
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    customer: "cus_Ada",
    customer_email: null,
    customer_details: { email: "ada@example.com", name: "Ada Byron", phone: null, address: ADDRESS },
    collected_information: { shipping_details: { name: "Ada Byron", address: ADDRESS } },
    subscription: null,
    invoice: null,
    payment_link: null,
    locale: "en",
    metadata: { campaign: "spring" },
    after_expiration:
      status === "expired" ? { recovery: { enabled: true, url: "https://buy.stripe.com/r/1" } } : null,
  };
}

export function intentBody(type: string, status: string) {
  return (options: SampleOptions): string => eventBody(type, options, intentObject(options, status));
}

export function intentObject(options: SampleOptions, status: string) {
  const amount = units(options);
  const word = options.status ?? status;
  return {
    id: options.id,
    object: "payment_intent",
    amount,
    amount_capturable: word === "requires_capture" ? amount : 0,
    amount_received: word === "succeeded" ? amount : 0,
    currency: currencyCode(options),
    status: word,
    created: seconds(options.at),
    canceled_at: word === "canceled" ? seconds(options.at) : null,
    cancellation_reason: word === "canceled" ? "abandoned" : null,
    customer: "cus_Ada",
    description: "Order web-1017",
    receipt_email: "ada@example.com",
    shipping: { name: "Ada Byron", phone: null, address: ADDRESS },
    last_payment_error: word === "requires_payment_method" ? { code: "card_declined" } : null,
    latest_charge: `ch_${options.id}`,
    livemode: true,
    metadata: { campaign: "spring" },
    payment_method_types: ["card"],
  };
}

export function chargeBody(options: SampleOptions): string {
  return eventBody("charge.refunded", options, {
    id: `ch_${options.id}`,
    object: "charge",
    payment_intent: options.id,
    amount: units(options),
    amount_captured: units(options),
    amount_refunded: units(options, "0.4"),
    refunded: false,
    paid: true,
    captured: true,
    currency: currencyCode(options),
    status: options.status ?? "succeeded",
    created: seconds(options.at),
  });
}

export function refundBody(type: string) {
  return (options: SampleOptions): string =>
    eventBody(type, options, {
      id: `re_${options.id}`,
      object: "refund",
      charge: `ch_${options.id}`,
      payment_intent: options.id,
      amount: units(options, "0.4"),
      currency: currencyCode(options),
      status: options.status ?? (type === "refund.failed" ? "failed" : "succeeded"),
      reason: "requested_by_customer",
      created: seconds(options.at),
      metadata: {},
    });
}
