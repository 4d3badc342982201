import { z } from "zod";
import { sumMoney, toMoney } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import type { Money } from "../../canonical/scalars.ts";
import type { Refund } from "../../canonical/shipping.ts";
import { orNull } from "../../fields.ts";
import { amount, count, flag, id, idOrNone, listOf, text } from "../../payload.ts";
import { momentOf } from "./values.ts";

const refund = z.object({
  id,
  order_id: id,
  created: text,
  reason: text,
  total_amount: amount,
  items: listOf(
    z.object({ item_type: text, item_id: idOrNone, reason: text, quantity: count, requested_amount: amount }),
  ),
  payments: listOf(
    z.object({ id: idOrNone, provider_id: text, amount, is_declined: flag, transaction_id: idOrNone }),
  ),
});
type RefundAnswer = z.output<typeof refund>;

/** `GET /v3/orders/{id}/payment_actions/refunds`: https://developer.bigcommerce.com/docs/rest-management/orders/payment-actions */
export const refundsAnswer = z
  .object({ data: z.array(refund) })
  .nullable()
  .transform((answer) => answer?.data ?? []);

export function toOrderRefunds(
  refunds: readonly RefundAnswer[],
  currency: string | undefined,
): Order["refunds"] {
  return refunds.map((each) => ({
    id: each.id,
    createdAt: momentOf(each.created),
    amount: toMoney(each.total_amount, currency),
    reason: orNull(each.reason),
  }));
}

export function toRefund(answer: RefundAnswer, currency: string | undefined): Refund {
  const items = answer.items ?? [];
  const ofType = (...types: readonly string[]) =>
    items.filter(({ item_type }) => types.includes(item_type ?? ""));
  const shipping = sumMoney(amountsOf(ofType("SHIPPING"), currency));
  return {
    id: answer.id,
    orderId: answer.order_id,
    createdAt: momentOf(answer.created),
    amount: toMoney(answer.total_amount, currency),
    reason: orNull(answer.reason),
    lineItems: ofType("PRODUCT").map((item) => ({
      lineItemId: item.item_id ?? undefined,
      quantity: item.quantity ?? 0,
      subtotal: toMoney(item.requested_amount, currency),
    })),
    shipping,
    adjustments: items
      .filter(({ item_type }) => item_type !== "PRODUCT" && item_type !== "SHIPPING")
      .map((item) => ({
        id: item.item_id ?? undefined,
        kind: item.item_type ?? undefined,
        reason: orNull(item.reason),
        amount: negative(toMoney(item.requested_amount, currency)),
      })),
    payments: answer.payments?.map((payment) => ({
      id: payment.id ?? undefined,
      // The payment request runs later; BigCommerce tells only when it was declined.
      status: payment.is_declined === true ? ("failed" as const) : ("unknown" as const),
      amount: toMoney(payment.amount, currency),
      gateway: orNull(payment.provider_id),
      parentId: orNull(payment.transaction_id),
    })),
  };
}

function amountsOf(
  items: readonly { requested_amount?: string | null | undefined }[],
  currency: string | undefined,
) {
  return items.flatMap((item) => toMoney(item.requested_amount, currency) ?? []);
}

function negative(money: Money | undefined): Money | undefined {
  if (money === undefined || money.amount.startsWith("-") || !/[1-9]/.test(money.amount)) return money;
  return { ...money, amount: `-${money.amount}` };
}
