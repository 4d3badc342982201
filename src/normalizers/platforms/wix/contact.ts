import { z } from "zod";
import type { Consent, Customer } from "../../canonical/customer.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { fromTable, orNull, pickExtra, raw } from "../../fields.ts";
import { id, listOf, objectOf, text } from "../../payload.ts";
import { deleted, type MapContext, type Observation, observed } from "../../platform.ts";
import { placePayload, toAddress } from "./address.ts";
import { type DomainEvent, versionOf } from "./envelope.ts";
import { joinExtra } from "./extra.ts";

const infoExtra = { jobTitle: raw, birthdate: raw, extendedFields: raw };
const contactExtra = { source: raw, lastActivity: raw };

const channel = { subscriptionStatus: text, deliverabilityStatus: text };

export const contactPayload = z.object({
  id,
  createdDate: text,
  updatedDate: text,
  primaryInfo: objectOf(z.object({ email: text, phone: text })),
  primaryEmail: objectOf(z.object({ email: text, ...channel })),
  primaryPhone: objectOf(z.object({ e164Phone: text, formattedPhone: text, ...channel })),
  info: objectOf(
    z.object({
      name: objectOf(z.object({ first: text, last: text })),
      company: text,
      locale: text,
      labelKeys: objectOf(z.object({ items: listOf(z.string()) })).catch(undefined),
      addresses: objectOf(z.object({ items: listOf(z.object({ id: text, address: z.unknown() })) })).catch(
        undefined,
      ),
      ...infoExtra,
    }),
  ),
  ...contactExtra,
});
type ContactPayload = z.output<typeof contactPayload>;

export const mergedPayload = z.object({
  targetContactId: text,
  sourceContactIds: listOf(id),
  targetContact: contactPayload.optional(),
});

/** Words of @wix/auto_sdk_crm_contacts. */
const CONSENT: Readonly<Record<string, Consent["state"]>> = {
  NO_SUBSCRIPTION_STATUS: "not_subscribed",
  NOT_SET: "not_subscribed",
  PENDING: "pending",
  SUBSCRIBED: "subscribed",
  UNSUBSCRIBED: "unsubscribed",
};

export function observeContact(event: DomainEvent<ContactPayload>, context: MapContext): Observation[] {
  return [stateOf(event.body, event, context)];
}

export function observeContactDeletion(event: DomainEvent<unknown>, context: MapContext): Observation[] {
  return event.entityId === undefined ? [] : [deleted("customer", event.entityId, versionOf(event, context))];
}

/** Several contacts became one: the others are gone, and their own deletions say so once more. */
export function observeMerge(
  event: DomainEvent<z.output<typeof mergedPayload>>,
  context: MapContext,
): Observation[] {
  const { targetContact: target, sourceContactIds: sources = [], targetContactId } = event.body;
  const kept = target?.id ?? targetContactId;
  return [
    ...(target === undefined ? [] : [stateOf(target, event, context)]),
    ...sources
      .filter((source) => source !== kept)
      .map((source) => deleted("customer", source, versionOf(event, context))),
  ];
}

function stateOf(body: ContactPayload, event: DomainEvent<unknown>, context: MapContext) {
  return observed("customer", {
    id: body.id,
    version: versionOf(event, context, body.updatedDate),
    bornAt: toTimestamp(body.createdDate),
    isNew: context.topic.endsWith("_created"),
    state: toCustomer(body),
  });
}

function toCustomer(body: ContactPayload): Customer {
  const { info, primaryEmail, primaryPhone, primaryInfo } = body;
  const addresses = info?.addresses?.items?.flatMap((each) => {
    const address = toAddress(placePayload.parse({ address: each.address }));
    return address === undefined ? [] : [{ ...(each.id ? { id: each.id } : {}), ...address }];
  });
  return {
    id: body.id,
    email: orNull(primaryInfo?.email ?? primaryEmail?.email),
    phone: orNull(primaryInfo?.phone ?? primaryPhone?.e164Phone),
    firstName: orNull(info?.name?.first),
    lastName: orNull(info?.name?.last),
    company: orNull(info?.company),
    locale: orNull(info?.locale),
    tags: info?.labelKeys?.items,
    createdAt: toTimestamp(body.createdDate),
    updatedAt: toTimestamp(body.updatedDate),
    addresses,
    emailConsent: toConsent(primaryEmail?.subscriptionStatus),
    smsConsent: toConsent(primaryPhone?.subscriptionStatus),
    extra: joinExtra(pickExtra(infoExtra, info ?? {}), pickExtra(contactExtra, body)),
  };
}

function toConsent(word: string | null | undefined): Consent | undefined {
  const state = fromTable(CONSENT, word);
  return state === undefined ? undefined : { state, platformState: word };
}
