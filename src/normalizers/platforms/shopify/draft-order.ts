/** `draft_orders/*`: what staff prepares. Discounts are described, not spread over the lines. */
import { z } from "zod";
import { toMoney } from "../../canonical/money.ts";
import type { DraftOrder } from "../../canonical/order.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { amount, flag, id, idOrNone, listOf, objectOf, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { addressPayload, toAddress } from "./address.ts";
import { identified } from "./gid.ts";
import { linePayload, toLineItem } from "./line-item.ts";
import { currencyOf } from "./money-set.ts";
import { orderCustomerPayload, toOrderCustomer } from "./order-customer.ts";
import { taxLines, toTaxLines } from "./tax-line.ts";
import { attributeList, momentOrNull, orAbsent, orNull, raw, tagList, toExtra, versionOf } from "./text.ts";

const extraShape = { payment_terms: raw, api_client_id: raw, po_number: raw, company: raw };

const draftObject = z.object({
  ...extraShape,
  id,
  name: text,
  status: text,
  created_at: text,
  updated_at: text,
  completed_at: text,
  invoice_sent_at: text,
  invoice_url: text,
  order_id: idOrNone,
  currency: text,
  subtotal_price: amount,
  total_tax: amount,
  total_price: amount,
  taxes_included: flag,
  tax_exempt: flag,
  tax_lines: taxLines,
  line_items: listOf(linePayload),
  shipping_line: objectOf(z.object({ title: text, handle: text, price: amount })),
  applied_discount: objectOf(
    z.object({ title: text, description: text, value: amount, value_type: text, amount }),
  ),
  customer: orderCustomerPayload,
  billing_address: addressPayload,
  shipping_address: addressPayload,
  email: text,
  note: text,
  note_attributes: attributeList,
  tags: tagList,
});
export const draftOrderPayload = identified(draftObject);
type DraftPayload = z.output<typeof draftObject>;

export function observeDraftOrder(payload: DraftPayload, context: MapContext): Observation[] {
  return [
    observed("draft_order", {
      id: payload.id,
      version: versionOf(context, payload.updated_at),
      state: toDraftOrder(payload, currencyOf(payload.currency)),
      bornAt: toTimestamp(payload.created_at),
      isNew: context.topic === "draft_orders/create",
    }),
  ];
}

function toDraftOrder(payload: DraftPayload, currency: string | undefined): DraftOrder {
  const discount = payload.applied_discount;
  return {
    id: payload.id,
    number: orAbsent(payload.name),
    status: toStatus(payload.status),
    platformStatus: payload.status,
    createdAt: toTimestamp(payload.created_at),
    updatedAt: toTimestamp(payload.updated_at),
    completedAt: momentOrNull(payload.completed_at),
    orderId: payload.order_id,
    invoiceUrl: orNull(payload.invoice_url),
    invoiceSentAt: momentOrNull(payload.invoice_sent_at),
    currency,
    totals: {
      subtotal: toMoney(payload.subtotal_price, currency),
      discount: toMoney(discount === null ? "0" : discount?.amount, currency),
      shipping: toMoney(payload.shipping_line === null ? "0" : payload.shipping_line?.price, currency),
      tax: toMoney(payload.total_tax, currency),
      total: toMoney(payload.total_price, currency),
    },
    taxesIncluded: payload.taxes_included,
    taxExempt: payload.tax_exempt,
    taxLines: toTaxLines(payload.tax_lines, currency),
    lineItems: payload.line_items?.map((line) =>
      toLineItem(line, { currency, isReduced: Boolean(discount) }),
    ),
    shippingLines: toShipping(payload.shipping_line, currency),
    discounts: toDiscounts(discount, currency),
    customer: toOrderCustomer(payload.customer),
    billingAddress: toAddress(payload.billing_address),
    shippingAddress: toAddress(payload.shipping_address),
    email: orNull(payload.email),
    note: orNull(payload.note),
    attributes: payload.note_attributes,
    tags: payload.tags,
    extra: toExtra(extraShape, payload),
  };
}

function toStatus(status: string | null | undefined): DraftOrder["status"] {
  switch (status) {
    case undefined:
    case null:
      return undefined;
    case "open":
    case "invoice_sent":
    case "completed":
      return status;
    default:
      return "unknown";
  }
}

function toShipping(
  line: DraftPayload["shipping_line"],
  currency: string | undefined,
): DraftOrder["shippingLines"] {
  if (!line) return line === null ? [] : undefined;
  return [{ title: orNull(line.title), code: orNull(line.handle), price: toMoney(line.price, currency) }];
}

function toDiscounts(
  discount: DraftPayload["applied_discount"],
  currency: string | undefined,
): DraftOrder["discounts"] {
  if (!discount) return discount === null ? [] : undefined;
  return [
    {
      title: orAbsent(discount.title) ?? orAbsent(discount.description),
      type: orAbsent(discount.value_type),
      value: discount.value ?? undefined,
      amount: toMoney(discount.amount, currency),
    },
  ];
}
