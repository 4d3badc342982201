/** `customer.*`: https://docs.stripe.com/api/customers/object */
import { z } from "zod";
import type { Customer } from "../../canonical/customer.ts";
import { currencyOf, momentOfSeconds, orNull, pickExtra, raw } from "../../fields.ts";
import { count, id, text } from "../../payload.ts";
import { deleted, type MapContext, type Observation, observed } from "../../platform.ts";
import { addressPayload, contact, toAddress, toPlace } from "./address.ts";
import { event, versionOfEvent } from "./event.ts";

/** The name is one text; the canonical names are two, so it is kept whole. */
const extraShape = {
  name: raw,
  metadata: raw,
  balance: raw,
  delinquent: raw,
  invoice_prefix: raw,
  tax_exempt: raw,
};

const customer = z.object({
  ...extraShape,
  id,
  name: text,
  email: text,
  phone: text,
  description: text,
  currency: text,
  created: count,
  address: addressPayload,
  shipping: contact,
  preferred_locales: z.array(z.string()).nullish().catch(undefined),
});
type CustomerPayload = z.output<typeof customer>;

export const customerPayload = event(customer);
type Payload = z.output<typeof customerPayload>;

export function observeCustomer(told: Payload, context: MapContext): Observation[] {
  const { object } = told.data;
  return [
    observed("customer", {
      id: object.id,
      version: versionOfEvent(told, context),
      state: toCustomer(object),
      bornAt: momentOfSeconds(object.created),
      isNew: context.topic === "customer.created",
    }),
  ];
}

export function observeCustomerDeletion(told: Payload, context: MapContext): Observation[] {
  return [deleted("customer", told.data.object.id, versionOfEvent(told, context))];
}

function toCustomer(told: CustomerPayload): Customer {
  const address = told.address ? { ...toPlace(told.address), name: orNull(told.name) } : told.address;
  return {
    id: told.id,
    email: orNull(told.email),
    phone: orNull(told.phone),
    note: orNull(told.description),
    locale: told.preferred_locales?.[0],
    currency: told.currency === null ? null : currencyOf(told.currency),
    // `reverse` moves the tax to the buyer: neither exempt nor not.
    ...(told.tax_exempt === "exempt" ? { taxExempt: true } : {}),
    ...(told.tax_exempt === "none" ? { taxExempt: false } : {}),
    createdAt: momentOfSeconds(told.created),
    ...(address ? { addresses: [address] } : {}),
    defaultAddress: address,
    shippingAddress: told.shipping === null ? null : toAddress(told.shipping),
    extra: pickExtra(extraShape, told),
  };
}
