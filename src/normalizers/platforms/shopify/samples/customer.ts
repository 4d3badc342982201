/** Bodies of `customers/*`, the consent topics and the privacy requests. */
import type { SampleOptions } from "../../../wire.ts";
import { toAmounts } from "./amounts.ts";
import { gid, number, toJson } from "./json.ts";
import { customer } from "./people.ts";

export function customerBody({ id, at, status }: SampleOptions): string {
  const body = customer(id, at);
  return toJson({ ...body, created_at: at, state: status ?? body.state, addresses: [body.default_address] });
}

export function customerDeletedBody({ id }: SampleOptions): string {
  return toJson({ id: number(id), tax_exemptions: [], admin_graphql_api_id: gid("Customer", id) });
}

export function mergeBody({ id, status }: SampleOptions): string {
  return toJson({
    admin_graphql_api_customer_kept_id: gid("Customer", id, 1),
    admin_graphql_api_customer_deleted_id: gid("Customer", id),
    admin_graphql_api_job_id: null,
    status: status ?? "completed",
    errors: [],
  });
}

export function purchasingBody({ id, at, amount, currency }: SampleOptions): string {
  const { total, currency: code } = toAmounts(amount, currency);
  return toJson({
    customerId: gid("Customer", id),
    numberOfOrders: 3,
    amountSpent: { amount: total, currencyCode: code },
    lastOrderId: gid("Order", id, 9),
    occurredAt: at,
  });
}

export function emailConsentBody({ id, at, status }: SampleOptions): string {
  return toJson({
    customer_id: number(id),
    email_address: "mara.lindqvist@example.com",
    email_marketing_consent: {
      state: status ?? "subscribed",
      opt_in_level: "confirmed_opt_in",
      consent_updated_at: at,
    },
  });
}

export function smsConsentBody({ id, at, status }: SampleOptions): string {
  return toJson({
    id: number(id),
    phone: "+15035550142",
    sms_marketing_consent: {
      state: status ?? "unsubscribed",
      opt_in_level: "single_opt_in",
      consent_updated_at: at,
      consent_collected_from: "SHOPIFY",
    },
  });
}

const SHOP = { shop_id: 61204472113, shop_domain: "northwind-goods.myshopify.com" };

export function dataRequestBody({ id }: SampleOptions): string {
  return toJson({
    ...SHOP,
    customer: person(id),
    orders_requested: [number(id, 9)],
    data_request: { id: number(id, 5) },
  });
}

export function customerRedactBody({ id }: SampleOptions): string {
  return toJson({ ...SHOP, customer: person(id), orders_to_redact: [number(id, 9)] });
}

export function shopRedactBody(): string {
  return toJson(SHOP);
}

function person(id: string) {
  return { id: number(id), email: "mara.lindqvist@example.com", phone: "+15035550142" };
}
