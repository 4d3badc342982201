/** `customers/*`. Recent versions no longer send order count, spend, tags and consent here: those topics patch them. */
import { z } from "zod";
import { toMoney } from "../../canonical/money.ts";
import type { Customer } from "../../canonical/customer.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { amount, count, flag, id, idOrNone, listOf, objectOf, text } from "../../payload.ts";
import { deleted, type MapContext, type Observation, observed, patched } from "../../platform.ts";
import { addressShape, toAddressFields } from "./address.ts";
import { consentPayload, toConsent } from "./consent.ts";
import { identified, idOrGid } from "./gid.ts";
import { currencyOf } from "./money-set.ts";
import { orNull, raw, tagList, textList, toExtra, versionOf } from "./text.ts";

const extraShape = { last_order_id: raw, last_order_name: raw, multipass_identifier: raw };

const addressObject = z.object({ ...addressShape, id: idOrNone });

const customerObject = z.object({
  ...extraShape,
  id,
  email: text,
  phone: text,
  first_name: text,
  last_name: text,
  state: text,
  note: text,
  locale: text,
  currency: text,
  tags: tagList,
  verified_email: flag,
  tax_exempt: flag,
  tax_exemptions: textList,
  created_at: text,
  updated_at: text,
  orders_count: count,
  total_spent: amount,
  addresses: listOf(addressObject).catch(undefined),
  default_address: objectOf(addressObject).catch(undefined),
  accepts_marketing: flag,
  accepts_marketing_updated_at: text,
  marketing_opt_in_level: text,
  email_marketing_consent: consentPayload,
  sms_marketing_consent: consentPayload,
});
export const customerPayload = identified(customerObject);
type CustomerPayload = z.output<typeof customerObject>;

/** https://shopify.dev/docs/api/webhooks/latest (customers/merge); the sample there is of a merge that failed. */
export const mergePayload = z.object({
  admin_graphql_api_customer_deleted_id: idOrGid,
  status: text,
});

/** https://shopify.dev/docs/api/webhooks/latest (customers/purchasing_summary): camelCase, gids only. */
export const purchasingPayload = z.object({
  customerId: idOrGid,
  numberOfOrders: count,
  amountSpent: objectOf(z.object({ amount, currencyCode: text })),
  occurredAt: text,
});

export function observeCustomer(payload: CustomerPayload, context: MapContext): Observation[] {
  return [
    observed("customer", {
      id: payload.id,
      version: versionOf(context, payload.updated_at),
      state: toCustomer(payload),
      bornAt: toTimestamp(payload.created_at),
      isNew: context.topic === "customers/create",
    }),
  ];
}

/**
 * The customer that was merged away is gone; the other one's new state comes with `customers/update`.
 * Statuses: https://shopify.dev/docs/api/admin-graphql/latest/enums/CustomerMergeRequestStatus (lower case here).
 */
export function observeMerge(merge: z.output<typeof mergePayload>, context: MapContext): Observation[] {
  if (merge.status?.toLowerCase() !== "completed") return [];
  return [deleted("customer", merge.admin_graphql_api_customer_deleted_id, versionOf(context))];
}

export function observePurchasing(
  summary: z.output<typeof purchasingPayload>,
  context: MapContext,
): Observation[] {
  const entity = { id: summary.customerId, version: versionOf(context, summary.occurredAt) };
  const spent = toMoney(summary.amountSpent?.amount, currencyOf(summary.amountSpent?.currencyCode));
  const orders = summary.numberOfOrders;
  return [
    ...(typeof orders === "number" && Number.isInteger(orders)
      ? [patched("customer", { ...entity, path: "ordersCount", value: orders })]
      : []),
    ...(spent === undefined ? [] : [patched("customer", { ...entity, path: "totalSpent", value: spent })]),
  ];
}

function toCustomer(payload: CustomerPayload): Customer {
  return {
    id: payload.id,
    email: orNull(payload.email),
    phone: orNull(payload.phone),
    firstName: orNull(payload.first_name),
    lastName: orNull(payload.last_name),
    status: orNull(payload.state),
    note: orNull(payload.note),
    locale: orNull(payload.locale),
    currency: currencyOf(payload.currency),
    tags: payload.tags,
    verifiedEmail: payload.verified_email,
    taxExempt: payload.tax_exempt,
    taxExemptions: payload.tax_exemptions,
    createdAt: toTimestamp(payload.created_at),
    updatedAt: toTimestamp(payload.updated_at),
    addresses: payload.addresses?.map(toCustomerAddress),
    defaultAddress: payload.default_address
      ? toCustomerAddress(payload.default_address)
      : payload.default_address,
    ...whatPatchesTell(payload),
    extra: toExtra(extraShape, payload),
  };
}

/** Only what the body holds: a field that is present, even as undefined, would hide what a patch told before. */
function whatPatchesTell(payload: CustomerPayload): Partial<Customer> {
  const email = toEmailConsent(payload);
  const sms = toConsent(payload.sms_marketing_consent);
  const spent = toMoney(payload.total_spent, currencyOf(payload.currency));
  const orders = payload.orders_count;
  return {
    ...(email === undefined ? {} : { emailConsent: email }),
    ...(sms === undefined ? {} : { smsConsent: sms }),
    ...(typeof orders === "number" && Number.isInteger(orders)
      ? { ordersCount: orders, paying: orders > 0 }
      : {}),
    ...(spent === undefined ? {} : { totalSpent: spent }),
  };
}

/** `accepts_marketing` is how versions before 2022-04 said it: https://shopify.dev/docs/api/admin-rest/latest/resources/customer */
function toEmailConsent(payload: CustomerPayload): Customer["emailConsent"] {
  const { email_marketing_consent: consent, accepts_marketing: accepts } = payload;
  if (consent !== undefined || accepts === undefined) return toConsent(consent);
  return {
    state: accepts ? "subscribed" : "not_subscribed",
    optInLevel: orNull(payload.marketing_opt_in_level),
    updatedAt: toTimestamp(payload.accepts_marketing_updated_at),
  };
}

function toCustomerAddress(address: z.output<typeof addressObject>) {
  return { id: address.id ?? undefined, ...toAddressFields(address) };
}
