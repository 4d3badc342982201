import type { SampleOptions } from "../../../wire.ts";

const buyer = { contactId: "251f2a54-3bde-4c34-8647-89111ef83358", email: "zoe@example.com" };

export function checkoutOf({
  id,
  at,
  amount = "129.90",
  currency = "EUR",
  status = "ABANDONED",
}: SampleOptions) {
  return {
    id,
    createdDate: at,
    updatedDate: at,
    ...(status === "RECOVERED" ? { checkoutRecoveredDate: at } : {}),
    checkoutId: "a9524a00-4b00-4edb-abbc-538a09e59f43",
    cartId: "b1460e65-bf14-42e3-9279-d96705a69347",
    status,
    buyerLanguage: "de",
    buyerInfo: buyer,
    contactDetails: { firstName: "Zoë", lastName: "Müller" },
    currency,
    totalPrice: { amount },
    checkoutUrl: "https://shop.example/checkout/b4ebb0b8",
  };
}

export function cartOf({ id, at, amount = "129.90", currency = "EUR" }: SampleOptions) {
  return {
    id,
    createdDate: at,
    updatedDate: at,
    businessInfo: { currencyCode: currency },
    subtotal: { amount },
    orderPlaced: false,
    lineItems: [
      {
        id: "00000000-0000-0000-0000-000000000001",
        name: { original: "Seesack" },
        quantityInfo: { confirmedQuantity: 1, requestedQuantity: 1 },
        pricing: { unitPrice: { amount }, totalPrice: { amount } },
        source: { catalogReference: { catalogItemId: "c8539b66-7a44-fe18-affc-afec4be85621" } },
      },
    ],
  };
}

export function productOf({ id, at, amount = "24.90", currency = "EUR" }: SampleOptions) {
  const range = { minValue: { amount }, maxValue: { amount } };
  return {
    id,
    createdDate: at,
    updatedDate: at,
    revision: "3",
    name: "Kaffeebecher „Hafen“",
    slug: "kaffeebecher-hafen",
    visible: true,
    currency,
    productType: "PHYSICAL",
    actualPriceRange: range,
    variantsInfo: {
      variants: [{ id: `v-${id}`, sku: "HB-93", visible: true, price: { actualPrice: { amount } } }],
    },
  };
}

export function inventoryOf({ id, at, status = "IN_STOCK" }: SampleOptions) {
  return {
    id,
    revision: "7",
    createdDate: at,
    updatedDate: at,
    productId: "c8539b66-7a44-fe18-affc-afec4be85621",
    variantId: "d54efb4b-4377-4cfa-8c24-4312fd946f91",
    locationId: "90ab12cd-34ef-4a56-8b78-0123456789ab",
    trackQuantity: true,
    quantity: status === "IN_STOCK" ? 41 : 0,
    availabilityStatus: status,
  };
}

export function contactOf({ id, at }: SampleOptions) {
  return {
    id,
    revision: 2,
    createdDate: at,
    updatedDate: at,
    source: { sourceType: "WIX_STORES" },
    primaryInfo: { email: "zoe@example.com", phone: "+49 40 5550102" },
    primaryEmail: { email: "zoe@example.com", subscriptionStatus: "SUBSCRIBED" },
    info: {
      name: { first: "Zoë", last: "Müller" },
      addresses: {
        items: [{ id: "a1", tag: "HOME", address: { country: "DE", city: "Hamburg", postalCode: "20457" } }],
      },
    },
  };
}

export function variantsOf({ id }: SampleOptions) {
  return {
    inventoryItemId: `i-${id}`,
    externalId: id,
    productId: id,
    variants: [
      {
        id: "00000000-0000-0000-0000-000000000000",
        oldValue: { quantity: 42, inStock: true },
        newValue: { quantity: 41, inStock: true },
      },
    ],
  };
}

export function productNamed({ id }: SampleOptions) {
  return { productId: id, changedFields: ["priceData"] };
}

export function chargebackOf({ id, at, amount = "129.90" }: SampleOptions, status: string) {
  return { id: `cb-${id}`, createdDate: at, updatedDate: at, amount: { amount }, status };
}
