/** What BigCommerce's API answers about one order, product, customer and cart, in shapes of its reference. */
import type { LifeStage, SampleOptions } from "../../../../src/normalizers/wire.ts";
import type { AnswersOf } from "../../../helpers/hydrate.ts";

type Options = Partial<SampleOptions>;

const STATUS: Readonly<Record<LifeStage, { id: number; word: string; payment: string; shipped: number }>> = {
  created: { id: 7, word: "Awaiting Payment", payment: "", shipped: 0 },
  paid: { id: 11, word: "Awaiting Fulfillment", payment: "captured", shipped: 0 },
  partly_shipped: { id: 3, word: "Partially Shipped", payment: "captured", shipped: 1 },
  shipped: { id: 2, word: "Shipped", payment: "captured", shipped: 3 },
  partly_refunded: { id: 14, word: "Partially Refunded", payment: "partially refunded", shipped: 3 },
};
const STAGES: readonly LifeStage[] = ["created", "paid", "partly_shipped", "shipped", "partly_refunded"];

const person = {
  first_name: "Zoë",
  last_name: "Müller",
  company: "",
  street_1: "12 Harbour Street",
  street_2: "",
  city: "Austin",
  state: "Texas",
  zip: "78751",
  country: "United States",
  country_iso2: "US",
  phone: "555 0102",
  email: "zoe@example.com",
};

/** The answers to all reads of an order that has come this far. */
export function answers(stage: LifeStage, options: Options = {}): AnswersOf {
  const { id = "42", at = "2026-11-01T12:00:00Z" } = options;
  const isAfter = (other: LifeStage) => STAGES.indexOf(stage) >= STAGES.indexOf(other);
  const known: Record<string, unknown> = {
    [`/v2/orders/${id}`]: anOrder({ ...options, id, at, stage }),
    [`/v2/orders/${id}/products`]: lines(id, stage),
    [`/v2/orders/${id}/shipping_addresses`]: [
      {
        id: 51,
        order_id: Number(id),
        ...person,
        shipping_method: "Flat rate",
        cost_ex_tax: "10.0000",
        cost_inc_tax: "10.8200",
        cost_tax: "0.8200",
      },
    ],
    [`/v2/orders/${id}/shipments`]: isAfter("partly_shipped")
      ? [shipment(id, at, 6, 65, 1), ...(isAfter("shipped") ? [shipment(id, at, 7, 66, 2)] : [])]
      : null,
    [`/v3/orders/${id}/payment_actions/refunds`]: {
      data: isAfter("partly_refunded") ? [refund(id, at)] : [],
    },
    [`/v3/orders/${id}/transactions`]: isAfter("paid") ? { data: [transaction(id, at)], meta: {} } : null,
  };
  return (path) => known[path.replace(/\?.*$/, "")];
}

export function anOrder(options: Options = {}, overrides: Readonly<Record<string, unknown>> = {}) {
  const {
    id = "42",
    at = "2026-11-01T12:00:00Z",
    stage = "paid",
    amount = "100.0000",
    currency = "USD",
  } = options;
  const { id: statusId, word, payment, shipped } = STATUS[stage];
  return {
    id: Number(id),
    customer_id: 11,
    date_created: "Sun, 01 Nov 2026 12:00:01 +0000",
    date_modified: rfc2822(at),
    status_id: statusId,
    status: word,
    custom_status: word,
    subtotal_ex_tax: "95.0000",
    subtotal_inc_tax: "102.8400",
    subtotal_tax: "7.8400",
    shipping_cost_ex_tax: "10.0000",
    shipping_cost_inc_tax: "10.8200",
    handling_cost_ex_tax: "0.0000",
    handling_cost_inc_tax: "0.0000",
    wrapping_cost_ex_tax: "0.0000",
    wrapping_cost_inc_tax: "0.0000",
    total_ex_tax: "92.3800",
    total_inc_tax: amount,
    total_tax: "7.6200",
    is_tax_inclusive_pricing: false,
    items_total: 3,
    items_shipped: shipped,
    payment_method: "Credit Card",
    payment_provider_id: "",
    payment_status: payment,
    refunded_amount: stage === "partly_refunded" ? "20.0000" : "0.0000",
    store_credit_amount: "0.0000",
    gift_certificate_amount: "0.0000",
    currency_code: currency,
    default_currency_code: currency,
    staff_notes: "",
    customer_message: "Please ring twice",
    discount_amount: "5.0000",
    coupon_discount: "8.6600",
    billing_address: { ...person, form_fields: [] },
    order_source: "www",
    channel_id: 1,
    cart_id: "7e48f7ef-2e88-4817-aea4-b0ed01490114",
    external_id: null,
    customer_locale: "en",
    is_deleted: false,
    products: {
      url: "https://api.bigcommerce.com/stores/abc123/v2/orders/42/products",
      resource: "/orders/42/products",
    },
    fees: [],
    ...overrides,
  };
}

function lines(orderId: string, stage: LifeStage) {
  const { shipped } = STATUS[stage];
  return [
    line(orderId, {
      id: 65,
      product_id: 77,
      variant_id: 127,
      name: "Mug",
      sku: "MUG-BLU",
      quantity: 1,
      quantity_shipped: Math.min(1, shipped),
      price_ex_tax: "35.0000",
      price_inc_tax: "37.8900",
      total_ex_tax: "35.0000",
      total_inc_tax: "37.8900",
      total_tax: "2.8900",
    }),
    line(orderId, {
      id: 66,
      product_id: 78,
      variant_id: 128,
      name: "Bag",
      sku: "BAG",
      quantity: 2,
      quantity_shipped: shipped > 1 ? 2 : 0,
      price_ex_tax: "30.0000",
      price_inc_tax: "32.4800",
      total_ex_tax: "60.0000",
      total_inc_tax: "64.9500",
      total_tax: "4.9500",
      applied_discounts: [
        { id: "coupon", amount: "8.6600", name: "Welcome", code: "WELCOME", target: "order" },
      ],
    }),
  ];
}

function line(orderId: string, fields: Readonly<Record<string, unknown>>) {
  return {
    order_id: Number(orderId),
    order_address_id: 51,
    upc: "",
    type: "physical",
    quantity_refunded: 0,
    refund_amount: "0.0000",
    wrapping_name: "",
    wrapping_cost_ex_tax: "0.0000",
    parent_order_product_id: null,
    brand: "Harbour",
    applied_discounts: [],
    product_options: [{ id: 45, display_name: "Colour", display_value: "Blue" }],
    ...fields,
  };
}

function shipment(orderId: string, at: string, id: number, lineId: number, quantity: number) {
  return {
    id,
    order_id: Number(orderId),
    order_address_id: 51,
    date_created: rfc2822(at),
    tracking_number: `EJ95808357${id}US`,
    shipping_method: "None",
    comments: "",
    shipping_provider: "usps",
    tracking_carrier: "",
    tracking_link: "",
    generated_tracking_link: `https://tools.usps.com/go/TrackConfirmAction?tLabels=EJ95808357${id}US`,
    shipping_provider_display_name: "USPS",
    shipping_address: person,
    items: [{ order_product_id: lineId, product_id: 77, quantity }],
  };
}

function refund(orderId: string, at: string) {
  return {
    id: 3,
    order_id: Number(orderId),
    user_id: 1,
    created: at,
    reason: "Broken",
    total_amount: 20,
    total_tax: 1.5,
    items: [
      { item_type: "PRODUCT", item_id: 65, reason: "Broken", quantity: 1, requested_amount: 15 },
      { item_type: "SHIPPING", item_id: 51, reason: "", quantity: 1, requested_amount: 5 },
    ],
    payments: [
      {
        id: 9,
        provider_id: "braintree",
        amount: 20,
        offline: false,
        is_declined: false,
        transaction_id: "176343",
      },
    ],
  };
}

function transaction(orderId: string, at: string) {
  return {
    id: 176342,
    order_id: orderId,
    event: "purchase",
    method: "credit_card",
    amount: 100,
    currency: "USD",
    gateway: "braintree",
    status: "ok",
    test: false,
    date_created: at,
    reference_transaction_id: null,
  };
}

export function aProduct(overrides: Readonly<Record<string, unknown>> = {}) {
  const variant = {
    product_id: 77,
    sku: "MUG-BLU",
    price: null,
    sale_price: null,
    calculated_price: 7.95,
    upc: "4006381333931",
    inventory_level: 5,
  };
  return {
    data: {
      id: 77,
      name: "Mug",
      type: "physical",
      sku: "",
      description: "<p>Blue.</p>",
      price: 8.95,
      sale_price: 7.95,
      retail_price: 10,
      cost_price: 0,
      calculated_price: 7.95,
      categories: [23, 21],
      brand_id: 36,
      inventory_level: 12,
      inventory_tracking: "variant",
      is_visible: true,
      availability: "available",
      date_created: "2026-10-15T14:48:46+00:00",
      date_modified: "2026-11-01T12:00:02+00:00",
      base_variant_id: null,
      custom_url: { url: "/mug/", is_customized: false },
      variants: [
        {
          ...variant,
          id: 127,
          option_values: [{ id: 1, label: "Blue", option_id: 2, option_display_name: "Colour" }],
        },
        {
          ...variant,
          id: 128,
          sku: "MUG-RED",
          inventory_level: 0,
          option_values: [{ id: 2, label: "Red", option_id: 2, option_display_name: "Colour" }],
        },
      ],
      images: [{ id: 19, url_standard: "https://cdn.example.com/mug.jpg", description: "" }],
      ...overrides,
    },
    meta: {},
  };
}

export function someStock() {
  return {
    data: [
      {
        identity: { sku: "MUG-BLU", variant_id: 127, product_id: 77, sku_id: 461 },
        locations: [
          {
            location_id: 2,
            location_code: "BC-LOCATION-2",
            location_name: "Shop",
            location_enabled: true,
            available_to_sell: 4,
            total_inventory_onhand: 5,
          },
        ],
      },
    ],
    meta: {},
  };
}

function rfc2822(at: string): string {
  return new Date(at).toUTCString().replace("GMT", "+0000");
}
