/** The customer inside an order, a draft or a checkout: a copy of the moment, often cut down to a gid. */
import { z } from "zod";
import type { Order } from "../../canonical/order.ts";
import { idOrNone, objectOf, text } from "../../payload.ts";
import { identified } from "./gid.ts";
import { orNull, raw, toExtra } from "./text.ts";

const extraShape = {
  state: raw,
  tags: raw,
  note: raw,
  currency: raw,
  verified_email: raw,
  tax_exempt: raw,
  tax_exemptions: raw,
  orders_count: raw,
  total_spent: raw,
  accepts_marketing: raw,
  email_marketing_consent: raw,
  sms_marketing_consent: raw,
};

export const orderCustomerPayload = objectOf(
  identified(
    z.object({ ...extraShape, id: idOrNone, email: text, phone: text, first_name: text, last_name: text }),
  ),
);

/** null: bought as a guest, at a till or from a draft without customer. */
export function toOrderCustomer(customer: z.output<typeof orderCustomerPayload>): Order["customer"] {
  if (!customer) return customer;
  return {
    id: customer.id,
    email: orNull(customer.email),
    phone: orNull(customer.phone),
    firstName: orNull(customer.first_name),
    lastName: orNull(customer.last_name),
    extra: toExtra(extraShape, customer),
  };
}
