/** What the Webservice of a shop in Paris answers about one order, product, customer and cart. Types are those of 8.1 on PHP 8.1. */
import type { LifeStage, SampleOptions } from "../../../../src/normalizers/wire.ts";
import type { AnswersOf } from "../../../helpers/hydrate.ts";

type Options = Partial<SampleOptions>;
type Row = Readonly<Record<string, unknown>>;

const STAGES: readonly LifeStage[] = ["created", "paid", "partly_shipped", "shipped", "partly_refunded"];
const STATE: Readonly<Record<LifeStage, number>> = {
  created: 10,
  paid: 2,
  partly_shipped: 2,
  shipped: 4,
  partly_refunded: 4,
};
const NONE = "0000-00-00 00:00:00";

/** The answers to all reads of an order that has come this far, and of the catalogue. */
export function answers(stage: LifeStage, options: Options = {}): AnswersOf {
  const { id = "42", at = "2026-11-01T12:00:00Z" } = options;
  const isAfter = (other: LifeStage) => STAGES.indexOf(stage) >= STAGES.indexOf(other);
  const known: Readonly<Record<string, unknown>> = {
    [`/orders/${id}`]: { order: anOrder({ ...options, id, at, stage }) },
    "/order_details": { order_details: details(id, isAfter("partly_refunded")) },
    "/order_histories": {
      order_histories: [
        { id: 1, id_employee: "0", id_order_state: 10, id_order: id, date_add: "2026-11-01 13:00:01" },
        ...(isAfter("paid")
          ? [{ id: 2, id_order_state: 2, id_order: id, date_add: "2026-11-01 14:00:00" }]
          : []),
        ...(isAfter("shipped")
          ? [{ id: 10, id_order_state: 4, id_order: id, date_add: "2026-11-02 09:00:00" }]
          : []),
      ],
    },
    "/order_carriers": {
      order_carriers: [
        {
          id: Number(`${id.slice(-6)}2`),
          id_order: id,
          id_carrier: 3,
          id_order_invoice: "0",
          weight: "1.500000",
          shipping_cost_tax_excl: "7.080000",
          shipping_cost_tax_incl: "8.500000",
          tracking_number: isAfter("shipped") ? "6A12345678901" : "",
          date_add: "2026-11-01 13:00:01",
        },
      ],
    },
    "/order_payments": isAfter("paid")
      ? {
          order_payments: [
            {
              id: 61,
              order_reference: "FMHGOYBGK",
              id_currency: 1,
              amount: "80.000000",
              payment_method: "Virement",
              conversion_rate: "1.000000",
              transaction_id: "TX-61",
              date_add: "2026-11-01 14:00:00",
            },
          ],
        }
      : [],
    "/order_slip": isAfter("partly_refunded") ? { order_slips: [aSlip(id)] } : [],
    "/order_states": { order_states: STATES },
    "/customers/7": { customer: aCustomer({ id: "7" }) },
    [`/customers/${id}`]: { customer: aCustomer({ id }) },
    "/addresses/71": { address: anAddress() },
    "/addresses": { addresses: [anAddress()] },
    "/currencies/1": {
      currency: { id: 1, iso_code: "EUR", name: [{ id: 1, value: "Euro" }], conversion_rate: "1.000000" },
    },
    "/countries": { countries: [{ id: 8, iso_code: "FR", name: [{ id: 1, value: "France" }] }] },
    "/carriers": {
      carriers: [{ id: 3, name: "Colissimo", url: "https://suivi.example/?n=@", deleted: "0" }],
    },
    [`/products/${id}`]: { product: aProduct({ id }) },
    "/combinations": { combinations: [aCombination(31, 25, "0.000000"), aCombination(32, 26, "5.000000")] },
    "/stock_availables": {
      stock_availables: [aStock(id, 0, 9), aStock(id, 31, 4), aStock(id, 32, 5)],
    },
    "/specific_prices": [],
    "/product_option_values": {
      product_option_values: [
        {
          id: 25,
          id_attribute_group: 2,
          name: [
            { id: 1, value: "Bleu" },
            { id: 2, value: "Blue" },
          ],
        },
        {
          id: 26,
          id_attribute_group: 2,
          name: [
            { id: 1, value: "Rouge" },
            { id: 2, value: "Red" },
          ],
        },
      ],
    },
    "/product_options": {
      product_options: [
        {
          id: 2,
          name: [{ id: 1, value: "Couleur" }],
          public_name: [
            { id: 1, value: "Couleur" },
            { id: 2, value: "Colour" },
          ],
        },
      ],
    },
    [`/carts/${id}`]: {
      cart: {
        id,
        id_currency: 1,
        id_customer: 7,
        id_lang: 1,
        date_add: "2026-11-01 13:00:01",
        date_upd: toLocal(at),
        associations: {
          cart_rows: [{ id_product: 12, id_product_attribute: 31, id_address_delivery: 71, quantity: 2 }],
        },
      },
    },
  };
  return (path) => known[path.replace(/\?.*$/, "")];
}

/** Answers like these, but for the given paths. */
export function answersWith(
  changed: Readonly<Record<string, unknown>>,
  stage: LifeStage = "paid",
  options: Options = {},
): AnswersOf {
  const usual = answers(stage, options);
  return (path) => {
    const bare = path.replace(/\?.*$/, "");
    return Object.hasOwn(changed, bare) ? changed[bare] : usual(path);
  };
}

/** A moment as the shop's clock shows it in winter. */
function toLocal(at: string): string {
  return new Date(Date.parse(at) + 3_600_000).toISOString().slice(0, 19).replace("T", " ");
}

export function anOrder(options: Options = {}, overrides: Row = {}): Row {
  const { id = "42", at = "2026-11-01T12:00:00Z", stage = "paid", amount = "80.000000" } = options;
  return {
    id: Number.isSafeInteger(Number(id)) ? Number(id) : id,
    id_address_delivery: 71,
    id_address_invoice: 71,
    id_cart: 55,
    id_currency: 1,
    id_lang: 1,
    id_customer: 7,
    id_carrier: 3,
    current_state: STATE[stage],
    module: "ps_wirepayment",
    invoice_number: 0,
    invoice_date: NONE,
    delivery_number: 0,
    delivery_date: NONE,
    valid: stage === "created" ? "0" : "1",
    date_add: "2026-11-01 13:00:01",
    date_upd: toLocal(at),
    id_shop_group: 1,
    id_shop: 1,
    secure_key: "f6e7751671880b23ba68281089d71d35",
    payment: "Virement bancaire",
    total_discounts: "3.500000",
    total_discounts_tax_incl: "3.500000",
    total_discounts_tax_excl: "2.920000",
    total_paid: amount,
    total_paid_tax_incl: amount,
    total_paid_tax_excl: "66.670000",
    total_paid_real: stage === "created" ? "0.000000" : "160.000000",
    total_products: "62.510000",
    total_products_wt: "75.000000",
    total_shipping: "8.500000",
    total_shipping_tax_incl: "8.500000",
    total_shipping_tax_excl: "7.080000",
    carrier_tax_rate: "20.000",
    total_wrapping_tax_incl: "0.000000",
    total_wrapping_tax_excl: "0.000000",
    conversion_rate: "1.000000",
    reference: "FMHGOYBGK",
    associations: {
      order_rows: [
        {
          id: 101,
          product_id: 12,
          product_attribute_id: 31,
          product_quantity: 2,
          product_name: "Tasse du port - Bleu",
          product_reference: "HB-31",
          product_ean13: "4006381333931",
          product_price: "20.830000",
          unit_price_tax_incl: "25.000000",
          unit_price_tax_excl: "20.833333",
        },
        {
          id: 102,
          product_id: 15,
          product_attribute_id: 0,
          product_quantity: 1,
          product_name: "Sac marin",
          product_reference: "HB-15",
          product_ean13: "",
          product_price: "20.840000",
          unit_price_tax_incl: "25.000000",
          unit_price_tax_excl: "20.840000",
        },
      ],
    },
    ...overrides,
  };
}

function details(orderId: string, isRefunded: boolean): Row[] {
  const detail = (id: number, product: Row) => ({
    id,
    id_order: orderId,
    product_quantity_refunded: 0,
    product_quantity_return: 0,
    product_supplier_reference: "",
    product_upc: "",
    product_weight: "0.500000",
    id_customization: 0,
    original_product_price: "22.000000",
    ...product,
  });
  return [
    detail(101, {
      product_id: 12,
      product_attribute_id: 31,
      product_name: "Tasse du port - Bleu",
      product_quantity: 2,
      product_quantity_refunded: isRefunded ? 1 : 0,
      product_reference: "HB-31",
      product_ean13: "4006381333931",
      unit_price_tax_incl: "25.000000",
      unit_price_tax_excl: "20.833333",
      total_price_tax_incl: "50.000000",
      total_price_tax_excl: "41.670000",
    }),
    detail(102, {
      product_id: 15,
      product_attribute_id: 0,
      product_name: "Sac marin",
      product_quantity: 1,
      product_reference: "HB-15",
      product_ean13: "",
      unit_price_tax_incl: "25.000000",
      unit_price_tax_excl: "20.840000",
      total_price_tax_incl: "25.000000",
      total_price_tax_excl: "20.840000",
    }),
  ];
}

export function aSlip(orderId: string, overrides: Row = {}): Row {
  return {
    id: Number(`${orderId.slice(-6)}1`),
    id_customer: 7,
    id_order: orderId,
    conversion_rate: "1.000000",
    total_products_tax_excl: "20.833333",
    total_products_tax_incl: "25.000000",
    total_shipping_tax_excl: "0.000000",
    total_shipping_tax_incl: "0.000000",
    amount: "25.000000",
    shipping_cost: "0",
    partial: "1",
    date_add: "2026-11-03 10:00:00",
    date_upd: "2026-11-03 10:00:00",
    associations: {
      order_slip_details: [
        {
          id: 1,
          id_order_detail: 101,
          product_quantity: 1,
          amount_tax_excl: "20.833333",
          amount_tax_incl: "25.000000",
        },
      ],
    },
    ...overrides,
  };
}

/** As a fresh install has them, and one that a payment module added. */
export const STATES: readonly Row[] = [
  state(2, "Paiement accepté", { paid: "1", logable: "1" }),
  state(4, "Expédié", { paid: "1", shipped: "1", delivery: "1", logable: "1" }),
  state(5, "Livré", { paid: "1", shipped: "1", delivery: "1", logable: "1" }),
  state(6, "Annulé", {}),
  state(7, "Remboursé", {}),
  state(8, "Erreur de paiement", {}),
  state(9, "En réapprovisionnement (payé)", { paid: "1" }),
  state(10, "En attente de virement bancaire", {}),
  state(23, "Paiement en deux fois", {}),
];

function state(id: number, name: string, flags: Row): Row {
  return {
    id,
    name: [{ id: 1, value: name }],
    paid: "0",
    shipped: "0",
    delivery: "0",
    logable: "0",
    invoice: "0",
    ...flags,
  };
}

export function aCustomer(overrides: Row = {}): Row {
  return {
    id: 7,
    id_default_group: 3,
    id_lang: 1,
    newsletter_date_add: "2026-11-01 12:30:00",
    secure_key: "f6e7751671880b23ba68281089d71d35",
    deleted: "0",
    passwd: "$2y$10$abcdefghijklmnopqrstuv",
    lastname: "Müller",
    firstname: "Zoë",
    email: "zoe@example.com",
    note: "",
    newsletter: "1",
    optin: "0",
    birthday: "0000-00-00",
    website: "",
    company: "",
    active: "1",
    is_guest: "0",
    date_add: "2026-11-01 12:30:00",
    date_upd: "2026-11-01 12:45:00",
    ...overrides,
  };
}

export function anAddress(overrides: Row = {}): Row {
  return {
    id: 71,
    id_customer: 7,
    id_country: 8,
    id_state: 0,
    company: "Müller & Fils",
    firstname: "Zoë",
    lastname: "Müller",
    address1: "12 quai du Port",
    address2: "",
    postcode: "13002",
    city: "Marseille",
    phone: "",
    phone_mobile: "+33 6 39 98 01 02",
    deleted: "0",
    ...overrides,
  };
}

export function aProduct(overrides: Row = {}): Row {
  return {
    id: 12,
    manufacturer_name: "Atelier du Port",
    id_manufacturer: 4,
    id_default_image: 19,
    id_tax_rules_group: 1,
    type: "simple",
    product_type: "combinations",
    state: "1",
    reference: "HB",
    ean13: "",
    upc: "",
    quantity: 0,
    price: "20.833333",
    wholesale_price: "9.500000",
    weight: "0.350000",
    width: "9.000000",
    height: "11.500000",
    depth: "9.000000",
    active: "1",
    available_for_order: "1",
    visibility: "both",
    condition: "new",
    minimal_quantity: 1,
    date_add: "2026-11-01 13:00:01",
    date_upd: "2026-11-01 13:10:00",
    name: [
      { id: 2, value: "Harbour cup" },
      { id: 1, value: "Tasse du port" },
    ],
    link_rewrite: [{ id: 1, value: "tasse-du-port" }],
    description: [{ id: 1, value: "<p>0,3 l</p>" }],
    description_short: [{ id: 1, value: "" }],
    associations: {
      categories: [{ id: 2 }, { id: 16 }],
      images: [{ id: 19 }],
      combinations: [{ id: 31 }, { id: 32 }],
    },
    ...overrides,
  };
}

function aCombination(id: number, valueId: number, price: string): Row {
  return {
    id,
    id_product: 12,
    reference: `HB-${id}`,
    ean13: "",
    upc: "",
    price,
    weight: "0.000000",
    minimal_quantity: 1,
    default_on: id === 31 ? "1" : null,
    associations: { product_option_values: [{ id: valueId }] },
  };
}

function aStock(productId: string, combinationId: number, quantity: number): Row {
  return {
    id: 90 + combinationId,
    id_product: productId,
    id_product_attribute: combinationId,
    id_shop: 1,
    id_shop_group: 0,
    quantity,
    depends_on_stock: 0,
    out_of_stock: 2,
    location: "",
  };
}
