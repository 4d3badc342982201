/**
 * Payments, refunds and chargebacks of an order. Their amounts name no currency, so the order is read for it; what is read
 * is the order's state too.
 */
import { z } from "zod";
import { negateMoney, sumMoney } from "../../canonical/money.ts";
import type { Payment } from "../../canonical/order.ts";
import type { Money } from "../../canonical/scalars.ts";
import type { Dispute, Refund } from "../../canonical/shipping.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { currencyOf, orAbsent, orNull } from "../../fields.ts";
import { count, flag, id, listOf, objectOf, text } from "../../payload.ts";
import { moneyOf, price } from "./money.ts";

const refundPayload = z.object({
  id,
  createdDate: text,
  transactions: listOf(
    z.object({
      paymentId: text,
      amount: price,
      refundStatus: text,
      gatewayRefundId: text,
      externalRefund: flag,
    }),
  ),
  details: objectOf(
    z.object({
      reason: text,
      shipping: objectOf(z.object({ amount: price })),
      items: listOf(z.object({ lineItemId: text, quantity: count })),
      lineItems: listOf(z.object({ lineItemId: text, quantity: count })),
      additionalFees: listOf(z.object({ additionalFeeId: text, amount: price })),
    }),
  ),
  summary: objectOf(z.object({ requestedRefund: price, refunded: price })),
});

const paymentPayload = z.object({
  id,
  createdDate: text,
  updatedDate: text,
  amount: price,
  status: text,
  regularPaymentDetails: objectOf(
    z.object({ status: text, paymentMethod: text, providerTransactionId: text, gatewayTransactionId: text }),
  ),
  giftcardPaymentDetails: objectOf(z.object({ status: text })),
});

const transactionsPayload = z.object({
  orderId: text,
  payments: listOf(paymentPayload),
  refunds: listOf(refundPayload),
});

const chargebackPayload = z.object({ id, createdDate: text, updatedDate: text, amount: price, status: text });

/** The body of every topic of transactions: the one thing that happened, beside all transactions of the order. */
export const transactionsBody = z
  .object({
    orderId: text,
    refund: objectOf(refundPayload),
    chargeback: objectOf(chargebackPayload),
    orderTransactions: objectOf(transactionsPayload),
  })
  .refine((body) => orderIdOf(body) !== undefined, "names no order");
export type TransactionsBody = z.output<typeof transactionsBody>;

export function orderIdOf({
  orderId,
  orderTransactions,
}: {
  orderId?: string | null | undefined;
  orderTransactions?: { orderId?: string | null | undefined } | null | undefined;
}): string | undefined {
  return orderId || orderTransactions?.orderId || undefined;
}

const PAYMENT_STATUS: Readonly<Record<string, Payment["status"]>> = {
  APPROVED: "succeeded",
  REFUNDED: "succeeded",
  PARTIALLY_REFUNDED: "succeeded",
  AUTHORIZED: "succeeded",
  VOIDED: "succeeded",
  PENDING: "pending",
  PENDING_MERCHANT: "pending",
  DECLINED: "failed",
  CANCELED: "failed",
};

const PAYMENT_KIND: Readonly<Record<string, Payment["kind"]>> = {
  AUTHORIZED: "authorization",
  VOIDED: "void",
};

/** All payments of the order. */
export function toPayments(body: TransactionsBody, code: string | undefined): Payment[] | undefined {
  const currency = currencyOf(code);
  return body.orderTransactions?.payments?.map((each) => {
    const status =
      each.status || each.regularPaymentDetails?.status || each.giftcardPaymentDetails?.status || "";
    return {
      id: each.id,
      kind: Object.hasOwn(PAYMENT_KIND, status) ? (PAYMENT_KIND[status] ?? "sale") : "sale",
      status: Object.hasOwn(PAYMENT_STATUS, status) ? (PAYMENT_STATUS[status] ?? "unknown") : "unknown",
      platformStatus: orAbsent(status),
      amount: moneyOf(each.amount, currency),
      gateway: orNull(each.regularPaymentDetails?.paymentMethod),
      createdAt: toTimestamp(each.createdDate),
    };
  });
}

const REFUND_STATUS: Readonly<Record<string, Payment["status"]>> = {
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  PENDING: "pending",
  SCHEDULED: "pending",
  STARTED: "pending",
};

export function toRefund(body: TransactionsBody, code: string | undefined): Refund | undefined {
  const { refund } = body;
  const orderId = orderIdOf(body);
  if (!refund || orderId === undefined) return undefined;
  const currency = currencyOf(code);
  const { details, transactions, summary } = refund;
  return {
    id: refund.id,
    orderId,
    createdAt: toTimestamp(refund.createdDate),
    amount: moneyOf(summary?.refunded ?? summary?.requestedRefund, currency) ?? sumOf(transactions, currency),
    reason: orNull(details?.reason),
    lineItems: (details?.lineItems ?? details?.items)?.map((line) => ({
      lineItemId: orAbsent(line.lineItemId),
      quantity: line.quantity ?? 0,
    })),
    shipping: moneyOf(details?.shipping?.amount, currency),
    adjustments: details?.additionalFees?.map((fee) => ({
      id: orAbsent(fee.additionalFeeId),
      kind: "additional_fee",
      amount: negated(moneyOf(fee.amount, currency)),
    })),
    payments: transactions?.map((each) => ({
      id: orAbsent(each.gatewayRefundId),
      status: fromWord(each.refundStatus),
      amount: moneyOf(each.amount, currency),
      parentId: orNull(each.paymentId),
    })),
  };
}

export function toDispute(body: TransactionsBody, code: string | undefined): Dispute | undefined {
  const { chargeback } = body;
  if (!chargeback) return undefined;
  return {
    id: chargeback.id,
    orderId: orderIdOf(body),
    type: "chargeback",
    status: orAbsent(chargeback.status),
    amount: moneyOf(chargeback.amount, currencyOf(code)),
    initiatedAt: toTimestamp(chargeback.createdDate),
  };
}

type Transactions = z.output<typeof refundPayload>["transactions"];

/** What went back without the sum that newer payloads tell. */
function sumOf(transactions: Transactions, currency: string | undefined): Money | undefined {
  const done = (transactions ?? []).filter(({ refundStatus }) => fromWord(refundStatus) !== "failed");
  return sumMoney(done.flatMap(({ amount }) => moneyOf(amount, currency) ?? []));
}

function fromWord(word: string | null | undefined): Payment["status"] {
  return word && Object.hasOwn(REFUND_STATUS, word) ? (REFUND_STATUS[word] ?? "unknown") : "unknown";
}

function negated(money: Money | undefined): Money | undefined {
  return money === undefined ? undefined : negateMoney(money);
}
