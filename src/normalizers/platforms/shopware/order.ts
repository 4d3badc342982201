import { addDecimals, negateMoney, sumMoney } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import { currencyOf, orAbsent, orNull } from "../../fields.ts";
import { toAddress } from "./address.ts";
import type { OrderPayload } from "./order-payload.ts";
import {
  isShipment,
  methodOf,
  realDeliveries,
  refundsOf,
  toFulfillment,
  toLineItem,
  toPayment,
  toRefund,
  toShippingLines,
} from "./order-parts.ts";
import { currentTransaction, toFulfillmentStatus, toPaymentStatus, toStatus } from "./order-status.ts";
import { latest, moment, money, taxesOf, toExtra } from "./values.ts";

export function toOrder(order: OrderPayload): Order {
  const currency = currencyOf(order.currency?.isoCode);
  const word = order.stateMachineState?.technicalName;
  const transactions = newestFirst(order);
  const current = currentTransaction(transactions);
  const deliveries = realDeliveries(order);
  const deliveryWords = deliveries?.map(({ stateMachineState }) => stateMachineState?.technicalName);
  const refunds = refundsOf(order).map((refund) => toRefund(refund, order.id, currency));
  const customer = order.orderCustomer;
  const destination = deliveries?.find(
    ({ shippingOrderAddress }) => shippingOrderAddress != null,
  )?.shippingOrderAddress;
  const methods = transactions.flatMap(({ payload }) => methodOf(payload.paymentMethod) ?? []);
  return {
    id: order.id,
    number: orAbsent(order.orderNumber),
    placedAt: moment(order.orderDateTime) ?? moment(order.createdAt),
    updatedAt: moment(order.updatedAt),
    status: toStatus(word),
    platformStatus: word,
    paymentStatus: toPaymentStatus(current?.state),
    platformPaymentStatus: current?.state,
    fulfillmentStatus: deliveryWords && toFulfillmentStatus(deliveryWords, word),
    platformFulfillmentStatus: deliveryWords && (deliveryWords[0] ?? null),
    currency,
    totals: toTotals(order, refunds, currency),
    taxesIncluded: order.taxStatus == null ? undefined : order.taxStatus === "gross",
    taxExempt: order.taxStatus == null ? undefined : order.taxStatus === "tax-free",
    taxLines: taxesOf(order.price)?.map(({ tax, rate }) => ({ rate, amount: money(tax, currency) })),
    lineItems: order.lineItems?.map((line) => toLineItem(line, currency)),
    shippingLines: toShippingLines(order, currency),
    discounts: toDiscounts(order, currency),
    customer: customer && {
      id: customer.customerId,
      email: orNull(customer.email),
      firstName: orNull(customer.firstName),
      lastName: orNull(customer.lastName),
      extra: toExtra({ customerNumber: customer.customerNumber, company: customer.company }),
    },
    billingAddress: order.billingAddress ? toAddress(order.billingAddress) : undefined,
    shippingAddress: destination ? toAddress(destination) : undefined,
    email: orNull(customer?.email),
    phone: orNull(order.billingAddress?.phoneNumber),
    note: orNull(order.customerComment),
    channel: orNull(order.salesChannelId),
    paymentMethods: order.transactions && [...new Set(methods)],
    fulfillments: deliveries?.filter(isShipment).map((delivery) => {
      const { id, status, platformStatus, createdAt, tracking } = toFulfillment(delivery, order);
      return { id, status, platformStatus, createdAt, tracking };
    }),
    // Business events leave refunds out where there are none, and reads do not.
    refunds:
      refunds.length === 0
        ? undefined
        : refunds.map(({ id, createdAt, amount, reason }) => ({ id, createdAt, amount, reason })),
    payments: order.transactions?.map((transaction) => toPayment(transaction, currency)),
    extra: toExtra({
      taxStatus: order.taxStatus,
      amountNet: money(order.amountNet, currency),
      currencyFactor: order.currencyFactor,
      languageId: order.languageId,
      affiliateCode: order.affiliateCode,
      campaignCode: order.campaignCode,
    }),
  };
}

/** The change time of an order and of all its parts: a paid transaction does not touch the order's own. */
export function versionOfOrder(order: OrderPayload): string | undefined {
  const { transactions = [], deliveries = [], lineItems = [] } = order;
  const refunds = transactions.flatMap(({ captures = [] }) =>
    captures.flatMap((capture) => capture.refunds ?? []),
  );
  const parts = [order, ...transactions, ...deliveries, ...lineItems, ...refunds];
  return latest(parts.flatMap(({ createdAt, updatedAt }) => [createdAt, updatedAt]));
}

function newestFirst({ transactions = [] }: OrderPayload) {
  return transactions
    .map((payload, at) => ({
      payload,
      at,
      state: payload.stateMachineState?.technicalName,
      made: latest([payload.createdAt]) ?? "",
    }))
    .sort((a, b) => (a.made === b.made ? b.at - a.at : a.made < b.made ? 1 : -1));
}

function toTotals(
  order: OrderPayload,
  refunds: Order["refunds"],
  currency: string | undefined,
): Order["totals"] {
  const { amountTotal: total, amountNet: net } = order;
  const given = (refunds ?? []).flatMap(({ amount }) => amount ?? []);
  const isWholeGiven = given.length === (refunds ?? []).length && given.length > 0;
  const discounts = (toDiscounts(order, currency) ?? []).flatMap(({ amount }) => amount ?? []);
  return {
    subtotal: money(order.positionPrice, currency),
    discount: discounts.length === 0 ? order.lineItems && money("0", currency) : sumMoney(discounts),
    shipping: money(order.shippingTotal, currency),
    tax:
      total == null || net == null
        ? undefined
        : money(addDecimals(total, net.startsWith("-") ? net.slice(1) : `-${net}`), currency),
    total: money(total, currency),
    refunded: isWholeGiven ? sumMoney(given) : undefined,
  };
}

/** Promotions; their lines carry the same amounts. */
function toDiscounts({ lineItems }: OrderPayload, currency: string | undefined): Order["discounts"] {
  return lineItems
    ?.filter(({ type }) => type === "promotion")
    .map(({ label, payload, totalPrice }) => {
      const total = money(totalPrice, currency);
      return { title: orAbsent(label), code: orAbsent(payload?.code), amount: total && negateMoney(total) };
    });
}
