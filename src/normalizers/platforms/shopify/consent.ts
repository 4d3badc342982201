/** Marketing consent: two topics of their own, and a part of the customer in some versions. */
import { z } from "zod";
import type { Consent } from "../../canonical/customer.ts";
import { objectOf, text } from "../../payload.ts";
import { type MapContext, type Observation, patched } from "../../platform.ts";
import { idOrGid } from "./gid.ts";
import { momentOrNull, orNull, versionOf } from "./text.ts";

/** The topic fires because consent changed, whether we knew the customer or not. */
const NEWS = ["consent_changed"];

const consentObject = z.object({
  state: text,
  opt_in_level: text,
  consent_updated_at: text,
  consent_collected_from: text,
});
export const consentPayload = objectOf(consentObject).catch(undefined);

/** https://shopify.dev/docs/api/webhooks/latest (customers_email_marketing_consent/update) */
export const emailConsentPayload = z.object({
  customer_id: idOrGid,
  email_marketing_consent: consentPayload,
});

/** Text messages; the topic's name is older than the other one: customers_marketing_consent/update. */
export const smsConsentPayload = z.object({ id: idOrGid, sms_marketing_consent: consentPayload });

export function observeEmailConsent(
  payload: z.output<typeof emailConsentPayload>,
  context: MapContext,
): Observation[] {
  const consent = payload.email_marketing_consent;
  if (consent === undefined) return [];
  const version = versionOf(context, consent?.consent_updated_at);
  const id = payload.customer_id;
  return [patched("customer", { id, version, path: "emailConsent", value: toConsent(consent), news: NEWS })];
}

export function observeSmsConsent(
  payload: z.output<typeof smsConsentPayload>,
  context: MapContext,
): Observation[] {
  const consent = payload.sms_marketing_consent;
  if (consent === undefined) return [];
  const version = versionOf(context, consent?.consent_updated_at);
  return [
    patched("customer", {
      id: payload.id,
      version,
      path: "smsConsent",
      value: toConsent(consent),
      news: NEWS,
    }),
  ];
}

export function toConsent(consent: z.output<typeof consentPayload>): Consent | null | undefined {
  if (!consent) return consent;
  return {
    state: toState(consent.state),
    platformState: consent.state,
    optInLevel: orNull(consent.opt_in_level),
    updatedAt: momentOrNull(consent.consent_updated_at),
    collectedFrom: orNull(consent.consent_collected_from),
  };
}

function toState(state: string | null | undefined): Consent["state"] {
  const word = state?.toLowerCase();
  switch (word) {
    case "subscribed":
    case "not_subscribed":
    case "pending":
    case "unsubscribed":
    case "redacted":
    case "invalid":
      return word;
    default:
      return "unknown";
  }
}
