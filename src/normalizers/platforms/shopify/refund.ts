/** `refunds/create`, and the refunds embedded in orders. */
import { z } from "zod";
import { negateMoney } from "../../canonical/money.ts";
import type { Money } from "../../canonical/scalars.ts";
import type { Refund } from "../../canonical/shipping.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { amount, count, flag, id, idOrNone, listOf, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { identified, idOrGid } from "./gid.ts";
import { currencyOf, moneySet, setCurrency, shopMoney } from "./money-set.ts";
import { sumOrZero } from "./tax-line.ts";
import { orAbsent, orNull, raw, toExtra, versionOf } from "./text.ts";
import { refundedMoney, toPaymentState, transactionMoney, transactions } from "./transaction.ts";

const extraShape = { user_id: raw, duties: raw, total_duties_set: raw, additional_fees: raw, return: raw };

const refundShape = {
  created_at: text,
  note: text,
  transactions,
  refund_line_items: listOf(
    z.object({
      id: idOrNone,
      line_item_id: idOrNone,
      quantity: count,
      restock_type: text,
      location_id: idOrNone,
      subtotal: amount,
      subtotal_set: moneySet,
      total_tax: amount,
      total_tax_set: moneySet,
      line_item: identified(z.object({ id: idOrNone, sku: text, title: text })).nullish(),
    }),
  ),
};
const embedded = z.object({ ...refundShape, id: idOrNone });
export const embeddedRefunds = listOf(identified(embedded));
export type EmbeddedRefund = z.output<typeof embedded>;

const refundObject = z.object({
  ...extraShape,
  ...refundShape,
  id,
  order_id: idOrGid,
  processed_at: text,
  restock: flag,
  refund_shipping_lines: listOf(z.object({ subtotal_amount_set: moneySet })),
  order_adjustments: listOf(
    z.object({
      id: idOrNone,
      kind: text,
      reason: text,
      amount,
      amount_set: moneySet,
      tax_amount: amount,
      tax_amount_set: moneySet,
    }),
  ),
});
export const refundPayload = identified(refundObject);
type RefundPayload = z.output<typeof refundObject>;

/** The order is not touched: `orders/updated` fires beside this and carries its new financial status. */
export function observeRefund(payload: RefundPayload, context: MapContext): Observation[] {
  return [
    observed("refund", {
      id: payload.id,
      version: versionOf(context, payload.processed_at, payload.created_at),
      state: toRefund(payload, currencyOf(context.options.currency)),
      bornAt: toTimestamp(payload.created_at),
      isNew: true,
    }),
  ];
}

/** The money that went back is what the transactions say, in the buyer's currency; the lines are in the shop's. */
function toRefund(payload: RefundPayload, shopOption: string | undefined): Refund {
  const { shop = shopOption, presentment } = currenciesOf(payload);
  return {
    id: payload.id,
    orderId: payload.order_id,
    createdAt: toTimestamp(payload.created_at),
    processedAt: toTimestamp(payload.processed_at),
    amount: refundedMoney(payload.transactions, presentment ?? shop),
    reason: orNull(payload.note),
    restock: payload.restock,
    lineItems: toLines(payload, shop),
    shipping: toShipping(payload, shop),
    adjustments: toAdjustments(payload, shop),
    payments: payload.transactions?.map((transaction) => ({
      id: transaction.id ?? undefined,
      status: toPaymentState(transaction.status),
      amount: transactionMoney(transaction, presentment ?? shop),
      gateway: orNull(transaction.gateway),
      parentId: transaction.parent_id,
    })),
    extra: toExtra(extraShape, payload),
  };
}

/** A line that names its item only inside the embedded copy of it still counts for that item. */
export function refundedLineId(
  line: NonNullable<EmbeddedRefund["refund_line_items"]>[number],
): string | undefined {
  return line.line_item_id ?? line.line_item?.id ?? undefined;
}

function toLines(payload: RefundPayload, shop: string | undefined): Refund["lineItems"] {
  return payload.refund_line_items?.flatMap((line) => {
    const { quantity } = line;
    if (typeof quantity !== "number") return [];
    return [
      {
        id: line.id ?? undefined,
        lineItemId: refundedLineId(line),
        sku: orNull(line.line_item?.sku),
        title: orAbsent(line.line_item?.title),
        quantity,
        restockType: orAbsent(line.restock_type),
        locationId: line.location_id,
        subtotal: shopMoney(line.subtotal, line.subtotal_set, shop),
        tax: shopMoney(line.total_tax, line.total_tax_set, shop),
      },
    ];
  });
}

/** Where a body has no `refund_shipping_lines`, the adjustment of that kind says it, as a negative amount. */
function toShipping(payload: RefundPayload, shop: string | undefined): Money | undefined {
  if (payload.refund_shipping_lines !== undefined) {
    return sumOrZero(
      payload.refund_shipping_lines.map((line) => shopMoney(undefined, line.subtotal_amount_set, shop)),
      shop,
    );
  }
  const adjusted = payload.order_adjustments
    ?.filter(({ kind }) => kind === "shipping_refund")
    .map((adjustment) => shopMoney(adjustment.amount, adjustment.amount_set, shop));
  const sum = sumOrZero(adjusted, shop);
  return sum && negateMoney(sum);
}

function toAdjustments(payload: RefundPayload, shop: string | undefined): Refund["adjustments"] {
  return payload.order_adjustments?.map((adjustment) => ({
    id: adjustment.id ?? undefined,
    kind: orAbsent(adjustment.kind),
    reason: orNull(adjustment.reason),
    amount: shopMoney(adjustment.amount, adjustment.amount_set, shop),
    tax: shopMoney(adjustment.tax_amount, adjustment.tax_amount_set, shop),
  }));
}

/** A refund names no currency of its own: the sets of its parts do, in old bodies only the transactions. */
function currenciesOf(payload: RefundPayload): { shop?: string; presentment?: string } {
  const sets = [
    ...(payload.refund_line_items ?? []).map((line) => line.subtotal_set),
    ...(payload.refund_shipping_lines ?? []).map((line) => line.subtotal_amount_set),
    ...(payload.order_adjustments ?? []).map((adjustment) => adjustment.amount_set),
  ];
  const paidIn = payload.transactions?.map(({ currency }) => currencyOf(currency)).find(Boolean);
  const presentment = sets.map((set) => setCurrency(set, "presentment_money")).find(Boolean) ?? paidIn;
  const shop = sets.map((set) => setCurrency(set)).find(Boolean) ?? paidIn;
  return { ...(shop ? { shop } : {}), ...(presentment ? { presentment } : {}) };
}
