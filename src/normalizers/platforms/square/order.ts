/** The answer of `GET /v2/orders/{id}` with its payments: https://developer.squareup.com/reference/square/objects/Order */
import { z } from "zod";
import { subtractMoney, sumMoney } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import type { Money } from "../../canonical/scalars.ts";
import { toTimestamp, toVersion } from "../../canonical/time.ts";
import { momentOrNull, orNull, pickExtra, raw } from "../../fields.ts";
import { id, idOrNone, listOf, text } from "../../payload.ts";
import { type Observation, observed } from "../../platform.ts";
import { toDestination } from "./address.ts";
import { detailsOf, observeFulfillments } from "./fulfillment.ts";
import { money, toSquareMoney } from "./money.ts";
import {
  discountPart,
  fulfilledOf,
  fulfillmentPart,
  linePayload,
  taxPart,
  toDiscounts,
  toLineItem,
  toTaxLines,
} from "./order-lines.ts";
import { toFulfillmentStatus, toOrderStatus, toPaymentStatus } from "./order-status.ts";
import { type PaymentPayload, toPaid } from "./payment.ts";

const extraShape = { reference_id: raw, ticket_name: raw, metadata: raw, rewards: raw, returns: raw };

const orderObject = z.object({
  ...extraShape,
  id,
  location_id: idOrNone,
  state: text,
  version: raw,
  created_at: text,
  updated_at: text,
  closed_at: text,
  customer_id: idOrNone,
  source: z.object({ name: text }).nullish().catch(undefined),
  line_items: listOf(linePayload),
  taxes: listOf(taxPart),
  discounts: listOf(discountPart),
  service_charges: listOf(z.object({ uid: idOrNone, name: text, total_money: money, amount_money: money })),
  fulfillments: listOf(fulfillmentPart),
  tenders: listOf(z.object({ id: idOrNone, payment_id: idOrNone, amount_money: money })),
  total_money: money,
  total_tax_money: money,
  total_discount_money: money,
  total_tip_money: money,
  total_service_charge_money: money,
  net_amount_due_money: money,
});
export const orderAnswer = z.object({ order: orderObject });
type OrderPayload = z.output<typeof orderObject>;

/** An order changes with its payments too, which its own change time need not tell. */
export function observeOrder(
  { order }: z.output<typeof orderAnswer>,
  payments: readonly PaymentPayload[],
  about: { readonly readAt: string; readonly isNew: boolean },
): Observation[] {
  const moments = [order, ...payments].map(({ updated_at }) => toVersion(updated_at) ?? "").sort();
  const version = moments.at(-1) || (toVersion(about.readAt) ?? about.readAt);
  const createdAt = toTimestamp(order.created_at);
  return [
    observed("order", {
      id: order.id,
      version,
      state: toOrder(order, payments),
      bornAt: createdAt,
      isNew: about.isNew,
    }),
    ...observeFulfillments(order.fulfillments ?? [], {
      orderId: order.id,
      version,
      createdAt,
      locationId: order.location_id,
      lines: order.line_items ?? [],
    }),
  ];
}

function toOrder(order: OrderPayload, payments: readonly PaymentPayload[]): Order {
  const recipient = order.fulfillments?.map((part) => detailsOf(part)?.recipient).find(Boolean);
  return {
    id: order.id,
    ...whatHappened(order, payments),
    currency: toSquareMoney(order.total_money)?.currency,
    totals: toTotals(order, payments),
    taxLines: toTaxLines(order.taxes),
    lineItems: order.line_items?.map((line) =>
      toLineItem(line, order.fulfillments && fulfilledOf(line, order.fulfillments)),
    ),
    feeLines: order.service_charges?.flatMap(({ uid, name, total_money, amount_money }) => {
      const amount = toSquareMoney(total_money ?? amount_money);
      return amount ? [{ id: uid ?? undefined, title: name ?? undefined, amount }] : [];
    }),
    discounts: toDiscounts(order.discounts),
    customer: order.customer_id ? { id: order.customer_id } : undefined,
    shippingAddress: toDestination(recipient),
    email: orNull(recipient?.email_address),
    phone: orNull(recipient?.phone_number),
    channel: orNull(order.source?.name),
    locationId: order.location_id,
    extra: pickExtra(extraShape, order),
  };
}

function whatHappened(order: OrderPayload, payments: readonly PaymentPayload[]): Partial<Order> {
  const { state, line_items: lines = [], fulfillments = [] } = order;
  const closedAt = momentOrNull(order.closed_at);
  const words = [...new Set(payments.flatMap(({ status }) => (status ? [status] : [])))].join(", ");
  return {
    placedAt: toTimestamp(order.created_at),
    updatedAt: toTimestamp(order.updated_at),
    closedAt,
    ...(state === "COMPLETED" ? { completedAt: closedAt } : {}),
    ...(state === "CANCELED" ? { cancelledAt: closedAt } : {}),
    status: toOrderStatus(state),
    platformStatus: orNull(state),
    paymentStatus: toPaymentStatus(state, order.total_money, [
      ...payments.map(toPaid),
      // A tender without a payment, such as cash at an old till, is money that was taken.
      ...(order.tenders ?? [])
        .filter(({ payment_id }) => !payment_id)
        .map(({ amount_money }) => ({ status: "COMPLETED", total: amount_money, refunded: undefined })),
    ]),
    ...(words === "" ? {} : { platformPaymentStatus: words }),
    fulfillmentStatus: toFulfillmentStatus(
      state,
      fulfillments,
      lines.map((line) => ({ ordered: line.quantity ?? 0, fulfilled: fulfilledOf(line, fulfillments) })),
    ),
  };
}

function toTotals(order: OrderPayload, payments: readonly PaymentPayload[]): Order["totals"] {
  const total = toSquareMoney(order.total_money);
  const tax = toSquareMoney(order.total_tax_money);
  const tip = toSquareMoney(order.total_tip_money);
  const fees = toSquareMoney(order.total_service_charge_money);
  const done = payments.filter(({ status }) => status === "COMPLETED");
  return {
    subtotal: less(less(less(total, tax), tip), fees),
    discount: toSquareMoney(order.total_discount_money),
    fees,
    tax,
    tip,
    total,
    outstanding: toSquareMoney(order.net_amount_due_money),
    paid: sumKnown(done.map((payment) => payment.total_money ?? payment.amount_money)),
    refunded: sumKnown(done.map(({ refunded_money }) => refunded_money)),
  };
}

function sumKnown(values: readonly z.output<typeof money>[]): Money | undefined {
  return sumMoney(values.flatMap((value) => toSquareMoney(value) ?? []));
}

function less(whole: Money | undefined, part: Money | undefined): Money | undefined {
  return whole && part ? subtractMoney(whole, part) : whole;
}
