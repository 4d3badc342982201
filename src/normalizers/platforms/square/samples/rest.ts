import type { SampleOptions } from "../../../wire.ts";
import { eventBody, LOCATION, squareMoney } from "./envelope.ts";

export function invoiceBody(type: string, status: string) {
  return (options: SampleOptions): string =>
    eventBody(type, options, {
      type: "invoice",
      id: `inv:${options.id}`,
      object: {
        invoice: {
          id: `inv:${options.id}`,
          version: 3,
          location_id: LOCATION,
          order_id: options.id,
          status: options.status ?? status,
          updated_at: options.at,
        },
      },
    });
}

export function inventoryBody(options: SampleOptions): string {
  const count = {
    catalog_object_id: options.id,
    catalog_object_type: "ITEM_VARIATION",
    calculated_at: options.at,
  };
  return eventBody("inventory.count.updated", options, {
    type: "inventory_counts",
    id: "84e4ac73-d605-4dbd-a9e5-ffff794ddb9d",
    object: {
      inventory_counts: [
        { ...count, location_id: LOCATION, quantity: options.amount ?? "53", state: "IN_STOCK" },
        { ...count, location_id: LOCATION, quantity: "2", state: "WASTE" },
        { ...count, location_id: "L2QJ51VM3SB3Y", quantity: "-1.5", state: "IN_STOCK" },
      ],
    },
  });
}

export function catalogBody(options: SampleOptions): string {
  return eventBody("catalog.version.updated", options, {
    type: "catalog_version",
    id: "732b6677-1acb-4d81-b09c-5a3a49399d8f",
    object: { catalog_version: { updated_at: options.at } },
  });
}

export function customerBody(type: string) {
  return (options: SampleOptions): string =>
    eventBody(type, options, { type: "customer", id: options.id, object: { customer: customerOf(options) } });
}

/** The profile was merged with another one into a new one. */
export function customerDeletedBody(options: SampleOptions): string {
  return eventBody("customer.deleted", options, {
    type: "customer",
    id: options.id,
    deleted: true,
    object: {
      customer: customerOf(options),
      event_context: {
        merge: {
          from_customer_ids: [options.id, `${options.id}-other`],
          to_customer_id: `${options.id}-merged`,
        },
      },
    },
  });
}

export function disputeBody(type: string, state: string) {
  return (options: SampleOptions): string =>
    eventBody(type, options, {
      type: "dispute",
      id: options.id,
      object: {
        dispute: {
          id: options.id,
          amount_money: squareMoney(options),
          reason: "AMOUNT_DIFFERS",
          state: options.status ?? state,
          due_at: "2026-03-04T00:00:00.000Z",
          disputed_payment: { payment_id: "hYy9pRFVxpDsO1FB05SunFWUe9JZY" },
          card_brand: "VISA",
          created_at: options.at,
          updated_at: options.at,
          reported_at: options.at,
          location_id: LOCATION,
          version: 1,
        },
      },
    });
}

export function revokedBody(options: SampleOptions): string {
  return eventBody("oauth.authorization.revoked", options, {
    type: "revocation",
    id: "415641cf-eba2-4dfa-88cc-c4be1301fdc6",
    object: { revocation: { revoked_at: options.at, revoker_type: "MERCHANT" } },
  });
}

function customerOf({ id, at }: SampleOptions) {
  return {
    id,
    version: 3,
    given_name: "Ada",
    family_name: "Byron",
    company_name: "Engine Works",
    email_address: "ada@example.com",
    phone_number: "+12125550123",
    address: {
      address_line_1: "1018 1st Street",
      locality: "Brooklyn",
      administrative_district_level_1: "NY",
      postal_code: "11215",
      country: "US",
    },
    note: "prefers mornings",
    reference_id: "crm-17",
    creation_source: "THIRD_PARTY",
    preferences: { email_unsubscribed: false },
    created_at: at,
    updated_at: at,
  };
}
