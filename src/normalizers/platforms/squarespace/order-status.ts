/** Squarespace has one status, of the goods; that an order is stored says that it was paid. */
import { compareDecimals } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import { fromTable } from "../../fields.ts";

const STATUSES = { PENDING: "open", FULFILLED: "completed", CANCELED: "cancelled" } as const;
/** Whether a cancelled order was shipped before, nothing tells. */
const FULFILLMENTS = { PENDING: "unfulfilled", FULFILLED: "fulfilled" } as const;
/** Where orders are stored after payment only; imported ones carry the name of another channel. */
const OWN_CHANNELS: readonly string[] = ["web", "pos"];

export function toStatus(word: string | null | undefined): Order["status"] {
  return fromTable(STATUSES, word);
}

export function toFulfillmentStatus(word: string | null | undefined): Order["fulfillmentStatus"] {
  return word === "CANCELED" ? undefined : fromTable(FULFILLMENTS, word);
}

export interface MoneyFacts {
  readonly channel: string | null | undefined;
  readonly isTest: boolean | undefined;
  readonly total: string | undefined;
  readonly refunded: string | undefined;
}

/** Absent where nothing tells: imported orders, and orders of the test mode. */
export function toPaymentStatus({ channel, isTest, total, refunded }: MoneyFacts): Order["paymentStatus"] {
  if (refunded !== undefined && compareDecimals(refunded, "0") > 0) {
    const isAll = total !== undefined && compareDecimals(refunded, total) >= 0;
    return isAll ? "refunded" : "partially_refunded";
  }
  return isTest !== true && OWN_CHANNELS.includes(channel?.toLowerCase() ?? "") ? "paid" : undefined;
}
