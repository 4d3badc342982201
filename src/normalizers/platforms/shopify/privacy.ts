/**
 * Signals: the privacy requests that every app has to serve, and the end of an installation.
 * https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance
 */
import { z } from "zod";
import { idOrNone, listOf, objectOf, text } from "../../payload.ts";
import { type MapContext, type Observation, signal } from "../../platform.ts";
import { idOrGid } from "./gid.ts";

export const privacyPayload = z.object({
  shop_domain: text,
  customer: objectOf(z.object({ id: idOrNone, email: text, phone: text })),
  orders_requested: listOf(idOrGid),
  orders_to_redact: listOf(idOrGid),
  data_request: objectOf(z.object({ id: idOrNone })),
});
type PrivacyPayload = z.output<typeof privacyPayload>;

/** The shop's own domains may be null here; the header never is: https://shopify.dev/docs/api/webhooks/latest (app/uninstalled) */
export const uninstalledPayload = z.object({ myshopify_domain: text, domain: text });

export function signalDataRequest(payload: PrivacyPayload, context: MapContext): Observation[] {
  const { customer, orders_requested: orderIds, data_request: request } = payload;
  return [
    signal("privacy.data_requested", {
      ...(request?.id ? { requestId: request.id } : {}),
      ...shopOf(context, payload.shop_domain),
      ...customerOf(customer),
      ...(orderIds ? { orderIds } : {}),
    }),
  ];
}

export function signalCustomerRedact(payload: PrivacyPayload, context: MapContext): Observation[] {
  const { customer, orders_to_redact: orderIds } = payload;
  return [
    signal("privacy.customer_redacted", {
      ...shopOf(context, payload.shop_domain),
      ...customerOf(customer),
      ...(orderIds ? { orderIds } : {}),
    }),
  ];
}

export function signalStoreRedact(payload: PrivacyPayload, context: MapContext): Observation[] {
  return [signal("privacy.store_redacted", shopOf(context, payload.shop_domain))];
}

export function signalUninstalled(
  payload: z.output<typeof uninstalledPayload>,
  context: MapContext,
): Observation[] {
  return [signal("app.uninstalled", shopOf(context, payload.myshopify_domain ?? payload.domain))];
}

function shopOf(context: MapContext, told: string | null | undefined): { shop?: string } {
  const shop = context.headers["x-shopify-shop-domain"] ?? told;
  return shop ? { shop } : {};
}

function customerOf(customer: PrivacyPayload["customer"]): Record<string, unknown> {
  if (!customer) return {};
  return {
    ...(customer.id ? { customerId: customer.id } : {}),
    ...(customer.email === undefined ? {} : { email: customer.email }),
    ...(customer.phone === undefined ? {} : { phone: customer.phone }),
  };
}
