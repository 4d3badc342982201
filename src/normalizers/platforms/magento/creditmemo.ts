import { z } from "zod";
import { negateMoney, toMoney } from "../../canonical/money.ts";
import type { Money } from "../../canonical/scalars.ts";
import type { Refund } from "../../canonical/shipping.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { amount, id, idOrNone, listOf, requiredCount, text } from "../../payload.ts";
import { type Observation, observed, patched } from "../../platform.ts";
import {
  blankToNull,
  bornAt,
  looseAmount,
  looseId,
  type Seen,
  stamps,
  stampsOf,
  toAmounts,
  toCurrency,
  toExtra,
  versionOf,
} from "./values.ts";

const line = z.object({
  entity_id: looseId,
  order_item_id: looseId,
  sku: text,
  name: text,
  qty: requiredCount,
  row_total: looseAmount,
  tax_amount: looseAmount,
  discount_amount: looseAmount,
});

export const creditmemoPayload = z.object({
  entity_id: id,
  increment_id: text,
  order_id: id,
  state: text,
  ...stamps,
  grand_total: amount,
  subtotal: looseAmount,
  tax_amount: looseAmount,
  discount_amount: looseAmount,
  shipping_amount: looseAmount,
  adjustment_positive: looseAmount,
  adjustment_negative: looseAmount,
  order_currency_code: text,
  invoice_id: looseId,
  transaction_id: idOrNone,
  items: listOf(line),
});
export type CreditmemoPayload = z.output<typeof creditmemoPayload>;

type PaymentStatus = NonNullable<Refund["payments"]>[number]["status"];

/** Constants of magento/magento2, app/code/Magento/Sales/Model/Order/Creditmemo.php. */
const CANCELED = "3";
const STATES: Readonly<Record<string, PaymentStatus>> = {
  1: "pending",
  2: "succeeded",
  [CANCELED]: "failed",
};

export function observeCreditmemo(body: CreditmemoPayload, seen: Seen): Observation[] {
  const version = versionOf(body, seen);
  const state = toRefund(body);
  return [
    observed("refund", {
      id: body.entity_id,
      version,
      state,
      bornAt: bornAt(body),
      ...(seen.isNew === undefined ? {} : { isNew: seen.isNew }),
    }),
    patched("order", {
      id: body.order_id,
      version,
      path: "refunds",
      key: body.entity_id,
      value: { id: body.entity_id, createdAt: toTimestamp(body.created_at), amount: state.amount },
    }),
  ];
}

/** A credit memo is the refund itself, online (through the payment of `invoice_id`) or offline. */
function toRefund(body: CreditmemoPayload): Refund {
  const currency = toCurrency(body.order_currency_code);
  const total = toMoney(body.grand_total, currency);
  const status = body.state != null && Object.hasOwn(STATES, body.state) ? STATES[body.state] : undefined;
  return {
    id: body.entity_id,
    orderId: body.order_id,
    createdAt: stampsOf(body).createdAt,
    // Of one that was canceled no money went back.
    amount: body.state === CANCELED ? toMoney("0", currency) : total,
    lineItems: body.items?.map((item) => ({
      id: item.entity_id ?? undefined,
      lineItemId: item.order_item_id ?? undefined,
      sku: blankToNull(item.sku),
      title: item.name ?? undefined,
      quantity: item.qty,
      subtotal: toMoney(item.row_total, currency),
      tax: toMoney(item.tax_amount, currency),
    })),
    shipping: toMoney(body.shipping_amount, currency),
    adjustments: toAdjustments(body, currency),
    payments: [
      {
        id: blankToNull(body.transaction_id) ?? undefined,
        status: status ?? "unknown",
        amount: total,
        parentId: body.invoice_id,
      },
    ],
    extra: toExtra({
      number: body.increment_id,
      state: body.state,
      ...toAmounts(
        {
          subtotal: body.subtotal,
          tax: body.tax_amount,
          discount: body.discount_amount,
          total: body.grand_total,
        },
        currency,
      ),
    }),
  };
}

/** Given on top of the goods, and kept back from them. Canonical adjustments are negative where the buyer gets money. */
function toAdjustments(
  { adjustment_positive: given, adjustment_negative: kept }: CreditmemoPayload,
  currency: string | undefined,
): Refund["adjustments"] {
  const listed = (kind: string, money: Money | undefined) =>
    money === undefined || !/[1-9]/.test(money.amount) ? [] : [{ kind, amount: money }];
  const back = toMoney(given, currency);
  return [
    ...listed("adjustment_refund", back && negateMoney(back)),
    ...listed("adjustment_fee", toMoney(kept, currency)),
  ];
}
