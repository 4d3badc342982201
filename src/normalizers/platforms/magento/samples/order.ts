/** One order at each stage of its life, as REST answers it. */
import type { LifeStage, SampleOptions } from "../../../wire.ts";
import { minus, part, stampsOf, sum, toId } from "./php.ts";

/** A configurable product with its variant, and a simple one. */
export const LINE = { configurable: 21, variant: 22, simple: 23 } as const;

/** How far things have come: pieces of both lines shipped, and what of the money moved. */
interface Standing {
  readonly state: string;
  readonly shipped: readonly [number, number];
  readonly refunded: number;
  readonly isPaid: boolean;
}

const STANDINGS: Readonly<Record<LifeStage, Standing>> = {
  created: { state: "new", shipped: [0, 0], refunded: 0, isPaid: false },
  paid: { state: "processing", shipped: [0, 0], refunded: 0, isPaid: true },
  partly_shipped: { state: "processing", shipped: [1, 0], refunded: 0, isPaid: true },
  shipped: { state: "complete", shipped: [2, 1], refunded: 0, isPaid: true },
  partly_refunded: { state: "complete", shipped: [2, 1], refunded: 1, isPaid: true },
};

const DEFAULT_STATUS: Readonly<Record<string, string>> = { new: "pending" };

const billing = {
  address_type: "billing",
  city: "Zürich",
  company: "Müller & Söhne",
  country_id: "CH",
  email: "zoe@example.com",
  entity_id: 61,
  firstname: "Zoë",
  lastname: "Müller",
  postcode: "8005",
  region: "Zürich",
  region_code: "ZH",
  region_id: 130,
  street: ["Hafenstraße 12", "Hinterhaus"],
  telephone: "+41 44 555 01 02",
};
const shippingAddress = { ...billing, address_type: "shipping", entity_id: 62 };

export function sampleSums(options: SampleOptions) {
  const { amount: total = "129.35", currency = "EUR" } = options;
  const [shipping, tax, discount] = [
    part(total, "20", currency),
    part(total, "16", currency),
    part(total, "10", currency),
  ];
  const subtotal = sum(total, minus(shipping), minus(tax), discount);
  const price = part(subtotal, "4", currency);
  const first = sum(price, price);
  return {
    currency,
    total,
    shipping,
    tax,
    discount,
    subtotal,
    price,
    first,
    second: sum(subtotal, minus(first)),
  };
}
type Sums = ReturnType<typeof sampleSums>;

/** The order as `GET /V1/orders/<id>` answers it; fields that are null are left out there. */
export function sampleOrderEntity(options: SampleOptions): Record<string, unknown> {
  const sums = sampleSums(options);
  const standing = STANDINGS[options.stage ?? "created"];
  const state = options.status ?? standing.state;
  return {
    entity_id: toId(options.id),
    increment_id: options.id.padStart(9, "0"),
    state,
    status: DEFAULT_STATUS[state] ?? state,
    ...stampsOf(options),
    ...currenciesOf(sums),
    ...totalsOf(sums, standing),
    applied_rule_ids: "3",
    coupon_code: "HAFENFEST",
    discount_description: "HAFENFEST",
    customer_email: "zoe@example.com",
    customer_firstname: "Zoë",
    customer_lastname: "Müller",
    customer_group_id: 1,
    customer_id: 25,
    customer_is_guest: 0,
    is_virtual: 0,
    quote_id: 44,
    shipping_description: "Flat Rate - Fixed",
    store_id: 1,
    store_name: "Main Website\nMain Website Store\nDeutsch",
    total_item_count: 2,
    total_qty_ordered: 3,
    weight: 1.7,
    items: linesOf(sums, standing),
    billing_address: { ...billing, parent_id: toId(options.id) },
    payment: {
      additional_information: ["Bank Transfer Payment", ""],
      amount_ordered: Number(sums.total),
      ...(standing.isPaid ? { amount_paid: Number(sums.total) } : {}),
      method: "banktransfer",
    },
    status_histories: [],
    extension_attributes: {
      shipping_assignments: [
        { shipping: { address: shippingAddress, method: "flatrate_flatrate" }, items: [] },
      ],
    },
  };
}

function currenciesOf({ currency }: Sums): Record<string, unknown> {
  return {
    base_currency_code: currency,
    global_currency_code: currency,
    order_currency_code: currency,
    store_currency_code: currency,
    base_to_order_rate: 1,
  };
}

function totalsOf(sums: Sums, { isPaid, refunded }: Standing): Record<string, number> {
  const total = Number(sums.total);
  return {
    grand_total: total,
    base_grand_total: total,
    subtotal: Number(sums.subtotal),
    tax_amount: Number(sums.tax),
    shipping_amount: Number(sums.shipping),
    shipping_tax_amount: 0,
    shipping_discount_amount: 0,
    discount_amount: Number(minus(sums.discount)),
    total_due: isPaid ? 0 : total,
    ...(isPaid ? { total_paid: total, total_invoiced: total } : {}),
    ...(refunded > 0
      ? { total_refunded: Number(sums.second), total_offline_refunded: Number(sums.second) }
      : {}),
  };
}

function linesOf(sums: Sums, { shipped, refunded, isPaid }: Standing): Record<string, unknown>[] {
  const quantities = (ordered: number, sent: number, back: number) => ({
    qty_canceled: 0,
    qty_invoiced: isPaid ? ordered : 0,
    qty_ordered: ordered,
    qty_refunded: back,
    qty_shipped: sent,
  });
  const parent = {
    item_id: LINE.configurable,
    name: "Kaffeebecher „Hafen“",
    product_id: 93,
    product_type: "configurable",
    sku: "HB-93-BLAU",
    is_virtual: 0,
    weight: 0.35,
    price: Number(sums.price),
    original_price: Number(sums.price),
    row_total: Number(sums.first),
    discount_amount: Number(sums.discount),
    tax_amount: Number(sums.tax),
    tax_percent: 8.1,
    weee_tax_applied: "[]",
    ...quantities(2, shipped[0], 0),
  };
  return [
    parent,
    {
      ...parent,
      item_id: LINE.variant,
      parent_item_id: LINE.configurable,
      product_id: 94,
      product_type: "simple",
      name: "Kaffeebecher „Hafen“ blau",
      price: 0,
      row_total: 0,
      discount_amount: 0,
      tax_amount: 0,
      ...quantities(2, 0, 0),
      parent_item: parent,
    },
    {
      ...parent,
      item_id: LINE.simple,
      name: "Seesack",
      product_id: 22,
      product_type: "simple",
      sku: "HB-22",
      weight: 1,
      price: Number(sums.second),
      original_price: Number(sums.second),
      row_total: Number(sums.second),
      discount_amount: 0,
      tax_amount: 0,
      tax_percent: 0,
      ...quantities(1, shipped[1], refunded),
    },
  ];
}
