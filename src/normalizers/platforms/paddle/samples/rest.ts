import type { SampleOptions } from "../../../wire.ts";
import { currencyCode, eventBody, units } from "./event.ts";

/** A part of the order goes back; the sample's id is the order's. */
export function adjustmentBody(type: string) {
  return (options: SampleOptions): string => eventBody(type, options, adjustmentObject(options));
}

export function adjustmentObject(options: SampleOptions) {
  const back = units(options, "0.4");
  const sums = { subtotal: back, tax: "0", total: back };
  return {
    id: `adj_${options.id}`,
    action: "refund",
    type: "partial",
    status: options.status ?? "approved",
    transaction_id: options.id,
    subscription_id: null,
    customer_id: "ctm_01h8441jn5pcwrfhwh78jqt8hk",
    reason: "requested by the buyer",
    currency_code: currencyCode(options),
    items: [
      { id: `adjitm_${options.id}`, item_id: "txnitm_mug", type: "partial", amount: back, totals: sums },
    ],
    totals: { ...sums, fee: "0", earnings: back },
    created_at: options.at,
    updated_at: options.at,
  };
}

export function productBody(type: string) {
  return (options: SampleOptions): string =>
    eventBody(type, options, {
      id: options.id,
      name: "Recipes for mugs",
      description: "A book to read on screens.",
      type: "standard",
      tax_category: "standard",
      image_url: "https://shop.example/book.png",
      status: options.status ?? "active",
      custom_data: { shelf: "4" },
      import_meta:
        type === "product.imported" ? { external_id: "17", imported_from: "billing_platform" } : null,
      created_at: options.at,
      updated_at: options.at,
    });
}

export function priceBody(type: string) {
  return (options: SampleOptions): string =>
    eventBody(type, options, {
      id: options.id,
      product_id: "pro_mug",
      description: "Once",
      name: "Once",
      status: options.status ?? "active",
      unit_price: { amount: units(options), currency_code: currencyCode(options) },
      unit_price_overrides: [],
      custom_data: null,
      created_at: options.at,
      updated_at: options.at,
    });
}

export function customerBody(type: string) {
  return (options: SampleOptions): string =>
    eventBody(type, options, {
      id: options.id,
      name: "Ada Byron",
      email: "ada@example.com",
      locale: "en",
      status: options.status ?? "active",
      marketing_consent: false,
      custom_data: { crm: "17" },
      created_at: options.at,
      updated_at: options.at,
    });
}
