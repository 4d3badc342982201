/** The body of a Shopify `orders/create` of about 3.4 KB: two lines, one discount, not yet paid. */

/** Twelve digits that stand for the order's id, wherever it occurs; the generator writes each order's own id over them. */
export const ID_MARKER = "987654321098";

const address = {
  first_name: "Mara",
  last_name: "Lindqvist",
  address1: "742 Harbour Street",
  address2: "Unit 5",
  phone: "+1 206 555 0142",
  city: "Seattle",
  zip: "98101",
  province: "Washington",
  country: "United States",
  company: null,
  name: "Mara Lindqvist",
  country_code: "US",
  province_code: "WA",
};

/** JSON text without spaces; ids are numbers, as Shopify writes them. `at` is RFC 3339. */
export function orderText(at: string): string {
  const order = { ...head(at), ...totals(), ...buyer(at), ...goods() };
  // The marker was a text until here: JSON of a literal above 2^53 would not survive as a number.
  return JSON.stringify(order).replaceAll(/"(\d?)987654321098"/g, `$1${ID_MARKER}`);
}

function head(at: string) {
  return {
    id: ID_MARKER,
    admin_graphql_api_id: `gid://shopify/Order/${ID_MARKER}`,
    app_id: 580111,
    name: "#1042",
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
    financial_status: "pending",
    fulfillment_status: null,
  };
}

function totals() {
  return {
    currency: "USD",
    presentment_currency: "USD",
    taxes_included: false,
    tax_exempt: false,
    subtotal_price: "142.50",
    total_line_items_price: "150.00",
    total_discounts: "7.50",
    total_shipping_price_set: set("9.90"),
    total_tax: "14.25",
    total_price: "166.65",
    total_weight: 1750,
    discount_codes: [{ code: "WELCOME5", amount: "7.50", type: "percentage" }],
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
    tax_lines: [{ title: "State Tax", rate: 0.1, price: "14.25" }],
  };
}

function buyer(at: string) {
  return {
    email: "mara.lindqvist@example.com",
    phone: null,
    customer: {
      id: 7211439876291,
      email: "mara.lindqvist@example.com",
      created_at: at,
      updated_at: at,
      first_name: "Mara",
      last_name: "Lindqvist",
      state: "enabled",
      verified_email: true,
      tags: "newsletter",
      currency: "USD",
    },
    customer_locale: "en-US",
    billing_address: address,
    shipping_address: address,
    note: "Please ring twice",
    note_attributes: [{ name: "gift", value: "yes" }],
    tags: "first-order, web",
    source_name: "web",
    landing_site: "/collections/new",
    payment_gateway_names: ["shopify_payments"],
    checkout_token: "f3b1c9e07ad54c6b9a5d8e2171c0aa42",
  };
}

function goods() {
  return {
    line_items: [
      line("1", { title: "Wool Blanket", sku: "BLANKET-GREY", price: "60.00", quantity: 2 }, "6.00", "11.40"),
      line("2", { title: "Cedar Soap", sku: "SOAP-CEDAR", price: "30.00", quantity: 1 }, "1.50", "2.85"),
    ],
    shipping_lines: [
      {
        id: `3${ID_MARKER}`,
        title: "Standard",
        code: "Standard",
        source: "shopify",
        price: "9.90",
        discounted_price: "9.90",
        discount_allocations: [],
        tax_lines: [],
      },
    ],
    fulfillments: [],
    refunds: [],
  };
}

interface Goods {
  readonly title: string;
  readonly sku: string;
  readonly price: string;
  readonly quantity: number;
}

function line(digit: string, what: Goods, discount: string, tax: string) {
  return {
    id: `${digit}${ID_MARKER}`,
    product_id: 8801127301411,
    variant_id: 46101907144995,
    ...what,
    vendor: "Northwind Goods",
    current_quantity: what.quantity,
    fulfillable_quantity: what.quantity,
    fulfillment_status: null,
    grams: 800,
    requires_shipping: true,
    taxable: true,
    gift_card: false,
    total_discount: "0.00",
    discount_allocations: [{ amount: discount, discount_application_index: 0 }],
    tax_lines: [{ title: "State Tax", rate: 0.1, price: tax }],
    properties: [],
  };
}

function set(amount: string) {
  return { shop_money: { amount, currency_code: "USD" } };
}
