/** Sample requests of our own, written from the documented shapes. */
import type { SampleOptions, Samples } from "../../wire.ts";

const RESOURCES: Readonly<Record<string, (id: string) => string>> = {
  orders_v2: (id) => `/orders/${id}`,
  shipments: () => "/shipments/40531399184",
  payments: () => "/collections/596707837",
  claims: () => "/post-purchase/v1/claims/5033012345",
  post_purchase: () => "/post-purchase/v1/claims/5033012345",
  items: (id) => `/items/MLA${id}`,
  items_prices: (id) => `/items/MLA${id}/prices`,
};

export const samples: Samples = {
  headers: () => ({ "content-type": "application/json" }),
  bodies: Object.fromEntries(
    Object.entries(RESOURCES).map(([topic, resource]) => [
      topic,
      (options: SampleOptions) =>
        JSON.stringify({
          _id: options.deliveryId ?? `${topic}-${options.id}-${options.at}`,
          topic,
          resource: resource(options.id),
          user_id: 468424240,
          application_id: 5503910054141466,
          attempts: 1,
          sent: new Date(options.at).toISOString(),
          received: new Date(options.at).toISOString(),
        }),
    ]),
  ),
  // One order is one shipment: it does not leave in parts.
  life: {
    created: ["orders_v2"],
    paid: ["orders_v2", "payments"],
    shipped: ["shipments"],
    partly_refunded: ["orders_v2", "payments"],
  },
};
