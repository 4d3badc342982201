/** Product, customer and cart, as REST answers them. */
import type { SampleOptions } from "../../../wire.ts";
import { sampleSums } from "./order.ts";
import { stampsOf, toId } from "./php.ts";

/** A simple product; the amount is its price. A `/` and a blank in the SKU have to be encoded in addresses. */
export function sampleProduct(options: SampleOptions): Record<string, unknown> {
  return {
    id: toId(options.id),
    sku: "HB 22/A",
    name: "Seesack",
    attribute_set_id: 4,
    price: Number(options.amount ?? "49.9"),
    status: Number(options.status ?? 1),
    visibility: 4,
    type_id: "simple",
    ...stampsOf(options),
    weight: 1,
    extension_attributes: {
      website_ids: [1],
      category_links: [{ position: 0, category_id: "16" }],
      stock_item: {
        item_id: 7,
        product_id: toId(options.id),
        stock_id: 1,
        qty: 41,
        is_in_stock: true,
        manage_stock: true,
        backorders: 0,
      },
    },
    media_gallery_entries: [
      {
        id: 8,
        media_type: "image",
        label: "Seesack",
        position: 1,
        disabled: false,
        file: "/s/e/seesack.jpg",
      },
    ],
    tier_prices: [],
    custom_attributes: [
      { attribute_code: "url_key", value: "seesack" },
      { attribute_code: "description", value: "<p>Segeltuch, 40 l.</p>" },
      { attribute_code: "category_ids", value: ["16"] },
    ],
  };
}

export function sampleCustomer(options: SampleOptions): Record<string, unknown> {
  return {
    id: toId(options.id),
    group_id: 1,
    default_billing: "61",
    default_shipping: "61",
    ...stampsOf(options),
    created_in: "Deutsch",
    email: "zoe@example.com",
    firstname: "Zoë",
    lastname: "Müller",
    store_id: 1,
    website_id: 1,
    addresses: [sampleAddress(options)],
    disable_auto_group_change: 0,
    extension_attributes: { is_subscribed: true },
  };
}

/** An entry of the customer's address book; the customer is the sample's id. */
export function sampleAddress(options: SampleOptions): Record<string, unknown> {
  return {
    id: 61,
    customer_id: toId(options.id),
    region: { region_code: "ZH", region: "Zürich", region_id: 130 },
    region_id: 130,
    country_id: "CH",
    street: ["Hafenstraße 12", "Hinterhaus"],
    company: "Müller & Söhne",
    telephone: "+41 44 555 01 02",
    postcode: "8005",
    city: "Zürich",
    firstname: "Zoë",
    lastname: "Müller",
    default_shipping: true,
    default_billing: true,
  };
}

export function sampleCart(options: SampleOptions): Record<string, unknown> {
  const sums = sampleSums(options);
  return {
    id: toId(options.id),
    ...stampsOf(options),
    is_active: true,
    is_virtual: false,
    items: [
      {
        item_id: 81,
        sku: "HB-22",
        qty: 2,
        name: "Seesack",
        price: Number(sums.second),
        product_type: "simple",
        quote_id: options.id,
      },
    ],
    items_count: 1,
    items_qty: 2,
    customer: { id: 25, email: "zoe@example.com" },
    currency: { base_currency_code: sums.currency, quote_currency_code: sums.currency },
    customer_is_guest: false,
    store_id: 1,
  };
}
