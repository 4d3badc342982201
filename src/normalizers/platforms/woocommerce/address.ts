import { z } from "zod";
import type { Address } from "../../canonical/address.ts";
import { objectOf, text } from "../../payload.ts";
import { blankToNull } from "./values.ts";

/** Every field is a string, empty when unknown; a whole empty address may be `[]`. It never spoils the rest of a body. */
export const addressPayload = objectOf(
  z.object({
    first_name: text,
    last_name: text,
    company: text,
    address_1: text,
    address_2: text,
    city: text,
    state: text,
    postcode: text,
    country: text,
    email: text,
    phone: text,
  }),
).catch(undefined);
export type AddressPayload = z.output<typeof addressPayload>;

/** The address; null when no field is filled (an order without shipping), undefined when it was not sent. */
export function toAddress(payload: AddressPayload): Address | null | undefined {
  if (payload === null || payload === undefined) return payload;
  if (Object.values(payload).every((value) => blankToNull(value) == null)) return null;
  return {
    firstName: blankToNull(payload.first_name),
    lastName: blankToNull(payload.last_name),
    company: blankToNull(payload.company),
    line1: blankToNull(payload.address_1),
    line2: blankToNull(payload.address_2),
    city: blankToNull(payload.city),
    postalCode: blankToNull(payload.postcode),
    ...toRegion(blankToNull(payload.state)),
    ...toCountry(blankToNull(payload.country)),
    email: blankToNull(payload.email),
    phone: blankToNull(payload.phone),
  };
}

/** `state` is a code where WooCommerce knows the country's states, else what the buyer typed. */
function toRegion(state: string | null | undefined): Pick<Address, "region" | "regionCode"> {
  if (state === null || state === undefined) return { region: state };
  return /^[A-Z0-9-]{1,5}$/.test(state) ? { regionCode: state } : { region: state };
}

function toCountry(country: string | null | undefined): Pick<Address, "country" | "countryName"> {
  if (country === null || country === undefined) return { country };
  const code = country.trim().toUpperCase();
  return /^[A-Z]{2}$/.test(code) ? { country: code } : { countryName: country };
}
