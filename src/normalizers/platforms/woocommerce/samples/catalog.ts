import { currencyDigits, normalizeDecimal } from "../../../canonical/money.ts";
import type { SampleOptions } from "../../../wire.ts";
import { jsonEncode, linksOf, part, stampsOf, toId } from "./php.ts";

const texts = {
  featured: false,
  catalog_visibility: "visible",
  description: "<p>Spülmaschinenfest, 0,3 l.</p>\n",
  short_description: "",
};

const details = {
  date_on_sale_from: null,
  date_on_sale_from_gmt: null,
  date_on_sale_to: null,
  date_on_sale_to_gmt: null,
  on_sale: true,
  purchasable: true,
  total_sales: 12,
  virtual: false,
  downloadable: false,
  downloads: [],
  tax_status: "taxable",
  tax_class: "",
  manage_stock: true,
  stock_quantity: 41,
  stock_status: "instock",
  backorders: "no",
  backorders_allowed: false,
  backordered: false,
  low_stock_amount: 5,
  sold_individually: false,
  weight: "0.35",
  dimensions: { length: "9", width: "9", height: "11.5" },
  shipping_class: "",
  shipping_class_id: 0,
  average_rating: "4.50",
  rating_count: 2,
  upsell_ids: [22],
  cross_sell_ids: [],
  parent_id: 0,
  categories: [{ id: 16, name: "Küche & Tisch", slug: "kueche-tisch" }],
  tags: [{ id: 31, name: "Keramik", slug: "keramik" }],
  images: [
    { id: 19, src: "https://shop.example/wp-content/uploads/2026/01/becher.jpg", name: "Becher", alt: "" },
  ],
  attributes: [
    { id: 0, name: "Material", position: 0, visible: true, variation: false, options: ["Steingut"] },
  ],
  default_attributes: [],
  variations: [],
  grouped_products: [],
  menu_order: 0,
  meta_data: [],
};

/** A simple product on sale whose stock is counted; the amount is what the buyer pays. */
export function sampleProduct(options: SampleOptions): string {
  const digits = currencyDigits(options.currency ?? "EUR");
  const price = normalizeDecimal(options.amount ?? "24.90", digits) ?? "24.90";
  return jsonEncode({
    id: toId(options.id),
    name: "Kaffeebecher „Hafen“",
    slug: "kaffeebecher-hafen",
    permalink: "https://shop.example/product/kaffeebecher-hafen/",
    ...stampsOf(options),
    type: "simple",
    status: options.status ?? "publish",
    ...texts,
    sku: "HB-93",
    global_unique_id: "4006381333931",
    price,
    regular_price: part(price, "0.8", digits),
    sale_price: price,
    ...details,
    _links: linksOf("products", options.id),
  });
}

/** A buyer with an account. */
export function sampleCustomer(options: SampleOptions): string {
  const name = { first_name: "Zoë", last_name: "Müller" };
  const place = {
    ...name,
    company: "",
    address_1: "Hafenstraße 12",
    address_2: "",
    city: "Zürich",
    state: "ZH",
    postcode: "8005",
    country: "CH",
  };
  return jsonEncode({
    id: toId(options.id),
    ...stampsOf(options),
    email: "zoe@example.com",
    ...name,
    role: "customer",
    username: "zoe.mueller",
    billing: { ...place, email: "zoe@example.com", phone: "+41 44 555 01 02" },
    shipping: { ...place, phone: "" },
    is_paying_customer: false,
    avatar_url: "https://secure.gravatar.com/avatar/0a1b2c3d?s=96",
    meta_data: [],
    _links: linksOf("customers", options.id),
  });
}
