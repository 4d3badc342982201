/** BigCommerce's ways to write moments, addresses and pages. */
import { z } from "zod";
import type { Address } from "../../canonical/address.ts";
import { toTimestamp, toVersion } from "../../canonical/time.ts";
import { countryOf, orNull } from "../../fields.ts";
import { text } from "../../payload.ts";
import { type MapContext, type Observation, patched } from "../../platform.ts";

const RFC2822 =
  /^(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}:\d{2}(?::\d{2})?) ([+-]\d{4}|GMT|UTC)$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** RFC 2822 in V2 (`Wed, 10 Jan 2018 21:05:30 +0000`), ISO 8601 in V3; undefined for anything else, `""` included. */
export function momentOf(value: string | null | undefined): string | undefined {
  const [, day = "", month = "", year = "", time = "", zone = ""] = RFC2822.exec(value ?? "") ?? [];
  const number = MONTHS.indexOf(month) + 1;
  if (number === 0) return toTimestamp(value);
  const offset = zone.startsWith("+") || zone.startsWith("-") ? zone : "Z";
  return toTimestamp(`${year}-${String(number).padStart(2, "0")}-${day.padStart(2, "0")}T${time}${offset}`);
}

/** The change time that the answer states, else the moment of reading. */
export function versionOf(changed: string | null | undefined, readAt: string): string {
  return toVersion(momentOf(changed)) ?? toVersion(readAt) ?? "";
}

/** The version of what only the webhook tells. */
export function versionOfWebhook({ at, receivedAt }: MapContext): string {
  return toVersion(at) ?? toVersion(receivedAt) ?? "";
}

/** Something about it changed, says the webhook, and no more. Of an order not even that it is placed. */
export function tellChange(
  resource: "order" | "product" | "customer" | "cart",
  id: string,
  context: MapContext,
): Observation[] {
  const value = toTimestamp(context.at) ?? context.receivedAt;
  return [patched(resource, { id, version: versionOfWebhook(context), path: "updatedAt", value })];
}

export const addressFields = {
  first_name: text,
  last_name: text,
  company: text,
  street_1: text,
  street_2: text,
  city: text,
  state: text,
  zip: text,
  country: text,
  country_iso2: text,
  phone: text,
  email: text,
};
export const addressPayload = z.object(addressFields).nullish().catch(undefined);

export function toAddress(payload: z.output<typeof addressPayload>): Address | null | undefined {
  if (payload === null || payload === undefined) return payload;
  return {
    firstName: orNull(payload.first_name),
    lastName: orNull(payload.last_name),
    company: orNull(payload.company),
    line1: orNull(payload.street_1),
    line2: orNull(payload.street_2),
    city: orNull(payload.city),
    region: orNull(payload.state),
    postalCode: orNull(payload.zip),
    country: countryOf(payload.country_iso2),
    countryName: orNull(payload.country),
    phone: orNull(payload.phone),
    email: orNull(payload.email),
  };
}

/** The path of the next page of a V2 list, which has no word for its last page but a short or empty (204) one. */
export function nextV2Page(path: string, size: number) {
  return (answer: unknown, page: number): string | undefined =>
    Array.isArray(answer) && answer.length >= size ? `${path}?page=${page + 1}&limit=${size}` : undefined;
}

/** The pages of a V2 list, each a list or null (204), as one list. */
export function pagesOf<S extends z.ZodType>(item: S) {
  return z.array(z.array(item).nullable()).transform((pages) => pages.flatMap((page) => page ?? []));
}
