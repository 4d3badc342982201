/** How many pieces of each line went out and came back, counted over the embedded fulfillments and refunds. */
import { type EmbeddedFulfillment, isUnderWay } from "./fulfillment.ts";
import { type EmbeddedRefund, refundedLineId } from "./refund.ts";

export type Counter = (lineId: string | null | undefined) => number | undefined;

/** Undefined when the body does not list fulfillments. */
export function toFulfilled(fulfillments: readonly EmbeddedFulfillment[] | undefined): Counter | undefined {
  return counter(
    fulfillments
      ?.filter(isUnderWay)
      .flatMap((fulfillment) => fulfillment.line_items ?? [])
      .map(({ id, quantity }) => ({ id, quantity })),
  );
}

/** Undefined when the body does not list refunds. */
export function toRefunded(refunds: readonly EmbeddedRefund[] | undefined): Counter | undefined {
  return counter(
    refunds
      ?.flatMap((refund) => refund.refund_line_items ?? [])
      .map((line) => ({ id: refundedLineId(line), quantity: line.quantity })),
  );
}

interface Counted {
  readonly id: string | null | undefined;
  readonly quantity: number | null | undefined;
}

function counter(lines: readonly Counted[] | undefined): Counter | undefined {
  if (lines === undefined) return undefined;
  const counts = new Map<string, number>();
  for (const { id, quantity } of lines) {
    if (id) counts.set(id, (counts.get(id) ?? 0) + (quantity ?? 0));
  }
  return (lineId) => (lineId ? (counts.get(lineId) ?? 0) : undefined);
}
