import { z } from "zod";
import type { Customer } from "../../canonical/customer.ts";
import { toVersion } from "../../canonical/time.ts";
import { orNull } from "../../fields.ts";
import { type Answers, type Hydration, hydrated } from "../../hydration.ts";
import { count, flag, id, idOrNone, listOf, text } from "../../payload.ts";
import { deleted, type Observation, observed, on, type TopicHandler } from "../../platform.ts";
import { type AddressPayload, addressPayload, toAddress } from "./address.ts";
import { businessBody, changesOf, versionOfBody, writtenBody } from "./envelope.ts";
import { foundBy, idsOf, keyOf, searches } from "./search.ts";
import { latest, moment, toExtra } from "./values.ts";

const looseId = idOrNone.catch(undefined);
const places = { associations: { country: {}, countryState: {} } };
const SEARCH = {
  entity: "customer",
  associations: { addresses: places, defaultBillingAddress: places, defaultShippingAddress: places },
};

const customerPayload = z.object({
  id,
  customerNumber: text,
  email: text,
  firstName: text,
  lastName: text,
  company: text,
  guest: flag,
  active: flag,
  birthday: text,
  vatIds: listOf(z.string()).catch(undefined),
  groupId: looseId,
  languageId: looseId,
  salesChannelId: looseId,
  orderCount: count.catch(undefined),
  defaultBillingAddress: addressPayload,
  defaultShippingAddress: addressPayload,
  addresses: listOf(addressPayload).catch(undefined),
  createdAt: text,
  updatedAt: text,
});
type CustomerPayload = z.output<typeof customerPayload>;

/** The event's customer has no addresses, so it is read; alone it tells a new one. */
export const registeredTopic: TopicHandler = hydrated(
  businessBody(z.object({ customer: customerPayload })),
  (body, context) => {
    const { customer } = body.data.payload;
    const told = observe(customer, versionOfBody(body, context), true);
    return customer.addresses === undefined
      ? planCustomers([customer.id], [customer.id], told, [])
      : { observations: told };
  },
);

export const writtenCustomerTopic: TopicHandler = hydrated(writtenBody, (body, context) => {
  const changes = changesOf(body);
  const version = versionOfBody(body, context);
  const gone = changes
    .filter(({ isDeleted }) => isDeleted)
    .map((change) => deleted("customer", change.id, version));
  const ids = idsOf(changes.filter(({ isDeleted }) => !isDeleted));
  const newIds = idsOf(changes.filter(({ isNew }) => isNew));
  return ids.length === 0 ? { observations: gone } : planCustomers(ids, newIds, gone, gone);
});

export const deletedCustomerTopic: TopicHandler = on(writtenBody, (body, context) =>
  changesOf(body).map((change) => deleted("customer", change.id, versionOfBody(body, context))),
);

export const customerGoneTopic: TopicHandler = on(
  businessBody(z.object({ customer: z.object({ id }) })),
  (body, context) => [deleted("customer", body.data.payload.customer.id, versionOfBody(body, context))],
);

/** An address names itself only; its customer is read. One that is deleted leads nowhere. */
export const addressTopic: TopicHandler = hydrated(writtenBody, (body) => {
  const ids = idsOf(changesOf(body).filter(({ isDeleted }) => !isDeleted));
  if (ids.length === 0) return { observations: [] };
  const owner = z.object({ id, customerId: id });
  const ownersIn = (answers: Answers) => {
    const read = foundBy("customer-address", ids, owner, answers);
    return read.ok ? [...new Set(read.found.map(({ customerId }) => customerId))] : [];
  };
  return {
    key: keyOf("customer-address", ids),
    reads: (answers) => [
      ...searches({ entity: "customer-address" }, ids),
      ...searches(SEARCH, ownersIn(answers)),
    ],
    map: (answers, readAt) => {
      const read = foundBy("customer-address", ids, owner, answers);
      return read.ok ? planCustomers(ownersIn(answers), [], [], []).map(answers, readAt) : read;
    },
    partial: () => ({ ok: true, observations: [] }),
  };
});

function planCustomers(
  ids: readonly string[],
  newIds: readonly string[],
  told: Observation[],
  known: Observation[],
): Hydration {
  return {
    key: keyOf("customer", ids),
    reads: () => searches(SEARCH, ids),
    map: (answers, readAt) => {
      const read = foundBy("customer", ids, customerPayload, answers);
      if (!read.ok) return read;
      const version = toVersion(readAt) ?? "";
      const missing = ids.filter((each) => read.found.every((customer) => customer.id !== each));
      return {
        ok: true,
        observations: [
          ...known,
          ...read.found.flatMap((customer) => observe(customer, version, newIds.includes(customer.id))),
          ...missing.map((each) => deleted("customer", each, version)),
        ],
      };
    },
    partial: () => ({ ok: true, observations: told }),
  };
}

/** Addresses change without the customer's own change time. */
function observe(customer: CustomerPayload, fallback: string, isNew: boolean): Observation[] {
  const version = latest([customer.createdAt, customer.updatedAt]) ?? fallback;
  return [
    observed("customer", {
      id: customer.id,
      version,
      state: toCustomer(customer),
      bornAt: moment(customer.createdAt),
      isNew,
    }),
  ];
}

function toCustomer(customer: CustomerPayload): Customer {
  const { defaultBillingAddress: billing, defaultShippingAddress: shipping } = customer;
  return {
    id: customer.id,
    email: orNull(customer.email),
    phone: orNull(billing?.phoneNumber),
    firstName: orNull(customer.firstName),
    lastName: orNull(customer.lastName),
    company: orNull(customer.company),
    role: customer.guest === true ? "guest" : undefined,
    status: customer.active === undefined ? undefined : customer.active ? "active" : "inactive",
    createdAt: moment(customer.createdAt),
    updatedAt: moment(customer.updatedAt),
    ordersCount: customer.orderCount ?? undefined,
    addresses: customer.addresses?.flatMap((address) => (address == null ? [] : [withId(address)])),
    billingAddress: billing ? toAddress(billing) : undefined,
    shippingAddress: shipping ? toAddress(shipping) : undefined,
    extra: toExtra({
      customerNumber: customer.customerNumber,
      groupId: customer.groupId,
      languageId: customer.languageId,
      salesChannelId: customer.salesChannelId,
      birthday: customer.birthday,
      vatIds: customer.vatIds,
    }),
  };
}

function withId(address: AddressPayload) {
  return { ...(address.id == null ? {} : { id: address.id }), ...toAddress(address) };
}
