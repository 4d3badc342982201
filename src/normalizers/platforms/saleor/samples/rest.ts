import type { SampleOptions } from "../../../wire.ts";

export function variantOf(
  { id, at, amount = "24.90", currency = "EUR" }: SampleOptions,
  product = "UHJvZHVjdDo3Ng==",
) {
  return {
    id,
    name: "Blau",
    sku: "HB-93",
    updatedAt: at,
    product: { id: product },
    channelListings: [
      { channel: { slug: "default-channel" }, price: { amount: Number(amount), currency }, priorPrice: null },
    ],
    stocks: [{ warehouse: { id: "V2FyZWhvdXNlOjE=" }, quantity: 41, quantityAllocated: 2 }],
  };
}

export function productOf(options: SampleOptions) {
  const { id, at } = options;
  return {
    id,
    name: "Kaffeebecher „Hafen“",
    slug: "kaffeebecher-hafen",
    created: at,
    updatedAt: at,
    category: { id: "Q2F0ZWdvcnk6MQ==", name: "Küche" },
    productType: { name: "Becher" },
    channelListings: [{ channel: { slug: "default-channel" }, isPublished: true }],
    variants: [variantOf({ ...options, id: `v-${id}` }, id)],
  };
}

export function userOf({ id, at }: SampleOptions) {
  return {
    id,
    email: "zoe@example.com",
    firstName: "Zoë",
    lastName: "Müller",
    isActive: true,
    isConfirmed: true,
    dateJoined: at,
    updatedAt: at,
    languageCode: "de",
    defaultBillingAddress: null,
  };
}

export function checkoutOf({ id, at, amount = "98.40", currency = "EUR" }: SampleOptions) {
  const gross = { amount: Number(amount), currency };
  return {
    id,
    created: at,
    updatedAt: at,
    email: "zoe@example.com",
    channel: { slug: "default-channel", currencyCode: currency },
    totalPrice: { gross },
    subtotalPrice: { gross },
    lines: [
      {
        id: "l1",
        quantity: 1,
        variant: { id: "VjE=", sku: "HB-93", product: { id: "UDE=" } },
        totalPrice: { gross },
      },
    ],
  };
}
