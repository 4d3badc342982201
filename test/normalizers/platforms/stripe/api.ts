/** What Stripe's API answers about one order of the samples at each stage of its life. */
import type { LifeStage, SampleOptions } from "../../../../src/normalizers/wire.ts";
import { currencyCode, units } from "../../../../src/normalizers/platforms/stripe/samples/event.ts";
import { intentObject, sessionObject } from "../../../../src/normalizers/platforms/stripe/samples/order.ts";

/** The answer to a read; undefined where the API has none. */
export function answers(stage: LifeStage, options: SampleOptions): (path: string) => unknown {
  const { id } = options;
  const session = sessionObject({ ...options, stage }, "checkout.session.completed", "complete");
  const lines = `/v1/checkout/sessions/cs_${id}/line_items`;
  const known: Record<string, unknown> = {
    [`/v1/payment_intents/${id}?expand[]=latest_charge`]: intentAt(stage, options),
    [`/v1/checkout/sessions?payment_intent=${id}&limit=1`]: {
      object: "list",
      has_more: false,
      data: [session],
    },
    [`/v1/checkout/sessions/cs_${id}`]: session,
    [`${lines}?limit=100`]: { object: "list", has_more: true, data: [line("li_1", options, "0.6")] },
    [`${lines}?limit=100&starting_after=li_1`]: {
      object: "list",
      has_more: false,
      data: [line("li_2", options, "0.4")],
    },
  };
  return (path) => known[path];
}

function intentAt(stage: LifeStage, options: SampleOptions) {
  const isPaid = stage !== "created";
  return {
    ...intentObject(options, isPaid ? "succeeded" : "processing"),
    latest_charge: {
      id: `ch_${options.id}`,
      object: "charge",
      amount_refunded: stage === "partly_refunded" ? units(options, "0.4") : 0,
      refunded: false,
    },
  };
}

function line(id: string, options: SampleOptions, part: string) {
  const total = units(options, part);
  return {
    id,
    object: "item",
    description: `Mug ${id}`,
    quantity: 1,
    currency: currencyCode(options),
    amount_subtotal: total,
    amount_total: total,
    amount_discount: 0,
    amount_tax: 0,
    price: { id: `price_${id}`, product: "prod_Mug", unit_amount: total, unit_amount_decimal: String(total) },
  };
}
