import type { SampleOptions } from "../../../wire.ts";
import { currencyCode, eventBody, units } from "./event.ts";

export function transactionBody(type: string, status: string) {
  return (options: SampleOptions): string => eventBody(type, options, transactionObject(options, status));
}

export function transactionObject(options: SampleOptions, status: string) {
  const word = options.status ?? status;
  const isCart = word === "draft" || word === "ready";
  const total = units(options);
  const sums = { subtotal: total, discount: "0", tax: "0", total };
  return {
    id: options.id,
    status: word,
    origin: "web",
    currency_code: currencyCode(options),
    customer_id: isCart ? null : "ctm_01h8441jn5pcwrfhwh78jqt8hk",
    address_id: isCart ? null : "add_01h848pep46enq8y372x7maj0p",
    business_id: null,
    subscription_id: null,
    discount_id: null,
    invoice_id: isCart ? null : "inv_01h8e0d6zvkbs5cgezqjptysee",
    invoice_number: isCart ? null : "325-10148",
    collection_mode: "automatic",
    billed_at: isCart ? null : options.at,
    created_at: options.at,
    updated_at: options.at,
    custom_data: { campaign: "spring" },
    items: [
      {
        price: { id: "pri_mug", unit_price: { amount: total, currency_code: currencyCode(options) } },
        quantity: 1,
      },
    ],
    details: {
      totals: { ...sums, grand_total: total, balance: isPaid(word) ? "0" : total, fee: null, earnings: null },
      line_items: [
        {
          id: "txnitm_mug",
          price_id: "pri_mug",
          quantity: 1,
          tax_rate: "0",
          unit_totals: sums,
          totals: sums,
          product: { id: "pro_mug", name: "Recipes for mugs" },
        },
      ],
    },
    payments: paymentsOf(word, total, options.at),
  };
}

function isPaid(status: string): boolean {
  return status === "paid" || status === "completed";
}

/** The newest stands first. */
function paymentsOf(status: string, amount: string, at: string) {
  const failed = {
    payment_attempt_id: "attempt-1",
    status: "error",
    error_code: "declined",
    captured_at: null,
  };
  const captured = {
    payment_attempt_id: "attempt-2",
    status: "captured",
    error_code: null,
    captured_at: at,
  };
  const attempt = isPaid(status) ? captured : status === "past_due" ? failed : undefined;
  return attempt ? [{ ...attempt, amount, created_at: at, method_details: { type: "card" } }] : [];
}
