import { z } from "zod";
import { toMoney } from "../../canonical/money.ts";
import type { Customer } from "../../canonical/customer.ts";
import { count, flag, id, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { addressPayload, toAddress } from "./address.ts";
import { bodyOf } from "./body.ts";
import {
  blankToNull,
  createdAt,
  looseAmount,
  stamps,
  toCurrency,
  toExtra,
  updatedAt,
  versionOf,
} from "./values.ts";

const SIGNS_OF_A_CUSTOMER = ["email", "username", "role", "first_name", "last_name"] as const;

/** A user of the shop. Guests never appear, and totals of their orders are not sent. */
export const customerPayload = bodyOf(
  z
    .object({
      id,
      ...stamps,
      email: text,
      first_name: text,
      last_name: text,
      role: text,
      username: text,
      billing: addressPayload,
      shipping: addressPayload,
      is_paying_customer: flag,
      avatar_url: text,
      // Sent by old versions of the REST API only; unverified.
      orders_count: count.catch(undefined),
      total_spent: looseAmount,
      // Read only to refuse an order or a product under a customer topic: that header is not signed.
      status: z.unknown().optional(),
      line_items: z.unknown().optional(),
    })
    .refine(
      (body) =>
        body.status === undefined &&
        body.line_items === undefined &&
        SIGNS_OF_A_CUSTOMER.some((key) => body[key] !== undefined),
      "is no customer: topic and body do not fit",
    ),
);
export type CustomerPayload = z.output<typeof customerPayload>;

/** What a customer topic tells: one customer. */
export function observeCustomer(body: CustomerPayload, context: MapContext): Observation[] {
  return [
    observed("customer", {
      id: body.id,
      version: versionOf(body, context),
      state: toCustomer(body, context),
      bornAt: createdAt(body),
      isNew: context.topic === "customer.created",
    }),
  ];
}

/** The canonical customer; phone and company stand only in the billing address. */
export function toCustomer(body: CustomerPayload, { options }: MapContext): Customer {
  const totalSpent = toMoney(body.total_spent, toCurrency(options.currency));
  const billingAddress = toAddress(body.billing);
  return {
    id: body.id,
    email: blankToNull(body.email),
    phone: billingAddress?.phone,
    firstName: blankToNull(body.first_name),
    lastName: blankToNull(body.last_name),
    company: billingAddress?.company,
    username: blankToNull(body.username),
    role: blankToNull(body.role),
    createdAt: createdAt(body),
    updatedAt: updatedAt(body),
    ordersCount: Number.isInteger(body.orders_count) ? (body.orders_count ?? undefined) : undefined,
    totalSpent,
    paying: body.is_paying_customer,
    billingAddress,
    shippingAddress: toAddress(body.shipping),
    extra: toExtra({ avatarUrl: body.avatar_url, totalSpent: totalSpent ? undefined : body.total_spent }),
  };
}
