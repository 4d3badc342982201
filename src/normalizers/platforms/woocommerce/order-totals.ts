import { addDecimals, toMoney } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import type { Money } from "../../canonical/scalars.ts";
import type { LinesPayload } from "./order-lines.ts";

interface TotalsPayload extends LinesPayload {
  readonly discount_total?: string | null | undefined;
  readonly shipping_total?: string | null | undefined;
  readonly total?: string | null | undefined;
  readonly total_tax?: string | null | undefined;
}

/** The totals as placed, and what was paid and went back since. */
export function toTotals(
  body: TotalsPayload,
  money: { currency: string | undefined; isPaid: boolean; refunds: Order["refunds"] },
): Order["totals"] {
  const { currency, isPaid, refunds } = money;
  const total = toMoney(body.total, currency);
  return {
    subtotal: sum(
      body.line_items?.map((line) => line.total),
      currency,
    ),
    discount: toMoney(body.discount_total, currency),
    shipping: toMoney(body.shipping_total, currency),
    fees: sum(
      body.fee_lines?.map((line) => line.total ?? line.amount),
      currency,
    ),
    tax: toMoney(body.total_tax, currency),
    total,
    refunded: sum(
      refunds?.map((refund) => refund.amount?.amount),
      currency,
    ),
    paid: isPaid ? total : undefined,
  };
}

/** Zero for an empty list; undefined when the list or one of its amounts is not known. */
function sum(
  amounts: readonly (string | null | undefined)[] | undefined,
  currency: string | undefined,
): Money | undefined {
  if (amounts === undefined) return undefined;
  let total = "0";
  for (const one of amounts) {
    if (one === null || one === undefined) return undefined;
    total = addDecimals(total, one);
  }
  return toMoney(total, currency);
}
