/** Sample webhooks of an app, as PHP's `json_encode` writes them. Signing them is the sender's part. */
import type { SampleOptions, Samples } from "../../wire.ts";
import { sampleCustomer } from "./sample-customer.ts";
import { toHexId } from "./sample-id.ts";
import { sampleOrder } from "./sample-order.ts";

type Payload = (options: SampleOptions) => unknown;

const EVENT_ID = "0123456789abcdef0123456789abcdef";
const LIVE_VERSION = "0fa91ce3e96a4bc2be4bd9ce752c3425";

const STATE_STAGES = {
  "state_enter.order.state.open": {},
  "state_enter.order.state.in_progress": { order: "in_progress" },
  "state_enter.order.state.completed": { order: "completed", transaction: "paid", delivery: "shipped" },
  "state_enter.order.state.cancelled": { order: "cancelled", transaction: "cancelled" },
  ...ofMachine("order_transaction", "transaction", [
    "open",
    "in_progress",
    "unconfirmed",
    "reminded",
    "authorized",
    "paid",
    "paid_partially",
    "refunded",
    "refunded_partially",
    "cancelled",
    "failed",
    "chargeback",
  ]),
  "state_enter.order_transaction_capture_refund.state.completed": { transaction: "refunded_partially" },
  ...ofMachine("order_delivery", "delivery", [
    "open",
    "shipped",
    "shipped_partially",
    "returned",
    "returned_partially",
    "cancelled",
  ]),
} as const;

const PAYLOADS: Readonly<Record<string, Payload>> = {
  "checkout.order.placed": (options) => ({ order: sampleOrder({}, options) }),
  ...Object.fromEntries(
    Object.entries(STATE_STAGES).map(([topic, words]) => [
      topic,
      (options: SampleOptions) => ({ order: sampleOrder(words, options) }),
    ]),
  ),
  "order.written": writes("order", "update", ["orderDateTime", "updatedAt"], LIVE_VERSION),
  "order.deleted": writes("order", "delete", []),
  "product.written": writes("product", "update", ["stock"]),
  "product.deleted": writes("product", "delete", []),
  "product_price.written": writes("product_price", "insert", ["price"]),
  "customer.written": writes("customer", "update", ["email"]),
  "customer.deleted": writes("customer", "delete", []),
  "customer_address.written": writes("customer_address", "update", ["city"]),
  "checkout.customer.register": (options) => ({ customer: sampleCustomer(options) }),
  "checkout.customer.deleted": (options) => ({ customer: sampleCustomer(options) }),
  "app.deleted": () => [],
  app_deleted: () => [],
};

export const samples = {
  headers: () => ({
    "content-type": "application/json",
    "sw-version": "6.6.7.0",
    "sw-context-language": "2fbb5fe2e29a4d70aa5854ce7ce3e20b",
    "sw-user-language": "de-DE",
  }),
  bodies: Object.fromEntries(
    Object.keys(PAYLOADS).map((topic) => [topic, (options: SampleOptions) => write(topic, options)]),
  ),
  life: {
    created: ["checkout.order.placed"],
    paid: ["state_enter.order_transaction.state.paid"],
    partly_shipped: ["state_enter.order_delivery.state.shipped_partially"],
    shipped: ["state_enter.order_delivery.state.shipped"],
    partly_refunded: ["state_enter.order_transaction.state.refunded_partially"],
  },
} satisfies Samples;

function write(topic: string, options: SampleOptions): string {
  return jsonEncode({
    data: { payload: PAYLOADS[topic]?.(options) ?? [], event: topic },
    source: {
      url: "https://shop.example",
      appVersion: "1.0.0",
      shopId: "shopABC123",
      eventId: options.deliveryId ?? EVENT_ID,
    },
    timestamp: Math.floor(Date.parse(options.at) / 1000),
  });
}

function writes(
  entity: string,
  operation: string,
  updatedFields: readonly string[],
  versionId?: string,
): Payload {
  return function writeEntity({ id }) {
    const version = versionId === undefined ? {} : { versionId };
    return [{ entity, operation, primaryKey: toHexId(id), updatedFields, ...version }];
  };
}

function ofMachine(machine: string, part: "transaction" | "delivery", states: readonly string[]) {
  return Object.fromEntries(
    states.map((state) => [`state_enter.${machine}.state.${state}`, { [part]: state }]),
  );
}

function jsonEncode(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("/", "\\/")
    .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
