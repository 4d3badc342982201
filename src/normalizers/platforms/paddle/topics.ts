/** Transactions and adjustments: a webhook has the ids of customer and address only, so the transaction is read. */
import { z } from "zod";
import { toTimestamp, toVersion } from "../../canonical/time.ts";
import { versionFrom } from "../../fields.ts";
import { apiPath, type Hydration, hydrated, mapAnswer } from "../../hydration.ts";
import { deleted, type MapContext, type Observation, observed, patched } from "../../platform.ts";
import { type Adjustment, adjustment, isMoneyBack, observeAdjustment } from "./adjustment.ts";
import { event } from "./event.ts";
import { type Transaction, toCart, toOrder, toPayments, transaction } from "./transaction.ts";
import { isCart } from "./transaction-status.ts";

const answer = event(transaction.extend({ adjustments: z.array(adjustment).nullish() }));

/** The webhook holds all of the transaction but who bought. */
export const transactionChanged = hydrated(event(transaction), ({ data }, context) => {
  const version = versionFrom(context, data.updated_at);
  const observations = observeTransaction(data, { version, topic: context.topic });
  return isCart(data.status, data.billed_at)
    ? { observations }
    : readTransaction(data.id, context.topic, { also: [], partial: observations });
});

export const adjustmentChanged = hydrated(event(adjustment), ({ data }, context) => {
  const observations = observeAdjustment(data, context);
  return readTransaction(data.transaction_id, context.topic, {
    also: observations,
    partial: [...observations, ...patchRefund(data, context)],
  });
});

/** https://developer.paddle.com/api-reference/transactions/get-transaction */
function readTransaction(
  id: string,
  topic: string,
  { also, partial }: { readonly also: Observation[]; readonly partial: Observation[] },
): Hydration {
  return {
    key: `transaction:${id}`,
    reads: () => [
      { name: "transaction", path: apiPath`/transactions/${id}?include=customer,address,adjustments` },
    ],
    map: (answers, readAt) =>
      mapAnswer("transaction", answers.transaction, answer, ({ data }) => {
        // An adjustment may be newer than the transaction's own change time.
        const moments = [data, ...(data.adjustments ?? [])].map(
          ({ updated_at }) => toVersion(updated_at) ?? "",
        );
        const version = moments.sort().at(-1) || (toVersion(readAt) ?? readAt);
        const adjustments = data.adjustments ?? [];
        return [...observeTransaction(data, { version, topic, adjustments }), ...also];
      }),
    partial: () => ({ ok: true, observations: partial }),
  };
}

interface Seen {
  readonly version: string;
  readonly topic: string;
  readonly adjustments?: readonly Adjustment[];
}

/** One id goes from cart to order; a cart of the web is completed when its order is billed. */
function observeTransaction(data: Transaction, { version, topic, adjustments }: Seen): Observation[] {
  const bornAt = toTimestamp(data.created_at);
  if (isCart(data.status, data.billed_at)) {
    return data.status === "canceled"
      ? [deleted("cart", data.id, version)]
      : [observed("cart", { id: data.id, version, state: toCart(data), bornAt })];
  }
  const completedAt = toTimestamp(data.billed_at);
  return [
    observed("order", {
      id: data.id,
      version,
      state: toOrder(data, adjustments),
      bornAt: completedAt ?? bornAt,
      isNew: topic === "transaction.billed",
    }),
    ...toPayments(data).map((value) =>
      patched("order", {
        id: data.id,
        path: "payments",
        key: value.id,
        version,
        value,
        news: value.status === "failed" && topic === "transaction.payment_failed" ? ["payment_failed"] : [],
      }),
    ),
    ...(data.origin === "web" && completedAt !== undefined
      ? [patched("cart", { id: data.id, version, path: "completedAt", value: completedAt })]
      : []),
  ];
}

/** Without a read, an approved refund says that money went back; a full one says that all did. */
function patchRefund(data: Adjustment, context: MapContext): Observation[] {
  if (!isMoneyBack(data)) return [];
  const value = data.type === "full" ? "refunded" : "partially_refunded";
  const version = versionFrom(context, data.updated_at, data.created_at);
  return [
    patched("order", { id: data.transaction_id, path: "paymentStatus", version, value, news: [value] }),
  ];
}
