/** The body of a Shopify `products/create` of about 3 KB: a shirt in three sizes. */
import { ID_MARKER } from "./order.ts";

const SIZES = ["S", "M", "L"];

/** JSON text without spaces; ids are numbers, as Shopify writes them. `at` is RFC 3339. */
export function productText(at: string): string {
  const product = {
    ...head(at),
    variants: SIZES.map((size, index) => variant(size, index + 1, at)),
    ...looks(at),
  };
  // The marker was a text until here: JSON of a literal above 2^53 would not survive as a number.
  return JSON.stringify(product).replaceAll(/"(\d?)987654321098"/g, `$1${ID_MARKER}`);
}

function head(at: string) {
  return {
    id: ID_MARKER,
    admin_graphql_api_id: `gid://shopify/Product/${ID_MARKER}`,
    title: "Harbour Shirt",
    body_html: `<p>${"Washed linen, cut wide, with buttons of corozo nut. ".repeat(12)}</p>`,
    vendor: "Northwind Goods",
    product_type: "Shirts",
    handle: `harbour-shirt-${ID_MARKER}`,
    created_at: at,
    updated_at: at,
    published_at: at,
    published_scope: "global",
    template_suffix: null,
    status: "active",
    tags: "linen, summer, unisex",
  };
}

function variant(size: string, digit: number, at: string) {
  return {
    id: `${digit}${ID_MARKER}`,
    product_id: ID_MARKER,
    title: size,
    sku: `SHIRT-${ID_MARKER}-${size}`,
    price: "59.00",
    compare_at_price: "69.00",
    position: digit,
    option1: size,
    barcode: "4006381333931",
    taxable: true,
    grams: 280,
    weight: 0.28,
    weight_unit: "kg",
    inventory_item_id: `${digit + 3}${ID_MARKER}`,
    inventory_policy: "deny",
    inventory_quantity: 12,
    created_at: at,
    updated_at: at,
  };
}

function looks(at: string) {
  const image = {
    id: `9${ID_MARKER}`,
    position: 1,
    src: `https://cdn.example.com/s/files/1/0001/products/${ID_MARKER}.jpg`,
    width: 1600,
    height: 2000,
    alt: "Harbour Shirt, front",
    created_at: at,
    updated_at: at,
    variant_ids: [],
  };
  return {
    options: [{ id: `8${ID_MARKER}`, name: "Size", position: 1, values: SIZES }],
    images: [image],
    image,
  };
}
