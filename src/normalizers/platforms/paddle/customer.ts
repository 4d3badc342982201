/** `customer.*`, and the customers and addresses that reads of transactions include. */
import { z } from "zod";
import type { Address } from "../../canonical/address.ts";
import type { Customer } from "../../canonical/customer.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { countryOf, orNull, pickExtra, raw, versionFrom } from "../../fields.ts";
import { flag, id, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { event } from "./event.ts";

/** The name is one text; the canonical names are two, so it is kept whole. */
const extraShape = { name: raw, custom_data: raw, import_meta: raw };

/** https://developer.paddle.com/api-reference/customers/overview */
const customer = z.object({
  ...extraShape,
  id,
  email: text,
  locale: text,
  status: text,
  marketing_consent: flag,
  created_at: text,
  updated_at: text,
});
export const customerPayload = event(customer);

export const customerPart = z.object({ email: text, name: text, locale: text }).nullish().catch(undefined);
/** https://developer.paddle.com/api-reference/addresses/overview */
export const addressPart = z
  .object({
    first_line: text,
    second_line: text,
    city: text,
    region: text,
    postal_code: text,
    country_code: text,
  })
  .nullish()
  .catch(undefined);

/** Customers are archived, never deleted; the status says so. */
export function observeCustomer(
  { data }: z.output<typeof customerPayload>,
  context: MapContext,
): Observation[] {
  return [
    observed("customer", {
      id: data.id,
      version: versionFrom(context, data.updated_at, data.created_at),
      state: toCustomer(data),
      bornAt: toTimestamp(data.created_at),
      isNew: context.topic === "customer.created",
    }),
  ];
}

export function toAddress(told: NonNullable<z.output<typeof addressPart>>): Address {
  return {
    line1: orNull(told.first_line),
    line2: orNull(told.second_line),
    city: orNull(told.city),
    region: orNull(told.region),
    postalCode: orNull(told.postal_code),
    country: countryOf(told.country_code),
  };
}

function toCustomer(told: z.output<typeof customer>): Customer {
  return {
    id: told.id,
    email: orNull(told.email),
    status: orNull(told.status),
    locale: orNull(told.locale),
    createdAt: toTimestamp(told.created_at),
    updatedAt: toTimestamp(told.updated_at),
    ...(told.marketing_consent === undefined
      ? {}
      : { emailConsent: { state: told.marketing_consent ? "subscribed" : "not_subscribed" } }),
    extra: pickExtra(extraShape, told),
  };
}
