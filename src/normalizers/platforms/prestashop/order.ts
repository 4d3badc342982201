/** An order of the Webservice and what the webhook knows of its state -> the canonical order. */
import { compareDecimals, toMoney } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import { toAddress } from "./address.ts";
import { type OrderState, toCurrency } from "./envelope.ts";
import type { OrderAnswers } from "./order-answers.ts";
import { toLineItems } from "./order-lines.ts";
import { type Frame, isShipment, toFulfillment, toPayment, toRefund } from "./order-parts.ts";
import { toDiscounts, toFeeLines, toShippingLines, toTotals } from "./order-totals.ts";
import { sumOf, toFulfillmentStatus, toPaymentStatus, toStatus } from "./order-status.ts";
import { blankToNull, toExtra, toMoment, toText } from "./webservice.ts";

/** States of the order that the webhook tells, with their roles, which the Webservice does not have. */
export type KnownStates = readonly (OrderState | null | undefined)[];

export function frameOf({ order, currency }: OrderAnswers, shop: Frame["shop"]): Frame {
  return { shop, currency: toCurrency(currency?.iso_code), orderId: order.id };
}

export function toOrder(answers: OrderAnswers, known: KnownStates, frame: Frame, readAt: string): Order {
  const { order } = answers;
  const { shop, currency } = frame;
  const state = stateOf(answers, known, frame);
  const passed = passedAt(answers, frame);
  const refunds = answers.slips.map((row) => toRefund(row, frame));
  const refunded = sumOf(refunds.map(({ amount }) => amount?.amount));
  const payments = answers.payments.map((row) => toPayment(row, order, frame));
  const isWhole = payments.every(({ amount }) => amount !== undefined);
  const paid = isWhole ? sumOf(payments.map(({ amount }) => amount?.amount)) : undefined;
  const total = order.total_paid_tax_incl ?? undefined;
  const lineItems = toLineItems(answers, frame);
  const addresses = toAddresses(answers, frame);
  const fulfillmentStatus = toFulfillmentStatus(state, passed.shippedAt !== undefined);
  const shipping = {
    carriers: answers.carriers,
    fulfillmentStatus,
    platformStatus: state.word,
    destination: addresses.shippingAddress,
    lineItems,
  };
  return {
    id: order.id,
    number: blankToNull(order.reference) ?? undefined,
    placedAt: toMoment(order.date_add, shop),
    updatedAt: toMoment(order.date_upd, shop, readAt),
    paidAt: passed.paidAt,
    completedAt: passed.shippedAt,
    cancelledAt: state.role === "canceled" ? passed.currentAt : undefined,
    status: toStatus(state),
    platformStatus: state.word,
    paymentStatus: toPaymentStatus({ state, wasPaid: passed.paidAt !== undefined, total, paid, refunded }),
    fulfillmentStatus,
    currency,
    totals: toTotals(answers, { paid, refunds, currency }),
    taxesIncluded: true,
    lineItems,
    shippingLines: toShippingLines(answers, currency),
    feeLines: toFeeLines(answers, currency),
    discounts: toDiscounts(answers, currency),
    ...toPerson(answers),
    ...addresses,
    phone: addresses.billingAddress?.phone ?? addresses.shippingAddress?.phone,
    note: blankToNull(order.note),
    paymentMethods: [order.payment, order.module].flatMap((word) => blankToNull(word) ?? []).slice(0, 1),
    fulfillments: answers.shipments
      .filter((row) => isShipment(row, shipping))
      .map((row) => {
        const { id, status, createdAt, tracking, platformStatus } = toFulfillment(row, shipping, frame);
        return { id, status, platformStatus, createdAt, tracking };
      }),
    refunds: refunds.map(({ id, createdAt, amount }) => ({ id, createdAt, amount })),
    payments,
    extra: toOrderExtra(answers, state, frame),
  };
}

export interface State {
  readonly id: string | null | undefined;
  readonly word: string | undefined;
  readonly role: string | null | undefined;
  readonly paid: boolean | undefined;
  readonly shipped: boolean | undefined;
  readonly delivery: boolean | undefined;
}

/** The order's state: flags as they are now, role as the webhook tells it. */
export function stateOf({ order, orderStates }: OrderAnswers, known: KnownStates, { shop }: Frame): State {
  const id = order.current_state;
  const told = known.find((state) => state?.id === id);
  const read = orderStates.find((state) => state.id === id);
  return {
    id,
    word: told?.name ?? toText(read?.name, shop) ?? id ?? undefined,
    role: told?.role ?? (id != null && Object.hasOwn(shop.stateRoles, id) ? shop.stateRoles[id] : undefined),
    paid: read?.paid ?? told?.paid,
    shipped: read?.shipped ?? told?.shipped,
    delivery: read?.delivery ?? told?.delivery,
  };
}

/** When the order's history first had a state with these flags, and when it came to the state it is in. */
function passedAt({ order, histories, orderStates }: OrderAnswers, { shop }: Frame) {
  const rows = [...histories].sort((a, b) => compareDecimals(toNumber(a.id), toNumber(b.id)));
  const momentOf = (fits: (stateId: string | null | undefined) => boolean) =>
    toMoment(rows.find((row) => fits(row.id_order_state))?.date_add, shop);
  const having = (flag: "paid" | "shipped") => (stateId: string | null | undefined) =>
    orderStates.some((state) => state.id === stateId && state[flag] === true);
  return {
    paidAt: momentOf(having("paid")),
    shippedAt: momentOf(having("shipped")),
    currentAt: toMoment(rows.findLast((row) => row.id_order_state === order.current_state)?.date_add, shop),
  };
}

/** History ids count up; one that is no number comes first. */
function toNumber(id: string): string {
  return /^\d{1,18}$/.test(id) ? id : "0";
}

function toPerson({ order, customer }: OrderAnswers): Pick<Order, "customer" | "email"> {
  const email = blankToNull(customer?.email);
  const names = {
    email,
    firstName: blankToNull(customer?.firstname),
    lastName: blankToNull(customer?.lastname),
  };
  if (customer?.is_guest !== true) return { email, customer: { id: order.id_customer, ...names } };
  // A guest is a customer of PrestaShop too, a new one for each order.
  return { email, customer: { id: null, ...names, extra: toExtra({ guestCustomerId: order.id_customer }) } };
}

function toAddresses(
  answers: OrderAnswers,
  { shop }: Frame,
): Pick<Order, "billingAddress" | "shippingAddress"> {
  const { deliveryAddress, invoiceAddress, order } = answers;
  const billing = order.id_address_invoice === order.id_address_delivery ? deliveryAddress : invoiceAddress;
  return {
    billingAddress: billing && toAddress(billing, answers, shop),
    shippingAddress: deliveryAddress && toAddress(deliveryAddress, answers, shop),
  };
}

function toOrderExtra(
  { order, payments }: OrderAnswers,
  state: State,
  { shop, currency }: Frame,
): Order["extra"] {
  return toExtra({
    orderState: toExtra({
      id: state.id,
      role: state.role,
      paid: state.paid,
      shipped: state.shipped,
      delivery: state.delivery,
    }),
    valid: order.valid,
    paymentModule: order.module,
    transactionIds: payments.flatMap((row) => blankToNull(row.transaction_id) ?? []),
    cartId: order.id_cart,
    shopId: order.id_shop,
    shopGroupId: order.id_shop_group,
    languageId: order.id_lang,
    invoiceNumber: order.invoice_number === "0" ? undefined : order.invoice_number,
    invoiceDate: toMoment(order.invoice_date, shop),
    deliveryNumber: order.delivery_number === "0" ? undefined : order.delivery_number,
    deliveryDate: toMoment(order.delivery_date, shop),
    conversionRate: order.conversion_rate,
    subtotalTaxExcluded: toMoney(order.total_products, currency),
    discountTaxExcluded: toMoney(order.total_discounts_tax_excl, currency),
    shippingTaxExcluded: toMoney(order.total_shipping_tax_excl, currency),
    totalTaxExcluded: toMoney(order.total_paid_tax_excl, currency),
    gift: order.gift === true ? true : undefined,
    giftMessage: blankToNull(order.gift_message),
  });
}
