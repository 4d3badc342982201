import { z } from "zod";
import type { Address } from "../../canonical/address.ts";
import { countryOf, orNull } from "../../fields.ts";
import { objectOf, text } from "../../payload.ts";

/** Where and who; both parts may be missing. Never spoils the rest of a body. */
export const placePayload = objectOf(
  z.object({
    address: objectOf(
      z.object({
        country: text,
        countryFullname: text,
        subdivision: text,
        subdivisionFullname: text,
        city: text,
        postalCode: text,
        addressLine: text,
        addressLine1: text,
        addressLine2: text,
        streetAddress: objectOf(z.object({ number: text, name: text })),
      }),
    ),
    contactDetails: objectOf(
      z.object({ firstName: text, lastName: text, phone: text, company: text, email: text }),
    ),
  }),
).catch(undefined);
export type Place = z.output<typeof placePayload>;

/** The address; undefined when neither place nor person is told. */
export function toAddress(place: Place): Address | undefined {
  const { address, contactDetails } = place ?? {};
  if (!address && !contactDetails) return undefined;
  return {
    firstName: orNull(contactDetails?.firstName),
    lastName: orNull(contactDetails?.lastName),
    company: orNull(contactDetails?.company),
    phone: orNull(contactDetails?.phone),
    email: orNull(contactDetails?.email),
    line1: orNull(address?.addressLine ?? address?.addressLine1) ?? streetOf(address?.streetAddress),
    line2: orNull(address?.addressLine2),
    city: orNull(address?.city),
    postalCode: orNull(address?.postalCode),
    regionCode: orNull(address?.subdivision),
    region: orNull(address?.subdivisionFullname),
    country: countryOf(address?.country),
    countryName: orNull(address?.countryFullname),
  };
}

function streetOf(
  street: { name?: string | null | undefined; number?: string | null | undefined } | null | undefined,
): string | undefined {
  const parts = [street?.name, street?.number].filter((part) => part);
  return parts.length === 0 ? undefined : parts.join(" ");
}
