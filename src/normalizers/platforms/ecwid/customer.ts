import { z } from "zod";
import type { Customer } from "../../canonical/customer.ts";
import { toVersion } from "../../canonical/time.ts";
import { filled, orNull } from "../../fields.ts";
import { apiPath, type Hydration, mapAnswer } from "../../hydration.ts";
import { flag, id, idOrNone, listOf, text } from "../../payload.ts";
import { deleted, type Observation, observed } from "../../platform.ts";
import { momentOf, person, toAddress, versionOf } from "./values.ts";

const customer = z.object({
  id,
  email: text,
  registered: text,
  updated: text,
  customerGroupId: idOrNone,
  customerGroupName: text,
  taxExempt: flag,
  acceptMarketing: flag,
  billingPerson: person,
  shippingAddresses: listOf(z.looseObject({ id: idOrNone })).catch(undefined),
});

/** `GET /customers/{id}`: https://docs.ecwid.com/api-reference/rest-api/customers/get-customer */
export function readCustomer(customerId: string, told: readonly Observation[]): Hydration {
  return {
    key: `customer:${customerId}`,
    reads: () => [{ name: "customer", path: apiPath`/customers/${customerId}`, mayBeGone: true }],
    map: (answers, readAt) =>
      answers.customer === undefined
        ? { ok: true, observations: [deleted("customer", customerId, toVersion(readAt) ?? "")] }
        : mapAnswer("customer", answers.customer, customer, (answer) => [
            observed("customer", {
              id: answer.id,
              version: versionOf({ updateDate: answer.updated }, readAt),
              bornAt: momentOf(undefined, answer.registered),
              state: toCustomer(answer),
            }),
          ]),
    partial: () => ({ ok: true, observations: [...told] }),
  };
}

function toCustomer(answer: z.output<typeof customer>): Customer {
  const billingAddress = toAddress(answer.billingPerson);
  return {
    id: answer.id,
    email: orNull(answer.email),
    phone: billingAddress?.phone,
    company: billingAddress?.company,
    createdAt: momentOf(undefined, answer.registered),
    updatedAt: momentOf(undefined, answer.updated),
    taxExempt: answer.taxExempt,
    billingAddress,
    addresses: answer.shippingAddresses?.flatMap((each) => {
      const address = toAddress(person.parse(each));
      return address ? [{ ...address, id: each.id ?? undefined }] : [];
    }),
    // Ecwid asks for consent at checkout, and keeps no time of it.
    emailConsent:
      answer.acceptMarketing === undefined
        ? undefined
        : { state: answer.acceptMarketing ? "subscribed" : "not_subscribed" },
    extra: filled({ customerGroupId: answer.customerGroupId, customerGroupName: answer.customerGroupName }),
  };
}
