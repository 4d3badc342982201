/** How an order reads at each moment of its life. */
import type { LifeStage, SampleOptions } from "../../../wire.ts";
import { set, toAmounts } from "./amounts.ts";
import { aFulfillment, aRefund, orderBody } from "./order.ts";

interface Progress {
  readonly financial: string;
  readonly fulfillment: string | null;
  /** Lines that went out. */
  readonly shipped: number;
}

const PROGRESS: Readonly<Record<LifeStage, Progress>> = {
  created: { financial: "pending", fulfillment: null, shipped: 0 },
  paid: { financial: "paid", fulfillment: null, shipped: 0 },
  partly_shipped: { financial: "paid", fulfillment: "partial", shipped: 1 },
  shipped: { financial: "paid", fulfillment: "fulfilled", shipped: 2 },
  partly_refunded: { financial: "partially_refunded", fulfillment: "fulfilled", shipped: 2 },
};

/** The order at the stage of the options, or at `fallback` where they name none. */
export function orderAt(
  fallback: LifeStage,
  options: SampleOptions,
  changes: Readonly<Record<string, unknown>> = {},
): string {
  const stage = options.stage ?? fallback;
  const { financial, fulfillment, shipped } = PROGRESS[stage];
  return orderBody(
    options,
    {
      financial_status: options.status ?? financial,
      fulfillment_status: fulfillment,
      fulfillments: shipped === 0 ? [] : [aFulfillment(options, shipped)],
      ...(stage === "partly_refunded" ? refunded(options) : {}),
      ...changes,
    },
    shipped,
  );
}

/** `total_price` stays as placed, `current_total_price` is what is left. */
function refunded(options: SampleOptions): Record<string, unknown> {
  const { rest, currency } = toAmounts(options.amount, options.currency);
  return {
    current_total_price: rest,
    current_total_price_set: set(rest, currency),
    refunds: [aRefund(options)],
  };
}
