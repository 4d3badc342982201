import { z } from "zod";
import type { Address } from "../../canonical/address.ts";
import { flag, id, idOrNone, text } from "../../payload.ts";
import type { Shop } from "./envelope.ts";
import { blankToNull, localized, many, one, toText } from "./webservice.ts";

const looseId = idOrNone.catch(undefined);

const addressRow = z.object({
  id,
  id_customer: looseId,
  id_country: looseId,
  id_state: looseId,
  company: text,
  firstname: text,
  lastname: text,
  vat_number: text,
  dni: text,
  address1: text,
  address2: text,
  postcode: text,
  city: text,
  other: text,
  phone: text,
  phone_mobile: text,
  deleted: flag,
});
export type AddressRow = z.output<typeof addressRow>;

export const addressAnswer = one("address", "addresses", addressRow);
export const addressesAnswer = many("addresses", addressRow);
/** Codes and names of what addresses only number. */
export const countriesAnswer = many("countries", z.object({ id, iso_code: text, name: localized }));
export const regionsAnswer = many("states", z.object({ id, iso_code: text, name: text }));

export interface Places {
  readonly countries?: z.output<typeof countriesAnswer> | undefined;
  readonly regions?: z.output<typeof regionsAnswer> | undefined;
}

/** Ids of countries and regions that the addresses name, in one order. */
export function placeIds(addresses: readonly (AddressRow | undefined)[]): {
  countries: string[];
  regions: string[];
} {
  const unique = (ids: readonly (string | null | undefined)[]) =>
    [...new Set(ids.filter((each) => each != null))].sort();
  return {
    countries: unique(addresses.map((row) => row?.id_country)),
    regions: unique(addresses.map((row) => row?.id_state)),
  };
}

export function toAddress(row: AddressRow, { countries = [], regions = [] }: Places, shop: Shop): Address {
  const country = countries.find((each) => each.id === row.id_country);
  const region = regions.find((each) => each.id === row.id_state);
  const code = country?.iso_code?.trim().toUpperCase();
  return {
    firstName: blankToNull(row.firstname),
    lastName: blankToNull(row.lastname),
    company: blankToNull(row.company),
    line1: blankToNull(row.address1),
    line2: blankToNull(row.address2),
    city: blankToNull(row.city),
    postalCode: blankToNull(row.postcode),
    region: blankToNull(region?.name),
    regionCode: blankToNull(region?.iso_code),
    country: code !== undefined && /^[A-Z]{2}$/.test(code) ? code : undefined,
    countryName: toText(country?.name, shop),
    phone: blankToNull(row.phone) ?? blankToNull(row.phone_mobile),
  };
}
