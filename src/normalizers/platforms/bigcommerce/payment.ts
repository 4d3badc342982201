import { z } from "zod";
import { toMoney } from "../../canonical/money.ts";
import type { Order, Payment } from "../../canonical/order.ts";
import { currencyOf, orAbsent, orNull } from "../../fields.ts";
import { amount, flag, id, idOrNone, text } from "../../payload.ts";
import { momentOf } from "./values.ts";

const transaction = z.object({
  id,
  event: text,
  status: text,
  amount,
  currency: text,
  gateway: text,
  method: text,
  test: flag,
  date_created: text,
  reference_transaction_id: idOrNone,
});

/** `GET /v3/orders/{id}/transactions`, null (204) without any: https://developer.bigcommerce.com/docs/rest-management/orders/transactions */
export const transactionsAnswer = z
  .object({ data: z.array(transaction) })
  .nullable()
  .transform((answer) => answer?.data ?? []);

const KINDS: Readonly<Record<string, Payment["kind"]>> = {
  purchase: "sale",
  authorization: "authorization",
  capture: "capture",
  void: "void",
  refund: "refund",
  pending: "other",
  settled: "other",
};
const STATUSES: Readonly<Record<string, Payment["status"]>> = {
  ok: "succeeded",
  error: "failed",
};

export function toPayments(
  transactions: z.output<typeof transactionsAnswer>,
  currency: string | undefined,
): Order["payments"] {
  return transactions.map((each) => ({
    id: each.id,
    kind: kindOf(each.event ?? ""),
    platformKind: orAbsent(each.event),
    status: Object.hasOwn(STATUSES, each.status ?? "")
      ? (STATUSES[each.status ?? ""] ?? "unknown")
      : "unknown",
    platformStatus: orAbsent(each.status),
    amount: toMoney(each.amount, currencyOf(each.currency) ?? currency),
    gateway: orNull(each.gateway),
    parentId: each.reference_transaction_id,
    createdAt: momentOf(each.date_created),
    test: each.test,
  }));
}

/** A word that is not listed is some other kind; it stands beside. */
export function kindOf(event: string): Payment["kind"] {
  return Object.hasOwn(KINDS, event) ? (KINDS[event] ?? "other") : "other";
}
