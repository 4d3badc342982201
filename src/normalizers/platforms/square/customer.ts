/** `customer.*`: https://developer.squareup.com/reference/square/objects/Customer. A merge makes one of several. */
import { z } from "zod";
import type { Customer } from "../../canonical/customer.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { orNull, pickExtra, raw, versionFrom } from "../../fields.ts";
import { flag, id, listOf, text } from "../../payload.ts";
import { deleted, type MapContext, type Observation, observed } from "../../platform.ts";
import { addressPayload, toAddress } from "./address.ts";
import { envelope } from "./envelope.ts";

const extraShape = {
  reference_id: raw,
  creation_source: raw,
  birthday: raw,
  nickname: raw,
  group_ids: raw,
  segment_ids: raw,
  tax_ids: raw,
};

const customer = z.object({
  ...extraShape,
  id,
  created_at: text,
  updated_at: text,
  given_name: text,
  family_name: text,
  company_name: text,
  email_address: text,
  phone_number: text,
  note: text,
  address: addressPayload,
  preferences: z.object({ email_unsubscribed: flag }).nullish().catch(undefined),
});
type CustomerPayload = z.output<typeof customer>;

const context = z
  .object({ merge: z.object({ from_customer_ids: listOf(id) }).nullish() })
  .nullish()
  .catch(undefined);

export const customerPayload = envelope({ customer, event_context: context });
type Payload = z.output<typeof customerPayload>;

export function observeCustomer({ data }: Payload, context: MapContext): Observation[] {
  const { customer: told } = data.object;
  return [
    observed("customer", {
      id: told.id,
      version: versionFrom(context, told.updated_at, told.created_at),
      state: toCustomer(told),
      bornAt: toTimestamp(told.created_at),
      isNew: context.topic === "customer.created",
    }),
    ...observeMerged(data.object, context),
  ];
}

/** The body of a deletion has the last state and no time of its own. */
export function observeCustomerDeletion({ data }: Payload, context: MapContext): Observation[] {
  return [
    deleted("customer", data.object.customer.id, versionFrom(context)),
    ...observeMerged(data.object, context),
  ];
}

/** Profiles that were merged into another are gone, whichever of the events comes first. */
function observeMerged({ customer: told, event_context }: Payload["data"]["object"], context: MapContext) {
  return (event_context?.merge?.from_customer_ids ?? [])
    .filter((from) => from !== told.id)
    .map((from) => deleted("customer", from, versionFrom(context)));
}

function toCustomer(told: CustomerPayload): Customer {
  const address = toAddress(told.address);
  const unsubscribed = told.preferences?.email_unsubscribed;
  return {
    id: told.id,
    email: orNull(told.email_address),
    phone: orNull(told.phone_number),
    firstName: orNull(told.given_name),
    lastName: orNull(told.family_name),
    company: orNull(told.company_name),
    note: orNull(told.note),
    createdAt: toTimestamp(told.created_at),
    updatedAt: toTimestamp(told.updated_at),
    ...(address ? { addresses: [address], defaultAddress: address } : {}),
    // That somebody did not unsubscribe does not say that they agreed.
    ...(unsubscribed === undefined
      ? {}
      : {
          emailConsent: {
            state: unsubscribed ? "unsubscribed" : "unknown",
            platformState: unsubscribed ? "email_unsubscribed" : null,
          },
        }),
    extra: pickExtra(extraShape, told),
  };
}
