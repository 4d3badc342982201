/** Sample requests of our own, written from the documented shapes. */
import type { LifeStage, SampleOptions, Samples } from "../../wire.ts";

type Write = (options: SampleOptions) => Record<string, unknown>;

const PAYMENTS: Readonly<Record<LifeStage, readonly [string, string]>> = {
  created: ["AWAITING_PAYMENT", "AWAITING_PAYMENT"],
  paid: ["AWAITING_PAYMENT", "PAID"],
  partly_shipped: ["PAID", "PAID"],
  shipped: ["PAID", "PAID"],
  partly_refunded: ["PAID", "PARTIALLY_REFUNDED"],
};

const entity: Write = ({ id }) => ({ entityId: toId(id) });
const order: Write = ({ id, stage = "paid", status }) => {
  const [before, now] = PAYMENTS[stage];
  const isShipped = stage === "shipped";
  return {
    entityId: 103,
    data: {
      orderId: id,
      oldPaymentStatus: before,
      newPaymentStatus: status ?? now,
      oldFulfillmentStatus: isShipped ? "PROCESSING" : "AWAITING_PROCESSING",
      newFulfillmentStatus: isShipped ? "SHIPPED" : "AWAITING_PROCESSING",
    },
  };
};
const cart: Write = ({ id }) => ({ entityId: -1, data: { cartId: id } });
const customer: Write = ({ id }) => ({ entityId: toId(id), data: { customerEmail: "zoe@example.com" } });

const TOPICS: Readonly<Record<string, Write>> = {
  "order.created": order,
  "order.updated": order,
  "order.deleted": order,
  "unfinished_order.created": cart,
  "unfinished_order.updated": cart,
  "unfinished_order.deleted": cart,
  "product.created": entity,
  "product.updated": entity,
  "product.deleted": entity,
  "customer.created": customer,
  "customer.updated": customer,
  "customer.deleted": customer,
  "application.uninstalled": () => ({ entityId: "1003" }),
};

export const samples: Samples = {
  headers: () => ({ "content-type": "application/json; charset=UTF-8", "cache-control": "no-cache" }),
  bodies: Object.fromEntries(
    Object.entries(TOPICS).map(([topic, write]) => [
      topic,
      (options: SampleOptions) =>
        JSON.stringify({
          eventId: options.deliveryId ?? `${topic}-${options.id}-${options.at}`,
          eventCreated: Math.floor(Date.parse(options.at) / 1000),
          storeId: 1003,
          ...write(options),
          eventType: topic,
        }),
    ]),
  ),
  // An order is shipped as a whole.
  life: {
    created: ["order.created"],
    paid: ["order.updated"],
    shipped: ["order.updated"],
    partly_refunded: ["order.updated"],
  },
};

function toId(id: string): number | string {
  return Number.isSafeInteger(Number(id)) ? Number(id) : id;
}
