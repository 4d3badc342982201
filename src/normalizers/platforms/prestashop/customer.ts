/** Buyers, their addresses and their consent. */
import { z } from "zod";
import type { Customer } from "../../canonical/customer.ts";
import { type Answers, type Hydration, hydrated, mapAnswer, type Read } from "../../hydration.ts";
import { flag, idOrNone, text } from "../../payload.ts";
import {
  deleted,
  type MapContext,
  type Observation,
  observed,
  on,
  patched,
  type TopicHandler,
} from "../../platform.ts";
import {
  addressAnswer,
  addressesAnswer,
  type Places,
  placeIds,
  regionsAnswer,
  countriesAnswer,
  toAddress,
} from "./address.ts";
import { customerAnswer, type CustomerRow } from "./customer-row.ts";
import { bodyOf, occurredAt, type Shop, shopOf, versionOfBody } from "./envelope.ts";
import { type Link, linkOf, planEntity, readList } from "./plan.ts";
import { blankToNull, listPath, onePath, toExtra, toMoment, toReadVersion } from "./webservice.ts";

const looseId = idOrNone.catch(undefined);
const customerBody = bodyOf({ guest: flag });
const addressBody = bodyOf({ customerId: looseId });
const consentBody = bodyOf({ email: text, newsletter: flag, customerId: looseId });

const answersSchema = z.object({
  customer: customerAnswer,
  addresses: addressesAnswer,
  countries: countriesAnswer.optional(),
  regions: regionsAnswer.optional(),
});

/** `customer.created` and `customer.updated`. */
export const customerTopic: TopicHandler = hydrated(customerBody, (body, context) => {
  const id = body.object.externalId;
  // All that a webhook tells of a new buyer is that there is one.
  const told = observed("customer", {
    id,
    version: versionOfBody(body, context),
    state: { id },
    isNew: true,
    bornAt: occurredAt(body, context),
  });
  return planCustomer(
    { id },
    shopOf(body, context),
    context,
    context.topic === "customer.created" ? [told] : [],
  );
});

/** An address belongs to its customer's state. */
export const addressTopic: TopicHandler = hydrated(addressBody, (body, context) => {
  const shop = shopOf(body, context);
  const { object, payload } = body;
  if (payload?.customerId == null && context.topic === "address.deleted") return { observations: [] };
  const address = { resource: "addresses", id: object.externalId, find: customerOf };
  return planCustomer(linkOf(payload?.customerId, address, shop), shop, context, []);
});

/**
 * Consent that was given beside the account's own page. Who has no account is known by the digest of the address alone.
 */
export const consentTopic: TopicHandler = on(consentBody, (body, context) => {
  const { payload, object } = body;
  if (payload?.newsletter === undefined) return [];
  const version = versionOfBody(body, context);
  const emailConsent = toConsent(payload.newsletter, occurredAt(body, context));
  if (payload.customerId != null) {
    return [
      patched("customer", {
        id: payload.customerId,
        version,
        path: "emailConsent",
        value: emailConsent,
        news: ["consent_changed"],
      }),
    ];
  }
  const id = `newsletter:${object.externalId.slice(0, 256)}`;
  const state = { id, email: blankToNull(payload.email), role: "newsletter", emailConsent };
  return [observed("customer", { id, version, state, news: ["consent_changed"] })];
});

function customerOf(address: unknown): string | undefined {
  return addressAnswer.safeParse(address).data?.id_customer ?? undefined;
}

function planCustomer(link: Link, shop: Shop, context: MapContext, told: Observation[]): Hydration {
  return planEntity(link, {
    resource: "customer",
    reads: (id, answers) => readsOf(id, answers, shop),
    map: (answers, readAt) =>
      mapAnswer("customer", answers, answersSchema, (value) => observe(value, { shop, context, readAt })),
    told: () => told,
  });
}

function readsOf(id: string, answers: Answers, shop: Shop): Read[] {
  const { countries, regions } = placeIds(addressesAnswer.safeParse(answers.addresses).data ?? []);
  return [
    { name: "customer", path: onePath("customers", id, shop), mayBeGone: true },
    { name: "addresses", path: listPath("addresses", { id_customer: [id], deleted: ["0"] }, shop) },
    ...readList("countries", "countries", countries, shop),
    ...readList("regions", "states", regions, shop),
  ];
}

function observe(
  { customer, addresses, countries, regions }: z.output<typeof answersSchema>,
  { shop, context, readAt }: { readonly shop: Shop; readonly context: MapContext; readonly readAt: string },
): Observation[] {
  const { id, date_upd: changed } = customer;
  const version = toReadVersion(changed, shop, readAt);
  // Customers that bought are kept and only marked as deleted.
  if (customer.deleted === true) return [deleted("customer", id, version)];
  const places = { countries, regions };
  const state = toCustomer(
    customer,
    addresses.filter((row) => row.deleted !== true),
    { places, shop, readAt },
  );
  return [
    observed("customer", {
      id,
      version,
      state,
      bornAt: state.createdAt,
      isNew: context.topic === "customer.created",
    }),
  ];
}

function toCustomer(
  row: CustomerRow,
  addresses: z.output<typeof addressesAnswer>,
  { places, shop, readAt }: { readonly places: Places; readonly shop: Shop; readonly readAt: string },
): Customer {
  const phone = addresses
    .map((address) => toAddress(address, places, shop).phone)
    .find((each) => each != null);
  return {
    id: row.id,
    email: blankToNull(row.email),
    phone,
    firstName: blankToNull(row.firstname),
    lastName: blankToNull(row.lastname),
    company: blankToNull(row.company),
    status: row.active === undefined ? undefined : row.active ? "active" : "inactive",
    role: row.is_guest === true ? "guest" : undefined,
    note: blankToNull(row.note),
    createdAt: toMoment(row.date_add, shop),
    updatedAt: toMoment(row.date_upd, shop, readAt),
    addresses: addresses.map((address) => ({ id: address.id, ...toAddress(address, places, shop) })),
    emailConsent:
      row.newsletter === undefined
        ? undefined
        : toConsent(row.newsletter, row.newsletter ? toMoment(row.newsletter_date_add, shop) : undefined),
    extra: toExtra({
      partnerOffers: row.optin,
      birthday: row.birthday?.startsWith("0000") ? undefined : row.birthday,
      website: row.website,
      siret: row.siret,
      groupId: row.id_default_group,
      languageId: row.id_lang,
    }),
  };
}

function toConsent(isGiven: boolean, updatedAt: string | undefined): NonNullable<Customer["emailConsent"]> {
  return { state: isGiven ? "subscribed" : "not_subscribed", platformState: isGiven ? "1" : "0", updatedAt };
}
