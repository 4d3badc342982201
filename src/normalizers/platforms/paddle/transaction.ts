/** Transactions: https://developer.paddle.com/api-reference/transactions/overview. A sale is one from cart to order. */
import { z } from "zod";
import type { Cart } from "../../canonical/cart.ts";
import { compareDecimals, subtractMoney, sumMoney } from "../../canonical/money.ts";
import type { LineItem, Order, Payment } from "../../canonical/order.ts";
import type { Money } from "../../canonical/scalars.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { orAbsent, orNull, pickExtra, raw } from "../../fields.ts";
import { amount, count, id, idOrNone, listOf, text } from "../../payload.ts";
import { type Adjustment, isMoneyBack } from "./adjustment.ts";
import { addressPart, customerPart, toAddress } from "./customer.ts";
import { toPaddleMoney } from "./event.ts";
import { meaningOf, toPaymentState } from "./transaction-status.ts";

const extraShape = {
  subscription_id: raw,
  business_id: raw,
  address_id: raw,
  discount_id: raw,
  invoice_id: raw,
  collection_mode: raw,
  billing_period: raw,
  billing_details: raw,
  checkout: raw,
  custom_data: raw,
};
const part = <S extends z.ZodType>(schema: S) => schema.nullish().catch(undefined);
const sums = { subtotal: amount, discount: amount, tax: amount, total: amount };
const totals = part(
  z.object({
    ...sums,
    grand_total: amount,
    balance: amount,
    credit: amount,
    fee: amount,
    earnings: amount,
  }),
);

export const transaction = z.object({
  ...extraShape,
  id,
  status: text,
  origin: text,
  currency_code: text,
  customer_id: idOrNone,
  invoice_number: text,
  billed_at: text,
  created_at: text,
  updated_at: text,
  details: z
    .object({
      totals,
      adjusted_totals: totals,
      line_items: listOf(
        z.object({
          id: idOrNone,
          price_id: idOrNone,
          quantity: count,
          tax_rate: amount,
          unit_totals: part(z.object(sums)),
          totals: part(z.object(sums)),
          product: part(z.object({ id: idOrNone, name: text })),
        }),
      ),
    })
    .nullish(),
  payments: listOf(
    z.object({
      payment_attempt_id: idOrNone,
      status: text,
      amount,
      error_code: text,
      method_details: part(z.object({ type: text })),
      created_at: text,
      captured_at: text,
    }),
  ),
  // Only where a read includes them.
  customer: customerPart,
  address: addressPart,
});
export type Transaction = z.output<typeof transaction>;

/** `adjustments` are known where they were read; else the adjusted totals tell that money went back. */
export function toOrder(told: Transaction, adjustments?: readonly Adjustment[]): Order {
  const meaning = meaningOf(told.status);
  const refunded = toRefunded(told, adjustments);
  const money = (units: string | null | undefined) => toPaddleMoney(units, told.currency_code);
  const paid = meaning.payment === "paid" ? money(told.details?.totals?.grand_total) : undefined;
  return {
    ...whatIsSold(told),
    id: told.id,
    number: orAbsent(told.invoice_number),
    placedAt: toTimestamp(told.billed_at) ?? toTimestamp(told.created_at),
    updatedAt: toTimestamp(told.updated_at),
    status: meaning.status,
    platformStatus: orNull(told.status),
    paymentStatus: withRefunds(meaning.payment, paid, refunded),
    platformPaymentStatus: orNull(told.payments?.[0]?.status),
    ...(told.status === "canceled"
      ? {}
      : { fulfillmentStatus: meaning.isFulfilled ? "fulfilled" : "unfulfilled" }),
    totals: {
      ...whatIsSold(told).totals,
      paid,
      refunded,
      outstanding: money(told.details?.totals?.balance),
    },
    ...whoBought(told),
    channel: orNull(told.origin),
  };
}

/** A checkout in progress. */
export function toCart(told: Transaction): Cart {
  return {
    ...whatIsSold(told),
    id: told.id,
    createdAt: toTimestamp(told.created_at),
    updatedAt: toTimestamp(told.updated_at),
  };
}

function whatIsSold(told: Transaction) {
  const { details, currency_code } = told;
  const money = (units: string | null | undefined) => toPaddleMoney(units, currency_code);
  const { totals: all } = details ?? {};
  const charges = { fee: money(all?.fee), earnings: money(all?.earnings), credit: money(all?.credit) };
  return {
    currency: money("0")?.currency,
    totals: {
      subtotal: money(all?.subtotal),
      discount: money(all?.discount),
      tax: money(all?.tax),
      total: money(all?.grand_total ?? all?.total),
    },
    lineItems: details?.line_items?.map((line) => toLineItem(line, money)),
    extra: {
      ...pickExtra(extraShape, told),
      ...(told.customer_id ? { customer_id: told.customer_id } : {}),
      ...Object.fromEntries(Object.entries(charges).filter(([, sum]) => sum !== undefined)),
    },
  } satisfies Partial<Order>;
}

type Line = NonNullable<NonNullable<NonNullable<Transaction["details"]>["line_items"]>>[number];

function toLineItem(line: Line, money: (units: string | null | undefined) => Money | undefined): LineItem {
  return {
    id: line.id ?? undefined,
    productId: line.product?.id,
    variantId: line.price_id,
    title: orAbsent(line.product?.name),
    quantity: line.quantity ?? 0,
    unitPrice: money(line.unit_totals?.subtotal),
    discount: money(line.totals?.discount),
    tax: money(line.totals?.tax),
    total: money(line.totals?.subtotal),
    taxLines: line.tax_rate ? [{ rate: line.tax_rate, amount: money(line.totals?.tax) }] : undefined,
    extra: pickTotals(line, money),
  };
}

/** Paddle's own sums of a line, tax included. */
function pickTotals(line: Line, money: (units: string | null | undefined) => Money | undefined) {
  const all = {
    total: money(line.totals?.total),
    unit_total: money(line.unit_totals?.total),
    unit_tax: money(line.unit_totals?.tax),
  };
  return Object.fromEntries(Object.entries(all).filter(([, sum]) => sum !== undefined));
}

function whoBought({ customer, customer_id, address }: Transaction): Partial<Order> {
  const email = orNull(customer?.email);
  return {
    ...(customer_id ? { customer: { id: customer_id, email } } : {}),
    ...(customer ? { email, locale: orNull(customer.locale) } : {}),
    ...(address ? { billingAddress: { ...toAddress(address), name: orNull(customer?.name) } } : {}),
  };
}

/** Told one by one beside the order, since adjustments are payments of it too. */
export function toPayments(told: Transaction): Payment[] {
  return (told.payments ?? []).flatMap((payment) =>
    payment.payment_attempt_id
      ? [
          {
            id: payment.payment_attempt_id,
            ...toPaymentState(payment.status),
            platformStatus: orAbsent(payment.status),
            amount: toPaddleMoney(payment.amount, told.currency_code),
            gateway: orNull(payment.method_details?.type),
            createdAt: toTimestamp(payment.created_at),
            processedAt: toTimestamp(payment.captured_at),
            errorCode: orNull(payment.error_code),
          },
        ]
      : [],
  );
}

function toRefunded(told: Transaction, adjustments?: readonly Adjustment[]): Money | undefined {
  const money = (units: string | null | undefined) => toPaddleMoney(units, told.currency_code);
  if (adjustments !== undefined) {
    const back = adjustments.filter(isMoneyBack).flatMap(({ totals: all }) => money(all?.total) ?? []);
    return sumMoney(back) ?? money("0");
  }
  const whole = money(told.details?.totals?.grand_total);
  const left = money(told.details?.adjusted_totals?.grand_total);
  return whole && left ? subtractMoney(whole, left) : undefined;
}

function withRefunds(
  status: NonNullable<Order["paymentStatus"]>,
  paid: Money | undefined,
  refunded: Money | undefined,
): NonNullable<Order["paymentStatus"]> {
  if (status !== "paid" || !paid || !refunded || compareDecimals(refunded.amount, "0") <= 0) return status;
  return compareDecimals(refunded.amount, paid.amount) < 0 ? "partially_refunded" : "refunded";
}
