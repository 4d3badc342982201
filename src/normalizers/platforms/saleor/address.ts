import { z } from "zod";
import type { Address } from "../../canonical/address.ts";
import { countryOf, orNull } from "../../fields.ts";
import { objectOf, text } from "../../payload.ts";

export const addressPayload = objectOf(
  z.object({
    firstName: text,
    lastName: text,
    companyName: text,
    streetAddress1: text,
    streetAddress2: text,
    city: text,
    postalCode: text,
    countryArea: text,
    country: objectOf(z.object({ code: text, country: text })),
    phone: text,
  }),
).catch(undefined);

export function toAddress(payload: z.output<typeof addressPayload>): Address | null | undefined {
  if (!payload) return payload;
  return {
    firstName: orNull(payload.firstName),
    lastName: orNull(payload.lastName),
    company: orNull(payload.companyName),
    line1: orNull(payload.streetAddress1),
    line2: orNull(payload.streetAddress2),
    city: orNull(payload.city),
    postalCode: orNull(payload.postalCode),
    region: orNull(payload.countryArea),
    country: countryOf(payload.country?.code),
    countryName: orNull(payload.country?.country),
    phone: orNull(payload.phone),
  };
}
