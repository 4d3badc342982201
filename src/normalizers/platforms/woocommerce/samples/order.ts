import { addDecimals, currencyDigits, normalizeDecimal } from "../../../canonical/money.ts";
import type { LifeStage, SampleOptions } from "../../../wire.ts";
import { gmt, jsonEncode, linksOf, part, siteTime, stampsOf, toId } from "./php.ts";

const PAID: readonly string[] = ["processing", "completed", "refunded"];

const billing = {
  first_name: "Zoë",
  last_name: "Müller",
  company: "Müller & Söhne",
  address_1: "Hafenstraße 12",
  address_2: "",
  city: "Zürich",
  state: "ZH",
  postcode: "8005",
  country: "CH",
  email: "zoe@example.com",
  phone: "+41 44 555 01 02",
};
const { email: _email, ...shipping } = billing;

const visit = {
  customer_ip_address: "203.0.113.7",
  customer_user_agent: "Mozilla/5.0 (X11; Linux x86_64)",
  created_via: "checkout",
  customer_note: "Bitte klingeln – 2. Stock",
};

/** WooCommerce has no word for goods or money that are there in part: a refund of a part changes no status. */
const AT_STAGE: Readonly<Record<LifeStage, string>> = {
  created: "pending",
  paid: "processing",
  partly_shipped: "processing",
  shipped: "completed",
  partly_refunded: "completed",
};

/** A body of the order topics; the amount is the order's total, and all other amounts add up to it. */
export function sampleOrder(fallbackStatus: string): (options: SampleOptions) => string {
  return function writeOrder(options) {
    const { stage, currency = "EUR" } = options;
    const { status = stage === undefined ? fallbackStatus : AT_STAGE[stage] } = options;
    const sums = split(options.amount ?? "129.35", currencyDigits(currency));
    return jsonEncode({
      id: toId(options.id),
      parent_id: 0,
      status,
      currency,
      version: "9.2.3",
      prices_include_tax: false,
      ...stampsOf(options),
      discount_total: sums.discount,
      discount_tax: sums.zero,
      shipping_total: sums.shipping,
      shipping_tax: sums.zero,
      cart_tax: sums.tax,
      total: sums.total,
      total_tax: sums.tax,
      customer_id: 25,
      order_key: `wc_order_sample${options.id}`,
      billing,
      shipping,
      ...paymentOf(options, PAID.includes(status)),
      ...visit,
      ...completionOf(options, status === "completed"),
      cart_hash: "6f1ed002ab5595859014ebf0951522d9",
      number: options.id,
      meta_data: [{ id: 4711, key: "_new_order_email_sent", value: "true" }],
      ...linesOf(sums),
      refunds: refundsOf(options, status, sums),
      currency_symbol: "€",
      _links: linksOf("orders", options.id),
    });
  };
}

function paymentOf(options: SampleOptions, isPaid: boolean): Record<string, string | null> {
  return {
    payment_method: isPaid ? "stripe" : "bacs",
    payment_method_title: isPaid ? "Credit card" : "Direct bank transfer",
    transaction_id: isPaid ? `ch_sample${options.id}` : "",
    date_paid: isPaid ? siteTime(options) : null,
    date_paid_gmt: isPaid ? gmt(options) : null,
  };
}

function completionOf(options: SampleOptions, isDone: boolean): Record<string, string | null> {
  return {
    date_completed: isDone ? siteTime(options) : null,
    date_completed_gmt: isDone ? gmt(options) : null,
  };
}

type Sums = ReturnType<typeof split>;

/** Half of the total is the first line; shipping, tax and the coupon are small parts of it; the second line is the rest. */
function split(amount: string, digits: number) {
  const [first, shipping, tax] = [
    part(amount, "2", digits),
    part(amount, "20", digits),
    part(amount, "16", digits),
  ];
  const discount = part(amount, "10", digits);
  const rest = [first, shipping, tax].reduce((left, one) => addDecimals(left, `-${one}`), amount);
  const write = (value: string) => normalizeDecimal(value, digits) ?? value;
  return {
    total: write(amount),
    zero: write("0"),
    first,
    firstBefore: write(addDecimals(first, discount)),
    firstTax: part(tax, "2", digits),
    second: write(rest),
    secondTax: write(addDecimals(tax, `-${part(tax, "2", digits)}`)),
    shipping,
    tax,
    discount,
  };
}

function linesOf(sums: Sums): Record<string, unknown[]> {
  return {
    line_items: [
      articleOf({ id: 315, name: "Kaffeebecher „Hafen“ - Blau", product_id: 93, variation_id: 94 }, 2, {
        subtotal: sums.firstBefore,
        total: sums.first,
        tax: sums.firstTax,
        zero: sums.zero,
      }),
      articleOf({ id: 316, name: "Seesack", product_id: 22, variation_id: 0 }, 1, {
        subtotal: sums.second,
        total: sums.second,
        tax: sums.secondTax,
        zero: sums.zero,
      }),
    ],
    tax_lines: [taxLineOf(sums)],
    shipping_lines: [shippingLineOf(sums)],
    fee_lines: [],
    coupon_lines: [
      { id: 319, code: "hafenfest", discount: sums.discount, discount_tax: sums.zero, meta_data: [] },
    ],
  };
}

function taxLineOf(sums: Sums): Record<string, unknown> {
  return {
    id: 318,
    rate_code: "CH-MWST-1",
    rate_id: 75,
    label: "MwSt.",
    compound: false,
    tax_total: sums.tax,
    shipping_tax_total: sums.zero,
    rate_percent: 8.1,
    meta_data: [],
  };
}

function shippingLineOf(sums: Sums): Record<string, unknown> {
  return {
    id: 317,
    method_title: "Flat rate",
    method_id: "flat_rate",
    instance_id: "3",
    total: sums.shipping,
    total_tax: sums.zero,
    taxes: [],
    meta_data: [{ id: 2051, key: "Items", value: "Seesack &times; 1" }],
  };
}

interface Article {
  readonly id: number;
  readonly name: string;
  readonly product_id: number;
  readonly variation_id: number;
}

function articleOf(
  article: Article,
  quantity: number,
  sums: { subtotal: string; total: string; tax: string; zero: string },
): Record<string, unknown> {
  const color = { id: 2048, key: "pa_color", value: "blau", display_key: "Farbe", display_value: "Blau" };
  return {
    ...article,
    quantity,
    tax_class: "",
    subtotal: sums.subtotal,
    subtotal_tax: sums.tax,
    total: sums.total,
    total_tax: sums.tax,
    taxes: [{ id: 75, total: sums.tax, subtotal: sums.tax }],
    meta_data: article.variation_id === 0 ? [] : [color],
    sku: `HB-${article.product_id}`,
    price: Number(sums.total) / quantity,
    image: { id: "19", src: "https://shop.example/wp-content/uploads/2026/01/becher.jpg" },
    parent_name: article.variation_id === 0 ? null : "Kaffeebecher „Hafen“",
  };
}

/** All of it, or the first line at the stage of a partial refund. */
function refundsOf({ id, stage }: SampleOptions, status: string, sums: Sums): Record<string, unknown>[] {
  const isPart = stage === "partly_refunded";
  if (status !== "refunded" && !isPart) return [];
  const total = status === "refunded" ? sums.total : sums.first;
  return [{ id: toId(`${id}1`), reason: "Beschädigt angekommen", total: `-${total}` }];
}
