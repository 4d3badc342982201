/** Sample requests of our own, written from the documented shapes. */
import type { LifeStage, SampleOptions, Samples } from "../../wire.ts";

const STATUS_AT: Readonly<Record<LifeStage, readonly [number, number]>> = {
  created: [0, 7],
  paid: [7, 11],
  partly_shipped: [11, 3],
  shipped: [3, 2],
  partly_refunded: [2, 14],
};

type Data = (options: SampleOptions) => Record<string, unknown>;

const plain =
  (type: string): Data =>
  ({ id }) => ({ type, id: toId(id) });
const inventory = { method: "absolute", value: 5 };
const stockOfProduct: Data = ({ id }) => ({
  type: "product",
  id: toId(id),
  inventory: { product_id: toId(id), ...inventory },
});
const sku: Data = ({ id }) => ({ type: "sku", id: 461, sku: { product_id: toId(id), variant_id: 509 } });
const stockOfSku: Data = ({ id }) => ({
  type: "sku",
  id: 461,
  inventory: { product_id: toId(id), variant_id: 509, ...inventory },
});
const transaction: Data = ({ id }) => ({
  type: "transaction",
  order_id: id,
  transaction_id: "176342",
  transaction_status: "complete",
  transaction_type: "capture",
});
const shipment: Data = ({ id }) => ({ type: "shipment", id: 12, orderId: toId(id) });
const lineItem: Data = ({ id }) => ({
  type: "cart_line_item",
  id: "743bfd94-d5dd-47c5-9c19-6eec32ca6119",
  cartId: id,
});
const address: Data = ({ id }) => ({ type: "customer", id: 60, address: { customer_id: toId(id) } });
const cart: Data = ({ id }) => ({ type: "cart", id });

function statusUpdated({ id, stage = "paid", status }: SampleOptions): Record<string, unknown> {
  const [previous, next] = STATUS_AT[stage];
  const given = status !== undefined && /^\d+$/.test(status) ? Number(status) : next;
  return {
    type: "order",
    id: toId(id),
    status: { previous_status_id: previous, new_status_id: given },
  };
}

const DATA: Readonly<Record<string, Data>> = {
  "store/order/created": plain("order"),
  "store/order/updated": plain("order"),
  "store/order/statusUpdated": statusUpdated,
  "store/order/archived": plain("order"),
  "store/order/refund/created": ({ id }) => ({ type: "order", id: toId(id), refund: { refund_id: 3 } }),
  "store/order/transaction/created": transaction,
  "store/order/transaction/updated": transaction,
  "store/shipment/created": shipment,
  "store/shipment/updated": shipment,
  "store/shipment/deleted": shipment,
  "store/product/created": plain("product"),
  "store/product/updated": plain("product"),
  "store/product/deleted": plain("product"),
  "store/product/inventory/updated": stockOfProduct,
  "store/product/inventory/order/updated": stockOfProduct,
  "store/sku/created": sku,
  "store/sku/updated": sku,
  "store/sku/deleted": sku,
  "store/sku/inventory/updated": stockOfSku,
  "store/sku/inventory/order/updated": stockOfSku,
  "store/customer/created": plain("customer"),
  "store/customer/updated": plain("customer"),
  "store/customer/deleted": plain("customer"),
  "store/customer/address/created": address,
  "store/customer/address/updated": address,
  "store/customer/address/deleted": address,
  "store/cart/created": cart,
  "store/cart/updated": cart,
  "store/cart/couponApplied": ({ id }) => ({ type: "cart", id, couponId: 1 }),
  "store/cart/abandoned": cart,
  "store/cart/converted": ({ id }) => ({ type: "cart", id, orderId: 252 }),
  "store/cart/deleted": cart,
  "store/cart/lineItem/created": lineItem,
  "store/cart/lineItem/updated": lineItem,
  "store/cart/lineItem/deleted": lineItem,
  "store/app/uninstalled": () => ({ type: "app", id: 1 }),
};

const bodies = Object.fromEntries(
  Object.entries(DATA).map(([scope, data]) => [
    scope,
    (options: SampleOptions) => envelope(scope, data, options),
  ]),
);

/** The life of an order: a payment page becomes an order, then each step is a change of its status. */
const life: Samples["life"] = {
  created: ["store/order/created", "store/order/statusUpdated"],
  paid: ["store/order/transaction/created", "store/order/statusUpdated"],
  partly_shipped: ["store/shipment/created", "store/order/statusUpdated"],
  shipped: ["store/shipment/created", "store/order/statusUpdated"],
  partly_refunded: ["store/order/refund/created", "store/order/statusUpdated"],
};

export const samples: Samples = {
  headers: (_topic, _options, deliveryId) => ({
    "content-type": "application/json",
    "webhook-id": `msg_${deliveryId}`,
  }),
  bodies,
  life,
};

export const headerSecretSamples: Samples = {
  headers: () => ({ "content-type": "application/json" }),
  bodies,
  life,
};

function envelope(scope: string, data: Data, options: SampleOptions): string {
  return JSON.stringify({
    scope,
    store_id: "1001",
    data: data(options),
    hash: hashOf(`${scope} ${options.id} ${options.at} ${options.deliveryId}`),
    created_at: Math.floor(Date.parse(options.at) / 1000),
    producer: "stores/abc123",
  });
}

/** A number as long as a double holds it; the sender's numbers have no such limit. */
function toId(id: string): number | string {
  return Number.isSafeInteger(Number(id)) ? Number(id) : id;
}

/** 40 hexadecimal digits that differ with the text; no check depends on which. */
function hashOf(text: string): string {
  let value = 0;
  for (const letter of text) value = (value * 31 + (letter.codePointAt(0) ?? 0)) % 4_294_967_291;
  return value.toString(16).padStart(8, "0").repeat(5);
}
