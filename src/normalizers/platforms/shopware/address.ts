import { z } from "zod";
import type { Address } from "../../canonical/address.ts";
import { countryOf, orNull } from "../../fields.ts";
import { idOrNone, text } from "../../payload.ts";
import { translated, translation } from "./values.ts";

const looseId = idOrNone.catch(undefined);

export const addressPayload = z
  .object({
    id: looseId,
    firstName: text,
    lastName: text,
    company: text,
    department: text,
    street: text,
    additionalAddressLine1: text,
    additionalAddressLine2: text,
    zipcode: text,
    city: text,
    phoneNumber: text,
    country: z.object({ iso: text, name: text, translated }).nullish().catch(undefined),
    countryState: z.object({ shortCode: text, name: text, translated }).nullish().catch(undefined),
  })
  .nullish()
  .catch(undefined);
export type AddressPayload = NonNullable<z.output<typeof addressPayload>>;

export function toAddress(payload: AddressPayload): Address {
  const { country, countryState: region } = payload;
  const more = [payload.additionalAddressLine1, payload.additionalAddressLine2].filter(Boolean).join(", ");
  return {
    firstName: orNull(payload.firstName),
    lastName: orNull(payload.lastName),
    company: orNull(payload.company),
    line1: orNull(payload.street),
    line2: more === "" ? null : more,
    city: orNull(payload.city),
    postalCode: orNull(payload.zipcode),
    region: translation(region?.translated, "name") ?? orNull(region?.name),
    regionCode: orNull(region?.shortCode),
    country: countryOf(country?.iso),
    countryName: translation(country?.translated, "name") ?? orNull(country?.name),
    phone: orNull(payload.phoneNumber),
  };
}
