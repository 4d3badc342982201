/** Checkout sessions: https://docs.stripe.com/api/checkout/sessions/object */
import { z } from "zod";
import type { Checkout } from "../../canonical/cart.ts";
import type { LineItem, Order } from "../../canonical/order.ts";
import { fromTable, momentOfSeconds, orAbsent, orNull, pickExtra, raw } from "../../fields.ts";
import { amount, count, flag, id, text } from "../../payload.ts";
import { contact, toAddress } from "./address.ts";
import { expandable, toStripeMoney } from "./event.ts";
import { type Intent, moneyMoved, testFlag, toPaymentStatus } from "./intent.ts";

const extraShape = {
  client_reference_id: raw,
  metadata: raw,
  mode: raw,
  payment_link: raw,
  custom_fields: raw,
  consent: raw,
};

const part = <S extends z.ZodType>(schema: S) => schema.nullish().catch(undefined);

export const session = z.object({
  ...extraShape,
  id,
  created: count,
  livemode: flag,
  currency: text,
  amount_subtotal: amount,
  amount_total: amount,
  total_details: part(z.object({ amount_discount: amount, amount_shipping: amount, amount_tax: amount })),
  payment_status: text,
  status: text,
  payment_intent: expandable,
  subscription: expandable,
  invoice: expandable,
  customer: expandable,
  customer_email: text,
  customer_details: contact,
  shipping_details: contact,
  // Where newer versions of the API keep the shipping address.
  collected_information: part(z.object({ shipping_details: contact })),
  locale: text,
  after_expiration: part(z.object({ recovery: part(z.object({ url: text })) })),
});
export type Session = z.output<typeof session>;

export const lines = z.array(
  z.object({
    data: z.array(
      z.object({
        id,
        description: text,
        quantity: count,
        currency: text,
        amount_total: amount,
        amount_discount: amount,
        amount_tax: amount,
        price: part(z.object({ id, product: expandable, unit_amount: amount, unit_amount_decimal: amount })),
      }),
    ),
  }),
);
export type Lines = z.output<typeof lines>;

const STATUSES = { open: "pending", complete: "open", expired: "cancelled" } as const;
const PAYMENTS = { paid: "paid", no_payment_required: "paid", unpaid: "pending" } as const;

/** The order has the id of the payment intent, which every later event names; without one, that of the session. */
export function orderIdOf(told: Session): string {
  return told.payment_intent ?? told.id;
}

/** `unpaid` is a delayed method: `hasFailed` when the money will not come. */
export function toSessionOrder(
  told: Session,
  more: { readonly lines?: Lines; readonly intent?: Intent | undefined; readonly hasFailed?: boolean } = {},
): Order {
  const known = fromTable(PAYMENTS, told.payment_status);
  return {
    ...whatWasBought(told),
    id: orderIdOf(told),
    number: orAbsent(told.client_reference_id ? String(told.client_reference_id) : undefined),
    placedAt: momentOfSeconds(told.created),
    status: more.intent?.status === "canceled" ? "cancelled" : fromTable(STATUSES, told.status),
    platformStatus: orNull(told.status),
    paymentStatus: more.intent ? toPaymentStatus(more.intent) : more.hasFailed ? "failed" : known,
    platformPaymentStatus: orNull(told.payment_status),
    totals: { ...whatWasBought(told).totals, ...(more.intent ? moneyMoved(more.intent) : {}) },
    ...(more.lines === undefined ? {} : { lineItems: toLineItems(more.lines) }),
    test: testFlag(told.livemode),
    extra: {
      ...pickExtra(extraShape, told),
      checkout_session: told.id,
      ...(told.subscription ? { subscription: told.subscription } : {}),
      ...(told.invoice ? { invoice: told.invoice } : {}),
    },
  };
}

/** A session that ran out: nothing was bought. */
export function toCheckout(told: Session, closedAt: string): Checkout {
  return {
    ...whatWasBought(told),
    id: told.id,
    createdAt: momentOfSeconds(told.created),
    closedAt,
    recoveryUrl: orNull(told.after_expiration?.recovery?.url),
    extra: pickExtra(extraShape, told),
  };
}

function whatWasBought(told: Session) {
  const { currency, customer_details: details } = told;
  const money = (units: string | null | undefined) => toStripeMoney(units, currency);
  const email = orNull(details?.email ?? told.customer_email);
  return {
    currency: money("0")?.currency,
    totals: {
      subtotal: money(told.amount_subtotal),
      discount: money(told.total_details?.amount_discount),
      shipping: money(told.total_details?.amount_shipping),
      tax: money(told.total_details?.amount_tax),
      total: money(told.amount_total),
    },
    customer: told.customer || email ? { id: told.customer, email } : undefined,
    email,
    phone: orNull(details?.phone),
    billingAddress: toAddress(details),
    shippingAddress: toAddress(told.collected_information?.shipping_details ?? told.shipping_details),
    locale: orNull(told.locale),
  } satisfies Partial<Order>;
}

function toLineItems(pages: Lines): LineItem[] {
  return pages
    .flatMap(({ data }) => data)
    .map((line) => ({
      id: line.id,
      productId: line.price?.product,
      variantId: line.price?.id,
      title: orAbsent(line.description),
      quantity: line.quantity ?? 0,
      unitPrice: toStripeMoney(line.price?.unit_amount_decimal ?? line.price?.unit_amount, line.currency),
      discount: toStripeMoney(line.amount_discount, line.currency),
      tax: toStripeMoney(line.amount_tax, line.currency),
      total: toStripeMoney(line.amount_total, line.currency),
    }));
}
