import { gid, number } from "./json.ts";

export const CUSTOMER_ID = "7204119887523";

const place = {
  first_name: "Mara",
  last_name: "Lindqvist",
  company: null,
  address1: "14 Harbour Row",
  address2: "Flat 3",
  city: "Portland",
  province: "Oregon",
  province_code: "OR",
  country: "United States",
  country_code: "US",
  zip: "97201",
  phone: "+15035550142",
};

export const address = { ...place, name: "Mara Lindqvist", latitude: 45.5089, longitude: -122.6811 };

export function customer(id: string, at: string) {
  return {
    id: number(id),
    admin_graphql_api_id: gid("Customer", id),
    created_at: "2025-03-02T09:12:44-05:00",
    updated_at: at,
    email: "mara.lindqvist@example.com",
    phone: "+15035550142",
    first_name: "Mara",
    last_name: "Lindqvist",
    state: "enabled",
    note: null,
    verified_email: true,
    tax_exempt: false,
    tax_exemptions: [],
    currency: "USD",
    default_address: {
      id: number("9100550018412"),
      customer_id: number(id),
      ...place,
      name: "Mara Lindqvist",
      default: true,
    },
  };
}
