import { z } from "zod";
import type { Address } from "../../canonical/address.ts";
import { countryOf, orNull } from "../../fields.ts";
import { text } from "../../payload.ts";

const place = z
  .object({ line1: text, line2: text, city: text, state: text, postal_code: text, country: text })
  .nullish()
  // An address that cannot be read is no reason to lose an order.
  .catch(undefined);

/** Customer details, shipping details and billing details are shaped alike. */
export const contact = z
  .object({ name: text, email: text, phone: text, address: place })
  .nullish()
  .catch(undefined);
export type Contact = z.output<typeof contact>;
export const addressPayload = place;

export function toAddress(told: Contact): Address | undefined {
  if (!told?.address) return undefined;
  return {
    ...toPlace(told.address),
    name: orNull(told.name),
    phone: orNull(told.phone),
    email: orNull(told.email),
  };
}

export function toPlace(told: NonNullable<z.output<typeof place>>): Address {
  return {
    line1: orNull(told.line1),
    line2: orNull(told.line2),
    city: orNull(told.city),
    region: orNull(told.state),
    postalCode: orNull(told.postal_code),
    country: countryOf(told.country),
  };
}
