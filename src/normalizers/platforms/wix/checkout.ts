import { z } from "zod";
import type { Checkout } from "../../canonical/cart.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { currencyOf, orNull, pickExtra, raw } from "../../fields.ts";
import { id, idOrNone, listOf, objectOf, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { type DomainEvent, versionOf } from "./envelope.ts";
import { lineItemPayload, toLineItem } from "./line-item.ts";
import { moneyOf, price } from "./money.ts";

const extraFields = { checkoutId: raw, status: raw, activities: raw };

const abandonedCheckout = z.object({
  id,
  createdDate: text,
  updatedDate: text,
  checkoutRecoveredDate: text,
  cartId: idOrNone,
  checkoutUrl: text,
  currency: text,
  conversionCurrency: text,
  buyerLanguage: text,
  buyerInfo: objectOf(z.object({ contactId: idOrNone, memberId: text, visitorId: text, email: text })),
  contactDetails: objectOf(z.object({ firstName: text, lastName: text, phone: text, company: text })),
  subtotalPrice: price,
  totalPrice: price,
  lineItems: listOf(lineItemPayload),
  ...extraFields,
});

/** A checkout that was left, or the action that holds it. */
export const checkoutPayload = z.preprocess(
  (body) =>
    typeof body === "object" && body !== null && "abandonedCheckout" in body ? body.abandonedCheckout : body,
  abandonedCheckout,
);

/** Wix tells checkouts only once they were left; `status` under `extra` says whether the buyer came back. */
export function observeCheckout(
  event: DomainEvent<z.output<typeof abandonedCheckout>>,
  context: MapContext,
): Observation[] {
  const { body } = event;
  return [
    observed("checkout", {
      id: body.id,
      version: versionOf(event, context, body.updatedDate),
      bornAt: toTimestamp(body.createdDate),
      isNew: context.topic.endsWith("_created"),
      state: toCheckout(body),
      news: context.topic.endsWith("_recovered") ? ["completed"] : [],
    }),
  ];
}

function toCheckout(body: z.output<typeof abandonedCheckout>): Checkout {
  const currency = currencyOf(body.currency);
  const { buyerInfo: buyer, contactDetails: person } = body;
  return {
    id: body.id,
    cartId: body.cartId,
    createdAt: toTimestamp(body.createdDate),
    updatedAt: toTimestamp(body.updatedDate),
    completedAt: toTimestamp(body.checkoutRecoveredDate),
    recoveryUrl: orNull(body.checkoutUrl),
    currency,
    presentmentCurrency: currencyOf(body.conversionCurrency),
    totals: { subtotal: moneyOf(body.subtotalPrice, currency), total: moneyOf(body.totalPrice, currency) },
    lineItems: body.lineItems?.map((item) => toLineItem(item, { currency, taxesIncluded: undefined })),
    customer: {
      id: buyer?.contactId,
      email: orNull(buyer?.email),
      firstName: orNull(person?.firstName),
      lastName: orNull(person?.lastName),
      phone: orNull(person?.phone),
      extra: pickExtra({ memberId: raw, visitorId: raw }, buyer ?? {}),
    },
    email: orNull(buyer?.email),
    phone: orNull(person?.phone),
    locale: orNull(body.buyerLanguage),
    extra: pickExtra(extraFields, body),
  };
}
