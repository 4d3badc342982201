import { z } from "zod";
import type { Address } from "../../canonical/address.ts";
import { countryOf, orNull } from "../../fields.ts";
import { text } from "../../payload.ts";

export const addressPayload = z
  .object({
    address_line_1: text,
    address_line_2: text,
    locality: text,
    administrative_district_level_1: text,
    postal_code: text,
    country: text,
    first_name: text,
    last_name: text,
  })
  .nullish()
  // An address that cannot be read is no reason to lose an order.
  .catch(undefined);

export const recipientPayload = z
  .object({ display_name: text, email_address: text, phone_number: text, address: addressPayload })
  .nullish()
  .catch(undefined);
export type Recipient = z.output<typeof recipientPayload>;

/** Square names the region by the country's own code or name: https://developer.squareup.com/docs/build-basics/working-with-addresses */
export function toAddress(address: z.output<typeof addressPayload>): Address | null | undefined {
  if (!address) return address;
  return {
    firstName: orNull(address.first_name),
    lastName: orNull(address.last_name),
    line1: orNull(address.address_line_1),
    line2: orNull(address.address_line_2),
    city: orNull(address.locality),
    regionCode: orNull(address.administrative_district_level_1),
    postalCode: orNull(address.postal_code),
    country: countryOf(address.country),
  };
}

export function toDestination(recipient: Recipient): Address | undefined {
  if (!recipient) return undefined;
  return {
    ...toAddress(recipient.address),
    name: orNull(recipient.display_name),
    phone: orNull(recipient.phone_number),
    email: orNull(recipient.email_address),
  };
}
