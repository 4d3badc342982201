import type { LifeStage, SampleOptions } from "../../../wire.ts";
import { eventBody, LOCATION, squareMoney } from "./envelope.ts";

const STATES: Readonly<Partial<Record<LifeStage, string>>> = {
  shipped: "COMPLETED",
  partly_refunded: "COMPLETED",
};

/** The thin body of an order event. */
export function orderBody(type: string, key: string) {
  return (options: SampleOptions): string =>
    eventBody(type, options, {
      type: key,
      id: options.id,
      object: { [key]: thinOrder(options) },
    });
}

export function fulfillmentBody(options: SampleOptions): string {
  const update = { fulfillment_uid: "first", old_state: "PROPOSED", new_state: "COMPLETED" };
  const second = { fulfillment_uid: "second", old_state: "PROPOSED", new_state: "COMPLETED" };
  return eventBody("order.fulfillment.updated", options, {
    type: "order_fulfillment_updated",
    id: options.id,
    object: {
      order_fulfillment_updated: {
        ...thinOrder(options),
        fulfillment_update: [options.stage === "shipped" ? second : update],
      },
    },
  });
}

export function paymentBody(type: string) {
  return (options: SampleOptions): string => {
    const money = squareMoney(options);
    const payment = {
      id: `${options.id}-payment`,
      order_id: options.id,
      location_id: LOCATION,
      amount_money: money,
      total_money: money,
      ...(options.stage === "partly_refunded" ? { refunded_money: squareMoney(options, "0.4") } : {}),
      status: options.status ?? (type === "payment.created" ? "APPROVED" : "COMPLETED"),
      source_type: "CARD",
      receipt_number: "hYy9",
      created_at: options.at,
      updated_at: options.at,
    };
    return eventBody(type, options, { type: "payment", id: payment.id, object: { payment } });
  };
}

export function refundBody(type: string) {
  return (options: SampleOptions): string => {
    const refund = {
      id: `${options.id}-refund`,
      payment_id: `${options.id}-payment`,
      order_id: options.id,
      location_id: LOCATION,
      amount_money: squareMoney(options, "0.4"),
      status: options.status ?? "COMPLETED",
      reason: "Size did not fit",
      created_at: options.at,
      updated_at: options.at,
    };
    return eventBody(type, options, { type: "refund", id: refund.id, object: { refund } });
  };
}

function thinOrder({ id, at, status, stage }: SampleOptions) {
  return {
    order_id: id,
    version: 2,
    location_id: LOCATION,
    state: status ?? (stage && STATES[stage]) ?? "OPEN",
    created_at: at,
    updated_at: at,
  };
}
