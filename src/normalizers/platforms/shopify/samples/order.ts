/** Bodies of `orders/*`, `order_transactions/create` and `refunds/create`. */
import type { SampleOptions } from "../../../wire.ts";
import { type Amounts, set, toAmounts } from "./amounts.ts";
import { gid, number, toJson } from "./json.ts";
import { address, CUSTOMER_ID, customer } from "./people.ts";

type Body = Record<string, unknown>;

/** An order as placed; `changes` are what another topic says differently, `shipped` how many lines went out. */
export function orderBody(options: SampleOptions, changes: Body = {}, shipped = 0): string {
  return toJson({ ...anOrder(options, shipped), ...changes });
}

/** A shipment of the first `lines` of the order's lines. */
export function aFulfillment({ id, at }: SampleOptions, lines: number): Body {
  return {
    id: number(id, 501),
    admin_graphql_api_id: gid("Fulfillment", id, 501),
    order_id: number(id),
    name: "#1042.1",
    status: "success",
    shipment_status: null,
    created_at: at,
    updated_at: at,
    service: "manual",
    location_id: number("68811423811"),
    tracking_company: "UPS",
    tracking_number: "1Z999AA10123456784",
    tracking_numbers: ["1Z999AA10123456784"],
    tracking_url: "https://www.ups.com/track?tracknum=1Z999AA10123456784",
    tracking_urls: ["https://www.ups.com/track?tracknum=1Z999AA10123456784"],
    line_items: [
      { id: number(id, 1), title: "Wool Blanket", sku: "BLANKET-GREY", quantity: 2 },
      { id: number(id, 2), title: "Cedar Soap", sku: "SOAP-CEDAR", quantity: 1 },
    ].slice(0, lines),
  };
}

/** All money back and all goods restocked; at the stage of a partial refund, the second line alone. */
export function aRefund(options: SampleOptions): Body {
  const { id, at } = options;
  const amounts = toAmounts(options.amount, options.currency);
  const isPart = options.stage === "partly_refunded";
  const lines = amounts.lines.map((line, index) => refundLine(line, id, index, amounts.currency));
  return {
    id: number(id, 701),
    admin_graphql_api_id: gid("Refund", id, 701),
    order_id: number(id),
    created_at: at,
    processed_at: at,
    note: "Arrived damaged",
    user_id: number("99041183907"),
    restock: true,
    duties: [],
    refund_line_items: isPart ? lines.slice(1) : lines,
    refund_shipping_lines: isPart
      ? []
      : [
          {
            id: number(id, 731),
            shipping_line_id: number(id, 101),
            subtotal_amount_set: set(amounts.shipping, amounts.currency),
          },
        ],
    order_adjustments: [],
    transactions: [
      {
        ...aTransaction(options),
        id: number(id, 702),
        kind: "refund",
        parent_id: number(id, 601),
        ...(isPart ? { amount: amounts.secondLine } : {}),
      },
    ],
  };
}

export function aTransaction({ id, at, amount, currency, status }: SampleOptions): Body {
  const amounts = toAmounts(amount, currency);
  return {
    id: number(id, 601),
    admin_graphql_api_id: gid("OrderTransaction", id, 601),
    order_id: number(id),
    kind: "sale",
    gateway: "shopify_payments",
    status: status ?? "success",
    message: null,
    created_at: at,
    processed_at: at,
    test: false,
    parent_id: null,
    error_code: null,
    source_name: "web",
    amount: amounts.total,
    currency: amounts.currency,
    payment_id: "c29104882.1",
    receipt: {},
  };
}

function anOrder({ id, at, amount, currency, status }: SampleOptions, shipped: number): Body {
  const amounts = toAmounts(amount, currency);
  return {
    id: number(id),
    admin_graphql_api_id: gid("Order", id),
    app_id: 580111,
    name: "#1042",
    number: 42,
    order_number: 1042,
    confirmation_number: "QX7T2M9LA",
    confirmed: true,
    test: false,
    created_at: at,
    processed_at: at,
    updated_at: at,
    cancelled_at: null,
    cancel_reason: null,
    closed_at: null,
    financial_status: status ?? "pending",
    fulfillment_status: null,
    ...totals(amounts),
    ...buyer(at),
    total_weight: 1750,
    line_items: amounts.lines.map((line, index) => ({
      ...orderLine(line, id, index, amounts.currency),
      ...(index < shipped ? { fulfillable_quantity: 0, fulfillment_status: "fulfilled" } : {}),
    })),
    shipping_lines: [shippingLine(amounts, id)],
    ...discounts(amounts),
    tax_lines: [
      { title: "State Tax", rate: 0.1, price: amounts.tax, price_set: set(amounts.tax, amounts.currency) },
    ],
    fulfillments: [],
    refunds: [],
    returns: [],
  };
}

/** Who bought, and how they came. */
function buyer(at: string): Body {
  return {
    email: "mara.lindqvist@example.com",
    contact_email: "mara.lindqvist@example.com",
    phone: null,
    customer: customer(CUSTOMER_ID, at),
    customer_locale: "en-US",
    buyer_accepts_marketing: false,
    billing_address: address,
    shipping_address: address,
    note: "Please ring twice",
    note_attributes: [{ name: "gift", value: "yes" }],
    tags: "first-order, web",
    source_name: "web",
    landing_site: "/collections/new",
    referring_site: "https://search.example.com/",
    payment_gateway_names: ["shopify_payments"],
    checkout_token: "f3b1c9e07ad54c6b9a5d8e2171c0aa42",
    cart_token: "hWN2dKq7T0yS",
  };
}

function discounts(amounts: Amounts): Body {
  return {
    discount_applications: [
      {
        target_type: "line_item",
        type: "discount_code",
        value: "5.0",
        value_type: "percentage",
        allocation_method: "across",
        target_selection: "all",
        code: "WELCOME5",
      },
    ],
    discount_codes: [{ code: "WELCOME5", amount: amounts.discount, type: "percentage" }],
  };
}

function totals({ currency, ...amounts }: Amounts): Body {
  return {
    currency,
    presentment_currency: currency,
    taxes_included: false,
    tax_exempt: false,
    subtotal_price: amounts.subtotal,
    subtotal_price_set: set(amounts.subtotal, currency),
    total_line_items_price: amounts.lineItems,
    total_discounts: amounts.discount,
    total_discounts_set: set(amounts.discount, currency),
    total_shipping_price_set: set(amounts.shipping, currency),
    total_tax: amounts.tax,
    total_tax_set: set(amounts.tax, currency),
    total_price: amounts.total,
    total_price_set: set(amounts.total, currency),
    current_subtotal_price: amounts.subtotal,
    current_total_discounts: amounts.discount,
    current_total_tax: amounts.tax,
    current_total_price: amounts.total,
    current_total_price_set: set(amounts.total, currency),
  };
}

type Line = Amounts["lines"][number];

function orderLine(line: Line, id: string, index: number, currency: string): Body {
  const isFirst = index === 0;
  const title = isFirst ? "Wool Blanket" : "Cedar Soap";
  return {
    id: number(id, index + 1),
    admin_graphql_api_id: gid("LineItem", id, index + 1),
    product_id: number("8801127301411", index),
    variant_id: number("46101907144995", index),
    title,
    name: isFirst ? `${title} - Grey` : title,
    variant_title: isFirst ? "Grey" : null,
    sku: isFirst ? "BLANKET-GREY" : "SOAP-CEDAR",
    vendor: "Northwind Goods",
    quantity: line.quantity,
    current_quantity: line.quantity,
    fulfillable_quantity: line.quantity,
    fulfillment_status: null,
    price: line.price,
    price_set: set(line.price, currency),
    total_discount: "0.00",
    discount_allocations: [
      { amount: line.discount, amount_set: set(line.discount, currency), discount_application_index: 0 },
    ],
    tax_lines: [{ title: "State Tax", rate: 0.1, price: line.tax, price_set: set(line.tax, currency) }],
    grams: isFirst ? 800 : 150,
    requires_shipping: true,
    taxable: true,
    gift_card: false,
    product_exists: true,
    properties: [],
  };
}

function shippingLine({ shipping, currency }: Amounts, id: string): Body {
  return {
    id: number(id, 101),
    title: "Standard",
    code: "Standard",
    source: "shopify",
    carrier_identifier: null,
    price: shipping,
    price_set: set(shipping, currency),
    discounted_price: shipping,
    discounted_price_set: set(shipping, currency),
    is_removed: false,
    discount_allocations: [],
    tax_lines: [],
  };
}

/** `subtotal` and `total_tax` are numbers here, the sets hold texts. */
function refundLine(line: Line, id: string, index: number, currency: string): Body {
  return {
    id: number(id, 711 + index),
    line_item_id: number(id, index + 1),
    quantity: line.quantity,
    restock_type: "return",
    location_id: number("68811423811"),
    subtotal: Number(line.subtotal),
    subtotal_set: set(line.subtotal, currency),
    total_tax: Number(line.tax),
    total_tax_set: set(line.tax, currency),
  };
}
