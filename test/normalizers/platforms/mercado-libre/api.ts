/** What Mercado Libre's API answers about one order with its shipment and payment, and about an item. */
import type { LifeStage, SampleOptions } from "../../../../src/normalizers/wire.ts";
import type { AnswersOf } from "../../../helpers/hydrate.ts";

type Options = Partial<SampleOptions>;
type Overrides = Readonly<Record<string, unknown>>;

export const SELLER = 468424240;
const SHIPMENT = 40531399184;

const STAGES: Readonly<
  Record<LifeStage, { status: string; shipment: string; payment: string; tags: string[] }>
> = {
  created: { status: "payment_required", shipment: "pending", payment: "pending", tags: ["not_delivered"] },
  paid: { status: "paid", shipment: "ready_to_ship", payment: "approved", tags: ["paid", "not_delivered"] },
  partly_shipped: {
    status: "paid",
    shipment: "ready_to_ship",
    payment: "approved",
    tags: ["paid", "not_delivered"],
  },
  shipped: { status: "paid", shipment: "shipped", payment: "approved", tags: ["paid", "not_delivered"] },
  partly_refunded: { status: "partially_refunded", shipment: "shipped", payment: "approved", tags: ["paid"] },
};

/** The answers to all reads of an order that has come this far, wherever they begin. */
export function answers(stage: LifeStage, options: Options = {}): AnswersOf {
  const { id = "2000003508419013" } = options;
  const known: Record<string, unknown> = {
    [`/orders/${id}`]: anOrder({ ...options, id, stage }),
    [`/shipments/${SHIPMENT}`]: aShipment(STAGES[stage].shipment, options.at),
    [`/shipments/${SHIPMENT}/items`]: [
      {
        order_id: toId(id),
        item_id: "MLA12345678",
        variation_id: 174997747229,
        quantity: 2,
        description: "Mug",
      },
    ],
    "/collections/596707837": {
      collection: { id: 596707837, order_id: toId(id), status: STAGES[stage].payment },
    },
    "/post-purchase/v1/claims/5033012345": {
      id: 5033012345,
      resource: "order",
      resource_id: toId(id),
      status: "opened",
    },
  };
  return (path) => known[path];
}

export function anOrder(options: Options = {}, overrides: Overrides = {}) {
  const {
    id = "2000003508419013",
    at = "2026-11-01T12:00:00.000Z",
    stage = "paid",
    amount = "998.5",
    currency = "ARS",
  } = options;
  const { status, payment, tags } = STAGES[stage];
  return {
    id: toId(id),
    status,
    status_detail: null,
    date_created: "2026-11-01T08:00:01.000-04:00",
    date_closed: null,
    last_updated: at,
    order_items: [
      {
        item: {
          id: "MLA12345678",
          title: "Mug",
          variation_id: 174997747229,
          category_id: "MLA1915",
          seller_sku: "MUG-BLU",
          variation_attributes: [{ id: "COLOR", name: "Colour", value_name: "Blue" }],
        },
        quantity: 2,
        unit_price: 499.25,
        full_unit_price: 520,
        currency_id: currency,
        sale_fee: 60.1,
      },
    ],
    total_amount: Number(amount),
    paid_amount: Number(amount),
    currency_id: currency,
    coupon: { id: null, amount: 0 },
    buyer: { id: 89660613, nickname: "ZOE", first_name: "Zoë", last_name: "Müller" },
    seller: { id: SELLER },
    payments: [
      {
        id: 596707837,
        transaction_amount: Number(amount),
        transaction_amount_refunded: stage === "partly_refunded" ? 200 : 0,
        currency_id: currency,
        status: payment,
        payment_method_id: "visa",
        payment_type: "credit_card",
        date_created: "2026-11-01T08:00:02.000-04:00",
        date_approved: payment === "approved" ? "2026-11-01T08:00:05.000-04:00" : null,
      },
    ],
    shipping: { id: SHIPMENT },
    pack_id: 2000003508553677,
    tags,
    ...overrides,
  };
}

export function aShipment(status: string, at = "2026-11-01T12:00:00.000Z") {
  return {
    id: SHIPMENT,
    external_reference: null,
    status,
    substatus: status === "ready_to_ship" ? "printed" : null,
    date_created: "2026-11-01T08:00:03.000-04:00",
    last_updated: at,
    tracking_number: "MMXQP014735497E",
    tracking_method: "Correo",
    logistic: { direction: "forward", mode: "me2", type: "drop_off" },
    destination: {
      receiver_id: 89660613,
      receiver_name: "Zoë Müller",
      receiver_phone: "XXXXXXX",
      shipping_address: {
        address_line: "Puerto 12",
        comment: "2 B",
        zip_code: "1414",
        city: { id: "TUxBQlBBTDI1MTVa", name: "Palermo" },
        state: { id: "AR-C", name: "Capital Federal" },
        country: { id: "AR", name: "Argentina" },
      },
    },
  };
}

export function anItem(overrides: Overrides = {}) {
  return {
    id: "MLA12345678",
    site_id: "MLA",
    title: "Mug",
    seller_id: SELLER,
    category_id: "MLA1915",
    price: 499.25,
    original_price: 520,
    currency_id: "ARS",
    available_quantity: 7,
    permalink: "https://articulo.example.com/MLA-12345678-mug",
    status: "active",
    date_created: "2026-10-15T14:52:44.000Z",
    last_updated: "2026-11-01T12:00:02.757Z",
    condition: "new",
    attributes: [{ id: "BRAND", name: "Brand", value_name: "Harbour" }],
    pictures: [{ id: "1-MLA", secure_url: "https://http2.example.com/mug.jpg" }],
    variations: [
      {
        id: 174997747229,
        price: 499.25,
        available_quantity: 4,
        attribute_combinations: [{ id: "COLOR", name: "Colour", value_name: "Blue" }],
        attributes: [{ id: "SELLER_SKU", name: "SKU", value_name: "MUG-BLU" }],
      },
      {
        id: 174997747232,
        price: 499.25,
        available_quantity: 3,
        attribute_combinations: [{ id: "COLOR", name: "Colour", value_name: "Red" }],
        attributes: [{ id: "SELLER_SKU", name: "SKU", value_name: "MUG-RED" }],
      },
    ],
    ...overrides,
  };
}

function toId(id: string): number | string {
  return Number.isSafeInteger(Number(id)) ? Number(id) : id;
}
