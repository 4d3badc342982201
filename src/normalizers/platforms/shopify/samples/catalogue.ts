/** Bodies of `products/*`, `inventory_levels/*` and `inventory_items/*`. */
import type { SampleOptions } from "../../../wire.ts";
import { toAmounts } from "./amounts.ts";
import { gid, number, toJson } from "./json.ts";

export function productBody({ id, at, amount, currency, status }: SampleOptions): string {
  const { total } = toAmounts(amount ?? "39.90", currency);
  return toJson({
    id: number(id),
    admin_graphql_api_id: gid("Product", id),
    title: "Wool Blanket",
    handle: "wool-blanket",
    body_html: "<p>Woven in one piece.</p>",
    vendor: "Northwind Goods",
    product_type: "Home",
    status: status ?? "active",
    created_at: at,
    updated_at: at,
    published_at: at,
    published_scope: "global",
    template_suffix: null,
    tags: "home, wool",
    variants: [aVariant(id, 0, "Grey", total, at), aVariant(id, 1, "Green", total, at)],
    variant_gids: [0, 1].map((index) => ({
      admin_graphql_api_id: gid("ProductVariant", id, 11 + index),
      updated_at: at,
    })),
    options: [
      { id: number(id, 31), product_id: number(id), name: "Colour", position: 1, values: ["Grey", "Green"] },
    ],
    images: [
      { id: number(id, 41), position: 1, src: "https://cdn.example.com/blanket.jpg", alt: "A grey blanket" },
    ],
    image: {
      id: number(id, 41),
      position: 1,
      src: "https://cdn.example.com/blanket.jpg",
      alt: "A grey blanket",
    },
    category: null,
    has_variants_that_requires_components: false,
  });
}

function aVariant(id: string, index: number, colour: string, price: string, at: string) {
  return {
    id: number(id, 11 + index),
    admin_graphql_api_id: gid("ProductVariant", id, 11 + index),
    product_id: number(id),
    title: colour,
    sku: `BLANKET-${colour.toUpperCase()}`,
    barcode: index === 0 ? "4006381333931" : "",
    price,
    compare_at_price: null,
    position: index + 1,
    option1: colour,
    option2: null,
    option3: null,
    taxable: true,
    inventory_policy: "deny",
    inventory_item_id: number(id, 21 + index),
    inventory_quantity: 12,
    old_inventory_quantity: 12,
    image_id: null,
    created_at: at,
    updated_at: at,
  };
}

const LOCATION_ID = "68811423811";

/** The id is the inventory item's; the amount is the count. */
export function levelBody({ id, at, amount }: SampleOptions): string {
  return toJson({
    inventory_item_id: number(id),
    location_id: number(LOCATION_ID),
    available: amount === undefined ? 11 : Math.trunc(Number(amount)),
    updated_at: at,
    admin_graphql_api_id: `gid://shopify/InventoryLevel/112233445?inventory_item_id=${id}`,
  });
}

export function disconnectedBody({ id }: SampleOptions): string {
  return toJson({ inventory_item_id: number(id), location_id: number(LOCATION_ID) });
}

export function inventoryItemBody({ id, at, amount }: SampleOptions): string {
  return toJson({
    id: number(id),
    admin_graphql_api_id: gid("InventoryItem", id),
    sku: "BLANKET-GREY",
    cost: amount ?? "17.40",
    tracked: true,
    requires_shipping: true,
    country_code_of_origin: "PT",
    province_code_of_origin: null,
    harmonized_system_code: "630120",
    country_harmonized_system_codes: [{ harmonized_system_code: "6301209000", country_code: "CA" }],
    created_at: at,
    updated_at: at,
  });
}
