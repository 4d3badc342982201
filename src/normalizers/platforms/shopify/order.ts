/** `orders/*` with a full body. The topic is a hint: an order may be created paid, so the fields decide. */
import { z } from "zod";
import type { Order } from "../../canonical/order.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { amount, flag, id, idOrNone, listOf, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { addressPayload, toAddress } from "./address.ts";
import { discountApplications, discountCodes, toDiscounts } from "./discount.ts";
import { embeddedFulfillments } from "./fulfillment.ts";
import { identified } from "./gid.ts";
import { linePayload, toLineItem } from "./line-item.ts";
import { currencyOf, setCurrency } from "./money-set.ts";
import { orderCustomerPayload, toOrderCustomer } from "./order-customer.ts";
import { toOrderFulfillments, toOrderRefunds } from "./order-parts.ts";
import { toFulfilled, toRefunded } from "./order-quantities.ts";
import { toOrderFulfillmentStatus, toOrderStatus, toPaymentStatus } from "./order-status.ts";
import { toTotals, totalsShape } from "./order-totals.ts";
import { embeddedRefunds } from "./refund.ts";
import { shippingLines, toShippingLines } from "./shipping-line.ts";
import { taxLines, toTaxLines } from "./tax-line.ts";
import {
  attributeList,
  momentOrNull,
  orAbsent,
  orNull,
  raw,
  tagList,
  textList,
  toExtra,
  versionOf,
} from "./text.ts";

const extraShape = {
  order_number: raw,
  confirmation_number: raw,
  confirmed: raw,
  po_number: raw,
  reference: raw,
  token: raw,
  checkout_id: raw,
  checkout_token: raw,
  cart_token: raw,
  app_id: raw,
  source_identifier: raw,
  source_url: raw,
  landing_site: raw,
  landing_site_ref: raw,
  referring_site: raw,
  order_status_url: raw,
  browser_ip: raw,
  client_details: raw,
  device_id: raw,
  user_id: raw,
  contact_email: raw,
  buyer_accepts_marketing: raw,
  company: raw,
  payment_terms: raw,
  duties_included: raw,
  estimated_taxes: raw,
  processing_method: raw,
  merchant_of_record_app_id: raw,
  merchant_business_entity_id: raw,
  line_item_groups: raw,
  current_total_duties_set: raw,
  current_total_additional_fees_set: raw,
  total_cash_rounding_payment_adjustment_set: raw,
  total_cash_rounding_refund_adjustment_set: raw,
};

const orderObject = z.object({
  ...extraShape,
  ...totalsShape,
  id,
  name: text,
  created_at: text,
  processed_at: text,
  updated_at: text,
  cancelled_at: text,
  closed_at: text,
  cancel_reason: text,
  financial_status: text,
  fulfillment_status: text,
  currency: text,
  presentment_currency: text,
  taxes_included: flag,
  tax_exempt: flag,
  tax_lines: taxLines,
  line_items: listOf(linePayload),
  shipping_lines: shippingLines,
  discount_applications: discountApplications,
  discount_codes: discountCodes,
  customer: orderCustomerPayload,
  billing_address: addressPayload,
  shipping_address: addressPayload,
  email: text,
  phone: text,
  note: text,
  note_attributes: attributeList,
  tags: tagList,
  customer_locale: text,
  source_name: text,
  payment_gateway_names: textList,
  gateway: text,
  total_weight: amount,
  location_id: idOrNone,
  fulfillments: embeddedFulfillments,
  refunds: embeddedRefunds,
  test: flag,
});
export const orderPayload = identified(orderObject);
export type OrderPayload = z.output<typeof orderObject>;

/** These topics fire when the status is reached, whenever the order was placed. */
const NEWS: Readonly<Record<string, readonly string[]>> = {
  "orders/paid": ["paid"],
  "orders/cancelled": ["cancelled"],
  "orders/fulfilled": ["fulfilled"],
  "orders/partially_fulfilled": ["partially_fulfilled"],
};

export function observeOrder(payload: OrderPayload, context: MapContext): Observation[] {
  return [
    observed("order", {
      id: payload.id,
      version: versionOf(context, payload.updated_at),
      state: toOrder(payload),
      bornAt: toTimestamp(payload.created_at),
      isNew: context.topic === "orders/create",
      ...(Object.hasOwn(NEWS, context.topic) ? { news: NEWS[context.topic] } : {}),
    }),
  ];
}

function toOrder(payload: OrderPayload): Order {
  const currency = shopCurrency(payload);
  return {
    id: payload.id,
    ...whatHappened(payload),
    currency,
    presentmentCurrency: presentmentCurrency(payload),
    totals: toTotals(payload, currency),
    taxesIncluded: payload.taxes_included,
    taxExempt: payload.tax_exempt,
    taxLines: toTaxLines(payload.tax_lines, currency),
    ...whatWasBought(payload, currency),
    ...whoBought(payload),
    note: orNull(payload.note),
    attributes: payload.note_attributes,
    tags: payload.tags,
    channel: orNull(payload.source_name),
    paymentMethods: toPaymentMethods(payload),
    weight: payload.total_weight ? { value: payload.total_weight, unit: "g" } : undefined,
    locationId: payload.location_id,
    fulfillments: toOrderFulfillments(payload.fulfillments),
    refunds: toOrderRefunds(payload.refunds, presentmentCurrency(payload) ?? currency),
    test: payload.test,
    extra: toExtra(extraShape, payload),
  };
}

function whatHappened(payload: OrderPayload): Partial<Order> {
  return {
    number: orAbsent(payload.name) ?? (payload.order_number ? String(payload.order_number) : undefined),
    placedAt: toTimestamp(payload.processed_at) ?? toTimestamp(payload.created_at),
    updatedAt: toTimestamp(payload.updated_at),
    closedAt: momentOrNull(payload.closed_at),
    cancelledAt: momentOrNull(payload.cancelled_at),
    cancelReason: orNull(payload.cancel_reason),
    status: toOrderStatus(payload),
    paymentStatus: toPaymentStatus(payload.financial_status),
    platformPaymentStatus: payload.financial_status,
    fulfillmentStatus: toOrderFulfillmentStatus(payload.fulfillment_status, payload.fulfillments),
    platformFulfillmentStatus: payload.fulfillment_status,
  };
}

function whatWasBought(payload: OrderPayload, currency: string | undefined): Partial<Order> {
  const lines = payload.line_items;
  const applications = payload.discount_applications;
  const fulfilled = toFulfilled(payload.fulfillments);
  const refunded = toRefunded(payload.refunds);
  return {
    lineItems: lines?.map((line) => toLineItem(line, { currency, applications, fulfilled, refunded })),
    shippingLines: toShippingLines(payload.shipping_lines, currency),
    discounts: toDiscounts({
      applications,
      codes: payload.discount_codes,
      allocations: [...(lines ?? []), ...(payload.shipping_lines ?? [])].map(
        (line) => line.discount_allocations ?? [],
      ),
      currency,
    }),
  };
}

function whoBought(payload: OrderPayload): Partial<Order> {
  return {
    customer: toOrderCustomer(payload.customer),
    billingAddress: toAddress(payload.billing_address),
    shippingAddress: toAddress(payload.shipping_address),
    email: orNull(payload.email),
    phone: orNull(payload.phone),
    locale: orNull(payload.customer_locale),
  };
}

/** `gateway` is the one name in bodies of old versions. */
function toPaymentMethods(payload: OrderPayload): string[] | undefined {
  return payload.payment_gateway_names ?? (payload.gateway ? [payload.gateway] : undefined);
}

/** A trimmed body may name the currency only inside its sets. */
function shopCurrency(payload: OrderPayload): string | undefined {
  return (
    currencyOf(payload.currency) ??
    setCurrency(payload.total_price_set) ??
    payload.line_items?.map((line) => setCurrency(line.price_set)).find((code) => code !== undefined)
  );
}

function presentmentCurrency(payload: OrderPayload): string | undefined {
  return (
    currencyOf(payload.presentment_currency) ?? setCurrency(payload.total_price_set, "presentment_money")
  );
}
