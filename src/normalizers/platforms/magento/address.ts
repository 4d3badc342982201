import { z } from "zod";
import type { Address } from "../../canonical/address.ts";
import { listOf, objectOf, text } from "../../payload.ts";
import { blankToAbsent, blankToNull, looseId } from "./values.ts";

/** Orders spell the region in three fields beside each other, customers as an object; `street` is a list, in PHP a text. */
const regionText = z.union([
  z.object({ region: text, region_code: text }),
  text.transform((region) => ({ region, region_code: undefined })),
]);

export const address = z.object({
  id: looseId,
  entity_id: looseId,
  firstname: text,
  middlename: text,
  lastname: text,
  company: text,
  street: z
    .union([listOf(text), z.string().transform((lines) => lines.split("\n"))])
    .optional()
    .catch(undefined),
  city: text,
  postcode: text,
  region: regionText.optional().catch(undefined),
  region_code: text,
  country_id: text,
  telephone: text,
  email: text,
});
export type AddressFields = z.output<typeof address>;

/** It never spoils the rest of a body. */
export const addressPayload = objectOf(address).catch(undefined);
export type AddressPayload = z.output<typeof addressPayload>;

/** The address; null where it is known that there is none, undefined when it was not sent. */
export function toAddress(payload: AddressPayload): Address | null | undefined {
  return payload === null || payload === undefined ? payload : writeAddress(payload);
}

/** The address of a customer, with its id. */
export function toListedAddress(payload: AddressFields): Address & { id?: string | undefined } {
  return { id: payload.id ?? payload.entity_id ?? undefined, ...writeAddress(payload) };
}

function writeAddress(payload: AddressFields): Address {
  const [line1, ...more] = (payload.street ?? []).filter((line) => typeof line === "string" && line !== "");
  return {
    firstName: blankToNull(payload.firstname),
    lastName: blankToNull(payload.lastname),
    company: blankToNull(payload.company),
    line1,
    line2: more.length === 0 ? undefined : more.join(", "),
    city: blankToNull(payload.city),
    postalCode: blankToNull(payload.postcode),
    region: blankToNull(payload.region?.region),
    regionCode: blankToNull(payload.region_code ?? payload.region?.region_code),
    ...toCountry(blankToAbsent(payload.country_id)),
    email: blankToNull(payload.email),
    phone: blankToNull(payload.telephone),
  };
}

function toCountry(code: string | undefined): Pick<Address, "country" | "countryName"> {
  if (code === undefined) return {};
  const upper = code.trim().toUpperCase();
  return /^[A-Z]{2}$/.test(upper) ? { country: upper } : { countryName: code };
}
