import { z } from "zod";
import type { Customer } from "../../canonical/customer.ts";
import { countryOf, filled, orNull } from "../../fields.ts";
import { apiPath, type Hydration, mapAnswer } from "../../hydration.ts";
import { id, idOrNone, listOf, text } from "../../payload.ts";
import { deleted, type Observation, observed } from "../../platform.ts";
import { momentOf, versionOf } from "./values.ts";

const address = z.object({
  id: idOrNone,
  first_name: text,
  last_name: text,
  company: text,
  address1: text,
  address2: text,
  city: text,
  state_or_province: text,
  postal_code: text,
  country: text,
  country_code: text,
  phone: text,
});

const customer = z.object({
  id,
  email: text,
  first_name: text,
  last_name: text,
  company: text,
  phone: text,
  notes: text,
  tax_exempt_category: text,
  customer_group_id: idOrNone,
  origin_channel_id: idOrNone,
  date_created: text,
  date_modified: text,
  addresses: listOf(address),
});
const customersAnswer = z.object({ data: z.array(customer) });

/** `GET /v3/customers?id:in=`: https://developer.bigcommerce.com/docs/rest-management/customers. Nobody found: deleted. */
export function readCustomer(customerId: string, told: readonly Observation[]): Hydration {
  return {
    key: `customer:${customerId}`,
    reads: () => [{ name: "customers", path: apiPath`/v3/customers?id:in=${customerId}&include=addresses` }],
    map: ({ customers }, readAt) =>
      mapAnswer("customers", customers, customersAnswer, ({ data: [found] }) =>
        found === undefined
          ? [deleted("customer", customerId, versionOf(undefined, readAt))]
          : [
              observed("customer", {
                id: found.id,
                version: versionOf(found.date_modified, readAt),
                bornAt: momentOf(found.date_created),
                state: toCustomer(found),
              }),
            ],
      ),
    partial: () => ({ ok: true, observations: [...told] }),
  };
}

function toCustomer(found: z.output<typeof customer>): Customer {
  return {
    id: found.id,
    email: orNull(found.email),
    phone: orNull(found.phone),
    firstName: orNull(found.first_name),
    lastName: orNull(found.last_name),
    company: orNull(found.company),
    note: orNull(found.notes),
    createdAt: momentOf(found.date_created),
    updatedAt: momentOf(found.date_modified),
    addresses: found.addresses?.map((each) => ({
      id: each.id ?? undefined,
      firstName: orNull(each.first_name),
      lastName: orNull(each.last_name),
      company: orNull(each.company),
      line1: orNull(each.address1),
      line2: orNull(each.address2),
      city: orNull(each.city),
      region: orNull(each.state_or_province),
      postalCode: orNull(each.postal_code),
      country: countryOf(each.country_code),
      countryName: orNull(each.country),
      phone: orNull(each.phone),
    })),
    extra: filled({
      customerGroupId: found.customer_group_id,
      originChannelId: found.origin_channel_id,
      taxExemptCategory: found.tax_exempt_category,
    }),
  };
}
