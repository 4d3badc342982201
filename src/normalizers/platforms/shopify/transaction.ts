/** `order_transactions/create`, and the transactions embedded in refunds. */
import { z } from "zod";
import { toMoney } from "../../canonical/money.ts";
import type { Payment } from "../../canonical/order.ts";
import type { Money } from "../../canonical/scalars.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { amount, flag, id, idOrNone, listOf, text } from "../../payload.ts";
import { type MapContext, type Observation, patched } from "../../platform.ts";
import { identified, idOrGid } from "./gid.ts";
import { currencyOf, moneySet, setCurrency } from "./money-set.ts";
import { orAbsent, orNull, versionOf } from "./text.ts";
import { sumOrZero } from "./tax-line.ts";

const transactionShape = {
  kind: text,
  status: text,
  amount,
  currency: text,
  gateway: text,
  parent_id: idOrNone,
  created_at: text,
  processed_at: text,
  error_code: text,
  test: flag,
  total_unsettled_set: moneySet,
};

export const transactionPayload = identified(z.object({ ...transactionShape, id, order_id: idOrGid }));
const embeddedTransaction = z.object({ ...transactionShape, id: idOrNone });
export const transactions = listOf(identified(embeddedTransaction));
export type Transactions = z.output<typeof transactions>;
type Transaction = z.output<typeof embeddedTransaction>;

/** A payment is an element of its order; whether the order is paid is said by the order's own topics. */
export function observePayment(
  transaction: z.output<typeof transactionPayload>,
  context: MapContext,
): Observation[] {
  const value: Payment = {
    id: transaction.id,
    kind: toKind(transaction.kind),
    platformKind: orAbsent(transaction.kind),
    status: toPaymentState(transaction.status),
    platformStatus: orAbsent(transaction.status),
    amount: transactionMoney(transaction),
    gateway: orNull(transaction.gateway),
    parentId: transaction.parent_id,
    createdAt: toTimestamp(transaction.created_at),
    processedAt: toTimestamp(transaction.processed_at),
    errorCode: orNull(transaction.error_code),
    test: transaction.test,
  };
  const version = versionOf(context, transaction.processed_at, transaction.created_at);
  const news = ["payment_failed"];
  return [
    patched("order", { id: transaction.order_id, path: "payments", key: value.id, version, value, news }),
  ];
}

/**
 * The amount in the currency of the transaction, which is what the buyer paid in, not the shop's:
 * https://github.com/useairfoil/typescript-sdk connectors/producer-shopify/test/refund-fixtures.ts (CAD in an INR shop).
 * Test bodies have null there, so what surrounds the transaction may tell the currency.
 */
export function transactionMoney(transaction: Transaction, known?: string): Money | undefined {
  const currency =
    currencyOf(transaction.currency) ??
    setCurrency(transaction.total_unsettled_set, "presentment_money") ??
    known;
  return toMoney(transaction.amount, currency);
}

/**
 * The money that refund transactions moved: only successful ones count, none at all make zero.
 * Undefined when the body does not list transactions or when an amount has no currency.
 */
export function refundedMoney(list: Transactions, known: string | undefined): Money | undefined {
  const moved = list?.filter(({ kind, status }) => kind === "refund" && status === "success");
  return sumOrZero(
    moved?.map((transaction) => transactionMoney(transaction, known)),
    known,
  );
}

export function toPaymentState(status: string | null | undefined): Payment["status"] {
  switch (status) {
    case "success":
      return "succeeded";
    case "failure":
    case "error":
      return "failed";
    case "pending":
    case "awaiting_response":
      return "pending";
    default:
      return "unknown";
  }
}

function toKind(kind: string | null | undefined): Payment["kind"] {
  switch (kind) {
    case "authorization":
    case "sale":
    case "capture":
    case "void":
    case "refund":
      return kind;
    case "emv_authorization":
      return "authorization";
    default:
      return "other";
  }
}
