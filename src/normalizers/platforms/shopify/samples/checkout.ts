/** Bodies of `carts/*`, `checkouts/*` and `draft_orders/*`. */
import type { SampleOptions } from "../../../wire.ts";
import { type Amounts, set, toAmounts } from "./amounts.ts";
import { gid, number, toJson } from "./json.ts";
import { address, CUSTOMER_ID, customer } from "./people.ts";

const goods = {
  title: "Wool Blanket",
  sku: "BLANKET-GREY",
  vendor: "Northwind Goods",
  quantity: 1,
  taxable: true,
  gift_card: false,
};

/** The id of a cart is a text; a line's own id is its variant. */
export function cartBody({ id, at, amount, currency }: SampleOptions): string {
  const { total, currency: code } = toAmounts(amount, currency);
  const variant = "46101907144995";
  return toJson({
    id,
    token: id,
    line_items: [
      {
        ...goods,
        id: number(variant),
        variant_id: number(variant),
        product_id: number("8801127301411"),
        key: `${variant}:9d3c0b6a71f2`,
        price: total,
        price_set: set(total, code),
        original_price: total,
        discounted_price: total,
        line_price: total,
        original_line_price: total,
        total_discount: "0.00",
        total_discount_set: set("0.00", code),
        discounts: [],
        grams: 800,
        properties: { Engraving: "M.L." },
        parent_relationship: null,
      },
    ],
    note: null,
    created_at: at,
    updated_at: at,
  });
}

/** The token is the id; there has been no number since version 2026-04. */
export function checkoutBody(options: SampleOptions, changes: Record<string, unknown> = {}): string {
  const { id, at, amount, currency } = options;
  const amounts = toAmounts(amount, currency);
  return toJson({
    token: id,
    cart_token: "hWN2dKq7T0yS",
    email: "mara.lindqvist@example.com",
    phone: null,
    gateway: null,
    buyer_accepts_marketing: true,
    created_at: at,
    updated_at: at,
    completed_at: null,
    closed_at: null,
    currency: amounts.currency,
    presentment_currency: amounts.currency,
    customer_locale: "en-US",
    source_name: "web",
    landing_site: "/",
    abandoned_checkout_url: `https://northwind-goods.example.com/checkouts/${id}/recover`,
    subtotal_price: amounts.subtotal,
    total_line_items_price: amounts.lineItems,
    total_discounts: amounts.discount,
    total_tax: amounts.tax,
    total_price: amounts.total,
    taxes_included: false,
    tax_lines: [{ title: "State Tax", rate: 0.1, price: amounts.tax }],
    discount_codes: [{ code: "WELCOME5", amount: amounts.discount, type: "percentage" }],
    shipping_lines: [{ title: "Standard", code: "Standard", price: amounts.shipping }],
    line_items: [checkoutLine(amounts)],
    note: null,
    note_attributes: [],
    billing_address: address,
    shipping_address: address,
    customer: customer(CUSTOMER_ID, at),
    ...changes,
  });
}

export function draftOrderBody({ id, at, amount, currency, status }: SampleOptions): string {
  const amounts = toAmounts(amount, currency);
  return toJson({
    id: number(id),
    admin_graphql_api_id: gid("DraftOrder", id),
    name: "#D17",
    status: status ?? "open",
    note: "Quote for the lobby",
    email: "mara.lindqvist@example.com",
    currency: amounts.currency,
    created_at: at,
    updated_at: at,
    completed_at: null,
    invoice_sent_at: null,
    invoice_url: `https://northwind-goods.example.com/61204472113/invoices/${id}`,
    order_id: null,
    taxes_included: false,
    tax_exempt: false,
    subtotal_price: amounts.subtotal,
    total_tax: amounts.tax,
    total_price: amounts.total,
    tax_lines: [{ title: "State Tax", rate: 0.1, price: amounts.tax }],
    applied_discount: draftDiscount(amounts),
    shipping_line: { title: "Standard", custom: true, handle: null, price: amounts.shipping },
    line_items: [draftLine(id, amounts)],
    tags: "lobby",
    note_attributes: [],
    payment_terms: null,
    billing_address: address,
    shipping_address: address,
    customer: customer(CUSTOMER_ID, at),
  });
}

function checkoutLine(amounts: Amounts) {
  return {
    ...goods,
    key: "5c1e90aa34b7",
    product_id: number("8801127301411"),
    variant_id: number("46101907144995"),
    variant_title: "Grey",
    price: amounts.lineItems,
    line_price: amounts.lineItems,
    grams: 800,
    requires_shipping: true,
    applied_discounts: [],
    discount_allocations: [{ amount: amounts.discount }],
    tax_lines: [{ title: "State Tax", rate: 0.1, price: amounts.tax }],
  };
}

function draftLine(id: string, amounts: Amounts) {
  return {
    ...goods,
    id: number(id, 1),
    admin_graphql_api_id: gid("DraftOrderLineItem", id, 1),
    product_id: number("8801127301411"),
    variant_id: number("46101907144995"),
    variant_title: "Grey",
    price: amounts.lineItems,
    grams: 800,
    requires_shipping: true,
    custom: false,
    applied_discount: null,
    tax_lines: [],
    properties: [],
  };
}

function draftDiscount({ discount }: Amounts) {
  const title = "Regular customer";
  return { title, description: title, value: discount, value_type: "fixed_amount", amount: discount };
}
