/** Customers, and checkouts, which Saleor tells while the buyer still fills them. */
import { z } from "zod";
import type { Cart } from "../../canonical/cart.ts";
import type { Customer } from "../../canonical/customer.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { currencyOf, orAbsent, orNull } from "../../fields.ts";
import { count, flag, id, idOrNone, listOf, objectOf, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { addressPayload, toAddress } from "./address.ts";
import { moneyOf, taxed, versionOf } from "./event.ts";

export const customerFields = z.object({
  id,
  email: text,
  firstName: text,
  lastName: text,
  isActive: flag,
  isConfirmed: flag,
  note: text,
  dateJoined: text,
  updatedAt: text,
  languageCode: text,
  defaultBillingAddress: addressPayload,
  defaultShippingAddress: addressPayload,
});

export function observeCustomer(
  { user, issuedAt }: { user: z.output<typeof customerFields>; issuedAt?: string | null | undefined },
  context: MapContext,
): Observation[] {
  return [
    observed("customer", {
      id: user.id,
      version: versionOf(context, user.updatedAt, issuedAt),
      state: toCustomer(user),
      bornAt: toTimestamp(user.dateJoined),
      isNew: context.topic === "customer_created",
    }),
  ];
}

function toCustomer(user: z.output<typeof customerFields>): Customer {
  return {
    id: user.id,
    email: orNull(user.email),
    firstName: orNull(user.firstName),
    lastName: orNull(user.lastName),
    status: user.isActive === undefined ? undefined : user.isActive ? "active" : "inactive",
    note: orNull(user.note),
    locale: orNull(user.languageCode),
    verifiedEmail: user.isConfirmed,
    createdAt: toTimestamp(user.dateJoined),
    updatedAt: toTimestamp(user.updatedAt),
    billingAddress: toAddress(user.defaultBillingAddress),
    shippingAddress: toAddress(user.defaultShippingAddress),
  };
}

export const checkoutFields = z.object({
  id,
  created: text,
  updatedAt: text,
  email: text,
  // In queries of the shop's own; Saleor 3.24 gave it the second name.
  note: text,
  customerNote: text,
  channel: objectOf(z.object({ slug: text, currencyCode: text })),
  totalPrice: taxed,
  subtotalPrice: taxed,
  lines: listOf(
    z.object({
      id,
      quantity: count,
      totalPrice: taxed,
      variant: objectOf(
        z.object({ id: idOrNone, sku: text, name: text, product: objectOf(z.object({ id: idOrNone })) }),
      ),
    }),
  ),
});

export function observeCheckout(
  { checkout, issuedAt }: { checkout: z.output<typeof checkoutFields>; issuedAt?: string | null | undefined },
  context: MapContext,
): Observation[] {
  return [
    observed("cart", {
      id: checkout.id,
      version: versionOf(context, checkout.updatedAt, issuedAt),
      state: toCart(checkout),
      bornAt: toTimestamp(checkout.created),
      isNew: context.topic === "checkout_created",
    }),
  ];
}

function toCart(checkout: z.output<typeof checkoutFields>): Cart {
  return {
    id: checkout.id,
    createdAt: toTimestamp(checkout.created),
    updatedAt: toTimestamp(checkout.updatedAt),
    currency: currencyOf(checkout.channel?.currencyCode),
    totals: {
      subtotal: moneyOf(checkout.subtotalPrice?.gross),
      total: moneyOf(checkout.totalPrice?.gross),
    },
    lineItems: checkout.lines?.map((line) => ({
      id: line.id,
      productId: line.variant?.product?.id,
      variantId: line.variant?.id,
      sku: orNull(line.variant?.sku),
      variantTitle: orNull(line.variant?.name),
      quantity: line.quantity ?? 0,
      total: moneyOf(line.totalPrice?.gross),
    })),
    note: orNull(checkout.note ?? checkout.customerNote),
    extra: orAbsent(checkout.email) === undefined ? undefined : { email: checkout.email },
  };
}
