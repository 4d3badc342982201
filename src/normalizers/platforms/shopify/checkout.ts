/**
 * `checkouts/*`. The token is the key: since version 2026-04 bodies have no `id`, and some lacked it before:
 * https://github.com/balboubal/hookdrift docs/case-study-shopify-april-2026.md
 */
import { z } from "zod";
import type { Checkout } from "../../canonical/cart.ts";
import { toMoney } from "../../canonical/money.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { amount, flag, idOrNone, listOf, text } from "../../payload.ts";
import { deleted, type MapContext, type Observation, observed } from "../../platform.ts";
import { addressPayload, toAddress } from "./address.ts";
import { discountCodes, toDiscounts } from "./discount.ts";
import { linePayload, toLineItem } from "./line-item.ts";
import { currencyOf } from "./money-set.ts";
import { orderCustomerPayload, toOrderCustomer } from "./order-customer.ts";
import { shippingLines, toShippingLines } from "./shipping-line.ts";
import { sumOrZero, taxLines, toTaxLines } from "./tax-line.ts";
import { attributeList, momentOrNull, orAbsent, orNull, raw, toExtra, versionOf } from "./text.ts";

const extraShape = {
  id: raw,
  name: raw,
  gateway: raw,
  landing_site: raw,
  referring_site: raw,
  source_identifier: raw,
  source_url: raw,
  device_id: raw,
  user_id: raw,
  location_id: raw,
  total_weight: raw,
  total_line_items_price: raw,
  total_duties: raw,
  buyer_accepts_sms_marketing: raw,
  sms_marketing_phone: raw,
};

const checkoutObject = z.object({
  ...extraShape,
  token: idOrNone,
  cart_token: idOrNone,
  created_at: text,
  updated_at: text,
  completed_at: text,
  closed_at: text,
  abandoned_checkout_url: text,
  buyer_accepts_marketing: flag,
  currency: text,
  presentment_currency: text,
  subtotal_price: amount,
  total_discounts: amount,
  total_tax: amount,
  total_price: amount,
  taxes_included: flag,
  tax_lines: taxLines,
  line_items: listOf(linePayload),
  shipping_lines: shippingLines,
  discount_codes: discountCodes,
  customer: orderCustomerPayload,
  billing_address: addressPayload,
  shipping_address: addressPayload,
  email: text,
  phone: text,
  note: text,
  note_attributes: attributeList,
  customer_locale: text,
  source_name: text,
});

export const checkoutPayload = checkoutObject.transform((checkout, context) => {
  const key = keyOf(checkout);
  if (key !== undefined) return { ...checkout, key };
  context.addIssue("has no token");
  return z.NEVER;
});
type CheckoutPayload = z.output<typeof checkoutPayload>;

/** https://shopify.dev/docs/api/webhooks/latest (checkouts/delete): the sample has `id` and `cart_token`, no token. */
export const checkoutDeletedPayload = z.object({ token: idOrNone });

export function observeCheckout(payload: CheckoutPayload, context: MapContext): Observation[] {
  return [
    observed("checkout", {
      id: payload.key,
      version: versionOf(context, payload.updated_at),
      state: toCheckout(payload, currencyOf(payload.currency)),
      bornAt: toTimestamp(payload.created_at),
      isNew: context.topic === "checkouts/create",
    }),
  ];
}

/** Nothing can be said of a body without token: which checkout it was is then unknown. */
export function observeCheckoutDeletion(
  payload: z.output<typeof checkoutDeletedPayload>,
  context: MapContext,
): Observation[] {
  return payload.token ? [deleted("checkout", payload.token, versionOf(context))] : [];
}

function toCheckout(payload: CheckoutPayload, currency: string | undefined): Checkout {
  return {
    id: payload.key,
    cartId: orNull(payload.cart_token),
    createdAt: toTimestamp(payload.created_at),
    updatedAt: toTimestamp(payload.updated_at),
    completedAt: momentOrNull(payload.completed_at),
    closedAt: momentOrNull(payload.closed_at),
    recoveryUrl: orNull(payload.abandoned_checkout_url),
    acceptsMarketing: payload.buyer_accepts_marketing,
    currency,
    presentmentCurrency: currencyOf(payload.presentment_currency),
    totals: toTotals(payload, currency),
    taxesIncluded: payload.taxes_included,
    taxLines: toTaxLines(payload.tax_lines, currency),
    lineItems: payload.line_items?.map((line) => toLineItem(line, { currency })),
    shippingLines: toShippingLines(payload.shipping_lines, currency),
    discounts: toDiscounts({
      applications: undefined,
      codes: payload.discount_codes,
      allocations: [],
      currency,
    }),
    customer: toOrderCustomer(payload.customer),
    billingAddress: toAddress(payload.billing_address),
    shippingAddress: toAddress(payload.shipping_address),
    email: orNull(payload.email),
    phone: orNull(payload.phone),
    note: orNull(payload.note),
    attributes: payload.note_attributes,
    locale: orNull(payload.customer_locale),
    channel: orNull(payload.source_name),
    extra: toExtra(extraShape, payload),
  };
}

function toTotals(payload: CheckoutPayload, currency: string | undefined): Checkout["totals"] {
  return {
    subtotal: toMoney(payload.subtotal_price, currency),
    discount: toMoney(payload.total_discounts, currency),
    shipping: sumOrZero(
      payload.shipping_lines?.map((line) => toMoney(line.price, currency)),
      currency,
    ),
    tax: toMoney(payload.total_tax, currency),
    total: toMoney(payload.total_price, currency),
  };
}

/** The id stands in where a body of an old version should lack the token. */
function keyOf(checkout: z.output<typeof checkoutObject>): string | undefined {
  const { token, id } = checkout;
  return orAbsent(token) ?? orAbsent(idOrNone.safeParse(id).data);
}
