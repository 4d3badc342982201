/** Sample webhooks of the bridge, as PHP's `json_encode` writes them. Signing them is the sender's part. */
import type { LifeStage, SampleOptions, Samples } from "../../wire.ts";

type Payload = (options: SampleOptions) => { readonly payload: unknown; readonly previous?: unknown };

interface Sample {
  readonly type: string;
  readonly fill?: Payload;
  /** Instead of the sample's id. */
  readonly externalId?: (options: SampleOptions) => string;
}

const EVENT_ID = "6f0c2b1e-5d7a-4c58-9a3e-2f1d8b7c4e90";
const EMAIL = "zoe@example.com";
/** SHA-256 of the address. */
const HASH = "3e693cf7e5b67880bff33b2d2626dadb7bf1d4bc737192e47cf8baa89acf2250";

/** The states of a fresh install that the life of an order passes. */
const STATES = {
  bankwire: stateOf("10", "En attente de virement bancaire", "bankwire", []),
  payment: stateOf("2", "Paiement accepté", "payment", ["paid", "logable", "invoice"]),
  shipping: stateOf("4", "Expédié", "shipping", ["paid", "shipped", "delivery", "logable", "invoice"]),
  delivered: stateOf("5", "Livré", "delivered", ["paid", "shipped", "delivery", "logable", "invoice"]),
  canceled: stateOf("6", "Annulé", "canceled", []),
  refund: stateOf("7", "Remboursé", "refund", ["invoice"]),
} as const;
type Role = keyof typeof STATES;

const AT_STAGE: Readonly<Record<LifeStage, { readonly now: Role; readonly before: Role | undefined }>> = {
  created: { now: "bankwire", before: undefined },
  paid: { now: "payment", before: "bankwire" },
  partly_shipped: { now: "payment", before: "bankwire" },
  shipped: { now: "shipping", before: "payment" },
  partly_refunded: { now: "shipping", before: "payment" },
};

const SAMPLES: Readonly<Record<string, Sample>> = {
  "order.created": { type: "order", fill: fillOrder("created") },
  "order.updated": { type: "order", fill: fillOrder("paid") },
  "order.status_changed": { type: "order", fill: fillOrder("paid") },
  "order.deleted": { type: "order", fill: fillOrder("created") },
  "refund.created": {
    type: "order_slip",
    externalId: ({ id }) => `${id}1`,
    fill: ({ id }) => ({ payload: { orderId: id } }),
  },
  "return.requested": { type: "order_return", fill: fillReturn("1") },
  "return.updated": { type: "order_return", fill: fillReturn("3") },
  "fulfillment.updated": {
    type: "order_carrier",
    externalId: ({ id }) => `${id}2`,
    fill: ({ id }) => ({ payload: { orderId: id } }),
  },
  "product.saved": { type: "product" },
  "product.deleted": { type: "product" },
  "combination.saved": { type: "combination", externalId: () => "31", fill: fillPart },
  "combination.deleted": { type: "combination", externalId: () => "33", fill: fillPart },
  "stock.changed": { type: "stock_available", externalId: ({ id }) => `${id}-31`, fill: fillStock },
  "price.changed": {
    type: "specific_price",
    externalId: () => "8",
    fill: ({ id }) => ({ payload: { productId: id, combinationId: "0", deleted: false } }),
  },
  "customer.created": { type: "customer", fill: () => ({ payload: { guest: false } }) },
  "customer.updated": { type: "customer", fill: () => ({ payload: { guest: false } }) },
  "customer.deleted": { type: "customer", fill: () => ({ payload: { guest: false } }) },
  "consent.changed": {
    type: "newsletter_subscriber",
    externalId: () => HASH,
    fill: ({ id }) => ({ payload: { email: EMAIL, newsletter: true, customerId: id } }),
  },
  "address.saved": {
    type: "address",
    externalId: () => "71",
    fill: ({ id }) => ({ payload: { customerId: id } }),
  },
  "address.deleted": {
    type: "address",
    externalId: () => "72",
    fill: ({ id }) => ({ payload: { customerId: id } }),
  },
  "cart.updated": { type: "cart", fill: () => ({ payload: { customerId: "7" } }) },
  "privacy.customer_redacted": {
    type: "customer",
    fill: ({ id }) => ({ payload: { customerId: id, email: EMAIL } }),
  },
  "privacy.data_requested": {
    type: "customer",
    fill: ({ id }) => ({ payload: { customerId: id, email: EMAIL } }),
  },
  "app.uninstalled": { type: "shop", externalId: () => "1" },
};

export const samples = {
  headers: (topic, { at }, deliveryId) => ({
    "content-type": "application/json",
    "user-agent": "Entrepot-PrestaShop/1.0.0 (PrestaShop/8.1.7; PHP/8.1.27)",
    "x-entrepot-event-id": deliveryId,
    "x-entrepot-topic": topic,
    "x-entrepot-shop-id": "1",
    "x-entrepot-changed-at": at,
    "x-entrepot-attempt": "1",
  }),
  bodies: Object.fromEntries(
    Object.keys(SAMPLES).map((topic) => [topic, (options: SampleOptions) => write(topic, options)]),
  ),
  // A shop of PrestaShop sends an order whole: there is no state of a part.
  life: {
    created: ["order.created"],
    paid: ["order.status_changed"],
    shipped: ["order.status_changed", "fulfillment.updated"],
    partly_refunded: ["refund.created"],
  },
} satisfies Samples;

function write(topic: string, options: SampleOptions): string {
  const { type, externalId, fill }: Sample = SAMPLES[topic] ?? { type: "shop" };
  const { payload, previous = null }: ReturnType<Payload> = fill?.(options) ?? { payload: {} };
  const { currency = "EUR", at, deliveryId = EVENT_ID } = options;
  return jsonEncode({
    schemaVersion: 1,
    eventId: deliveryId,
    eventType: topic,
    occurredAt: at,
    sequence: 1042,
    object: { type, externalId: externalId?.(options) ?? options.id },
    shop: {
      id: "1",
      idShopGroup: "1",
      url: "https://boutique.example/",
      timezone: "Europe/Paris",
      currency,
      idLang: "1",
      weightUnit: "kg",
      dimensionUnit: "cm",
      stateRoles: Object.fromEntries(Object.values(STATES).map(({ id, role }) => [id, role])),
    },
    payload,
    previous,
    source: {
      module: "1.0.0",
      prestashop: "8.1.7",
      php: "8.1.27",
      installation: "0c9d2a34-7b1f-4d0e-8f53-1a2b3c4d5e6f",
    },
  });
}

/** The state is the one of the stage, or the one with the role that `status` names. */
function fillOrder(fallback: LifeStage): Payload {
  return function fill({ stage = fallback, status }) {
    const { now, before } = AT_STAGE[stage];
    const role = Object.keys(STATES).find((each): each is Role => each === status) ?? now;
    return {
      payload: { reference: "FMHGOYBGK", customerId: "7", orderState: STATES[role] },
      previous: before === undefined ? null : { orderState: STATES[before] },
    };
  };
}

function fillReturn(state: string): Payload {
  return () => ({
    payload: {
      orderId: "42",
      customerId: "7",
      state,
      reason: "Trop petit",
      lines: [{ orderDetailId: "101", quantity: 1 }],
    },
  });
}

function fillPart({ id }: SampleOptions): { payload: unknown } {
  return { payload: { productId: id } };
}

function fillStock({ id }: SampleOptions): { payload: unknown; previous: unknown } {
  const row = { stockAvailableId: "90", quantity: 4, idShop: "1", idShopGroup: "0", isSum: false };
  return { payload: { productId: id, combinationId: "31", ...row }, previous: { quantity: 5 } };
}

function stateOf<const R extends string>(id: string, name: string, role: R, flags: readonly string[]) {
  const has = (flag: string) => flags.includes(flag);
  return {
    id,
    name,
    role,
    paid: has("paid"),
    shipped: has("shipped"),
    delivery: has("delivery"),
    logable: has("logable"),
    invoice: has("invoice"),
  };
}

function jsonEncode(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("/", "\\/")
    .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
