import { z } from "zod";
import { toMoney } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import { flag, id, idOrNone, listOf, objectOf, text } from "../../payload.ts";
import { addressPayload, toAddress } from "./address.ts";
import { linesPayload, toLineItems, toWeight } from "./order-lines.ts";
import { progressOf } from "./order-progress.ts";
import { stateOf, toFulfillmentStatus, toPaymentStatus, toStatus } from "./order-status.ts";
import { toOrderExtra } from "./order-extra.ts";
import { toTotals, totalsPayload } from "./order-totals.ts";
import {
  blankToAbsent,
  blankToNull,
  looseAmount,
  looseId,
  type Seen,
  stamps,
  stampsOf,
  toCurrency,
} from "./values.ts";

const assignment = z.object({ shipping: objectOf(z.object({ address: addressPayload, method: text })) });

const order = z.object({
  entity_id: id,
  increment_id: text,
  state: text,
  status: text,
  ...stamps,
  ...totalsPayload,
  order_currency_code: text,
  base_currency_code: text,
  store_currency_code: text,
  global_currency_code: text,
  customer_id: idOrNone.catch(undefined),
  customer_is_guest: flag,
  customer_group_id: text,
  customer_email: text,
  customer_firstname: text,
  customer_lastname: text,
  customer_note: text,
  customer_taxvat: text,
  is_virtual: flag,
  store_id: looseId,
  store_name: text,
  quote_id: looseId,
  remote_ip: text,
  coupon_code: text,
  discount_description: text,
  applied_rule_ids: text,
  shipping_description: text,
  shipping_method: text,
  weight: looseAmount,
  items: linesPayload,
  billing_address: addressPayload,
  payment: objectOf(
    z.object({ method: text, last_trans_id: text, amount_ordered: looseAmount, amount_paid: looseAmount }),
  ).catch(undefined),
  extension_attributes: objectOf(
    z.object({ shipping_assignments: listOf(assignment).catch(undefined) }),
  ).catch(undefined),
});

/**
 * An order as `GET /V1/orders/<id>` answers it, or the fields of it that an event was told to carry:
 * https://developer.adobe.com/commerce/webapi/rest/tutorials/orders/order-create-order/
 */
export const orderPayload = order;
export type OrderPayload = z.output<typeof order>;

/** Whether it has what makes a state; a shorter field list gives patches only. */
export function isWholeOrder({
  increment_id,
  state,
  order_currency_code,
  grand_total,
  items,
}: OrderPayload): boolean {
  return [increment_id, state, order_currency_code, grand_total, items].every((field) => field != null);
}

/** The canonical order, in the currency that the buyer paid in; sums of the shop's base currency stand in `extra`. */
export function toOrder(body: OrderPayload, { options }: Seen): Order {
  const currency = toCurrency(body.order_currency_code) ?? toCurrency(options.currency);
  const base = toCurrency(body.base_currency_code);
  const method = blankToAbsent(body.payment?.method);
  return {
    id: body.entity_id,
    number: blankToAbsent(body.increment_id),
    placedAt: stampsOf(body).createdAt,
    updatedAt: stampsOf(body).updatedAt,
    ...statusesOf(body),
    currency,
    presentmentCurrency: currency,
    totals: toTotals(body, currency),
    // Prices of lines exclude tax, however the shop shows them: `price_incl_tax` stands beside each.
    taxesIncluded: false,
    lineItems: body.items && toLineItems(body.items, { currency, base }, options),
    shippingLines: toShippingLines(body, currency),
    discounts: toDiscounts(body, currency),
    ...toPeople(body),
    note: blankToNull(body.customer_note),
    paymentMethods: method === undefined ? undefined : [method],
    weight: toWeight(body.weight, options.weightUnit),
    extra: toOrderExtra(body, { currency, base }),
  };
}

/** What an event with few fields tells of an order's statuses. */
export function statusesOf(
  body: OrderPayload,
): Pick<Order, "status" | "platformStatus" | "paymentStatus" | "fulfillmentStatus"> {
  const word = blankToAbsent(body.status);
  const state = stateOf(blankToAbsent(body.state), word);
  return {
    status: toStatus(state, word),
    platformStatus: word ?? state,
    paymentStatus: toPaymentStatus({
      state,
      total: body.grand_total,
      due: body.total_due,
      paid: body.total_paid,
      refunded: body.total_refunded,
    }),
    fulfillmentStatus: toFulfillmentStatus(state, progressOf(body.items)),
  };
}

function toShippingLines(body: OrderPayload, currency: string | undefined): Order["shippingLines"] {
  if (body.is_virtual === true) return [];
  const title = blankToNull(body.shipping_description);
  const price = toMoney(body.shipping_amount, currency);
  if (title === undefined && price === undefined) return undefined;
  const shipping = shippingOf(body);
  const code = blankToNull(body.shipping_method) ?? blankToNull(shipping?.method);
  return [{ title, code, price, tax: toMoney(body.shipping_tax_amount, currency) }];
}

function toDiscounts(body: OrderPayload, currency: string | undefined): Order["discounts"] {
  const { discount } = toTotals(body, currency);
  const code = blankToAbsent(body.coupon_code);
  const title = blankToAbsent(body.discount_description);
  if (code === undefined && title === undefined) return undefined;
  return [{ code, title, amount: discount }];
}

function toPeople(
  body: OrderPayload,
): Pick<Order, "customer" | "billingAddress" | "shippingAddress" | "email" | "phone"> {
  const billingAddress = toAddress(body.billing_address);
  const email = blankToNull(body.customer_email) ?? billingAddress?.email;
  const phone = billingAddress?.phone;
  const customerId = body.customer_is_guest === true ? null : body.customer_id;
  return {
    customer:
      email === undefined && customerId === undefined
        ? undefined
        : {
            id: customerId,
            email,
            phone,
            firstName: blankToNull(body.customer_firstname) ?? billingAddress?.firstName,
            lastName: blankToNull(body.customer_lastname) ?? billingAddress?.lastName,
          },
    billingAddress,
    // It stands here only; an order of downloads or services has none.
    shippingAddress: body.is_virtual === true ? null : toAddress(shippingOf(body)?.address),
    email,
    phone,
  };
}

function shippingOf(body: OrderPayload) {
  return body.extension_attributes?.shipping_assignments?.[0]?.shipping;
}
