import { z } from "zod";
import type { Address } from "../../canonical/address.ts";
import { objectOf, text } from "../../payload.ts";
import { orNull } from "./text.ts";

export const addressShape = {
  first_name: text,
  last_name: text,
  name: text,
  company: text,
  address1: text,
  address2: text,
  city: text,
  zip: text,
  province: text,
  province_code: text,
  country: text,
  country_code: text,
  country_name: text,
  phone: text,
  latitude: text,
  longitude: text,
};

const addressObject = z.object(addressShape);
/** An address that cannot be read is no reason to lose an order. */
export const addressPayload = objectOf(addressObject).catch(undefined);

/** The address; null when it is known that there is none (digital goods, POS), undefined when nothing is said. */
export function toAddress(address: z.output<typeof addressPayload>): Address | null | undefined {
  return address ? toAddressFields(address) : address;
}

export function toAddressFields(address: z.output<typeof addressObject>): Address {
  return {
    name: orNull(address.name),
    firstName: orNull(address.first_name),
    lastName: orNull(address.last_name),
    company: orNull(address.company),
    line1: orNull(address.address1),
    line2: orNull(address.address2),
    city: orNull(address.city),
    postalCode: orNull(address.zip),
    region: orNull(address.province),
    regionCode: orNull(address.province_code),
    country: countryCodeOf(address.country_code) ?? countryCodeOf(address.country),
    countryName: orNull(address.country_name ?? address.country),
    phone: orNull(address.phone),
    latitude: coordinate(address.latitude),
    longitude: coordinate(address.longitude),
  };
}

/** `country` is a name in orders, a code in the sample bodies of customers. */
export function countryCodeOf(country: string | null | undefined): string | undefined {
  const code = country?.trim().toUpperCase();
  return code !== undefined && /^[A-Z]{2}$/.test(code) ? code : undefined;
}

/** A number, in old versions a string; long ones arrive as strings from the decoder. */
function coordinate(value: string | null | undefined): number | null | undefined {
  if (value === null || value === undefined || value === "") return value === "" ? null : value;
  const degrees = Number(value);
  return Number.isFinite(degrees) ? degrees : undefined;
}
