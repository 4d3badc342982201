import type { SampleOptions } from "../../../wire.ts";
import { ADDRESS, currencyCode, eventBody, seconds, units } from "./event.ts";

export function disputeBody(type: string, status: string) {
  return (options: SampleOptions): string =>
    eventBody(type, options, {
      id: options.id,
      object: "dispute",
      amount: units(options),
      currency: currencyCode(options),
      charge: "ch_disputed",
      payment_intent: "pi_disputed",
      reason: "product_not_received",
      status: options.status ?? status,
      created: seconds(options.at),
      evidence_details: { due_by: seconds(options.at) + 864_000 },
      is_charge_refundable: false,
      metadata: {},
    });
}

/** As versions of the API before 2025-03-31 write it. */
export function invoiceBody(type: string, status: string) {
  return (options: SampleOptions): string =>
    eventBody(type, options, {
      id: `in_${options.id}`,
      object: "invoice",
      payment_intent: options.id,
      status: options.status ?? status,
      amount_paid: status === "paid" ? units(options) : 0,
      currency: currencyCode(options),
      created: seconds(options.at),
    });
}

export function customerBody(type: string) {
  return (options: SampleOptions): string =>
    eventBody(type, options, {
      id: options.id,
      object: "customer",
      name: "Ada Byron",
      email: "ada@example.com",
      phone: "+14155550123",
      description: null,
      address: ADDRESS,
      shipping: { name: "Ada Byron", phone: null, address: ADDRESS },
      currency: currencyCode(options),
      preferred_locales: ["en"],
      tax_exempt: "none",
      balance: 0,
      delinquent: false,
      created: seconds(options.at),
      livemode: true,
      metadata: { crm: "17" },
    });
}

export function productBody(type: string) {
  return (options: SampleOptions): string =>
    eventBody(type, options, {
      id: options.id,
      object: "product",
      name: "Mug",
      description: "Holds tea.",
      active: options.status !== "archived",
      type: "good",
      url: "https://shop.example/mug",
      images: ["https://files.stripe.com/mug.png"],
      default_price: `price_${options.id}`,
      created: seconds(options.at),
      updated: seconds(options.at),
      livemode: true,
      metadata: { shelf: "4" },
    });
}

export function priceBody(type: string) {
  return (options: SampleOptions): string =>
    eventBody(type, options, {
      id: options.id,
      object: "price",
      product: "prod_Mug",
      active: options.status !== "archived",
      billing_scheme: "per_unit",
      currency: currencyCode(options),
      type: "one_time",
      unit_amount: units(options),
      unit_amount_decimal: String(units(options)),
      created: seconds(options.at),
      livemode: true,
      metadata: {},
    });
}

export function deauthorizedBody(options: SampleOptions): string {
  const body = eventBody("account.application.deauthorized", options, {
    id: "ca_app",
    object: "application",
  });
  return body.replace('"object":"event"', `"object":"event","account":"acct_${options.id}"`);
}
