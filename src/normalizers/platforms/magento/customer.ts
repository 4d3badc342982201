import { z } from "zod";
import type { Customer } from "../../canonical/customer.ts";
import { toVersion } from "../../canonical/time.ts";
import { flag, id, idOrNone, listOf, objectOf, text } from "../../payload.ts";
import { type Observation, observed, patched } from "../../platform.ts";
import { address, toListedAddress } from "./address.ts";
import { blankToNull, bornAt, looseId, type Seen, stamps, stampsOf, toExtra, versionOf } from "./values.ts";

const listed = address.extend({ default_billing: flag, default_shipping: flag });

/** A customer as REST answers it (`id`) or as an event holds it (`entity_id`). */
export const customerPayload = z
  .object({
    id: idOrNone,
    entity_id: idOrNone,
    email: text,
    firstname: text,
    lastname: text,
    group_id: looseId,
    store_id: looseId,
    website_id: looseId,
    created_in: text,
    taxvat: text,
    ...stamps,
    default_billing: looseId,
    default_shipping: looseId,
    addresses: listOf(listed).catch(undefined),
    extension_attributes: objectOf(z.object({ is_subscribed: flag })).catch(undefined),
  })
  .transform((body, context) => {
    const customerId = body.id ?? body.entity_id;
    if (customerId) return { ...body, id: customerId };
    context.addIssue("has no id; add entity_id to the fields of the event");
    return z.NEVER;
  });
export type CustomerPayload = z.output<typeof customerPayload>;

export function observeCustomer(body: CustomerPayload, seen: Seen): Observation[] {
  return [
    observed("customer", {
      id: body.id,
      version: versionOf(body, seen),
      state: toCustomer(body),
      bornAt: bornAt(body),
      ...(seen.isNew === undefined ? {} : { isNew: seen.isNew }),
    }),
  ];
}

/** Whether an event holds enough of a customer to be its state. */
export function isWholeCustomer({ email, firstname, lastname, updated_at }: CustomerPayload): boolean {
  return [email, firstname, lastname, updated_at].every((field) => field != null);
}

function toCustomer(body: CustomerPayload): Customer {
  const { addresses } = body;
  const billing = addresses?.find(
    ({ id: own, default_billing }) => default_billing === true || isSame(own, body.default_billing),
  );
  const shipping = addresses?.find(
    ({ id: own, default_shipping }) => default_shipping === true || isSame(own, body.default_shipping),
  );
  const isSubscribed = body.extension_attributes?.is_subscribed;
  return {
    id: body.id,
    email: blankToNull(body.email),
    phone: blankToNull(billing?.telephone),
    firstName: blankToNull(body.firstname),
    lastName: blankToNull(body.lastname),
    company: blankToNull(billing?.company),
    ...stampsOf(body),
    // A field that is present would hide what an address event told before.
    ...(addresses === undefined
      ? {}
      : {
          addresses: addresses.map(toListedAddress),
          billingAddress: billing ? withoutId(billing) : null,
          shippingAddress: shipping ? withoutId(shipping) : null,
        }),
    emailConsent:
      isSubscribed === undefined ? undefined : { state: isSubscribed ? "subscribed" : "not_subscribed" },
    extra: toExtra({
      groupId: body.group_id,
      storeId: body.store_id,
      websiteId: body.website_id,
      createdIn: body.created_in,
      taxId: body.taxvat,
    }),
  };
}

function withoutId(payload: z.output<typeof listed>) {
  const { id: _id, ...rest } = toListedAddress(payload);
  return rest;
}

function isSame(own: string | null | undefined, named: string | null | undefined): boolean {
  return own != null && own === named;
}

/** One address of a customer's book, as the `customer.address.*` events send it. */
export const customerAddressPayload = address.extend({ id, customer_id: id });

export function observeCustomerAddress(
  body: z.output<typeof customerAddressPayload>,
  seen: Seen,
): Observation[] {
  return [
    patched("customer", {
      id: body.customer_id,
      // Addresses carry no time.
      version: toVersion(seen.at) ?? "",
      path: "addresses",
      key: body.id,
      value: toListedAddress(body),
    }),
  ];
}
