import { addDecimals, currencyDigits, divideDecimals, normalizeDecimal } from "../../../canonical/money.ts";
import type { LifeStage, SampleOptions } from "../../../wire.ts";

const PAYMENT: Readonly<Record<LifeStage, string>> = {
  created: "NOT_PAID",
  paid: "PAID",
  partly_shipped: "PAID",
  shipped: "PAID",
  partly_refunded: "PARTIALLY_REFUNDED",
};
const FULFILLMENT: Readonly<Record<LifeStage, string>> = {
  created: "NOT_FULFILLED",
  paid: "NOT_FULFILLED",
  partly_shipped: "PARTIALLY_FULFILLED",
  shipped: "FULFILLED",
  partly_refunded: "FULFILLED",
};

const place = {
  address: {
    country: "DE",
    countryFullname: "Germany",
    subdivision: "DE-HH",
    city: "Hamburg",
    postalCode: "20457",
    addressLine: "Am Sandtorkai 12",
  },
  contactDetails: { firstName: "Zoë", lastName: "Müller", phone: "+49 40 5550102" },
};

/** An order of two lines and shipping whose sums add up to the amount. */
export function orderOf(options: SampleOptions, fallback: LifeStage = "created"): Record<string, unknown> {
  const { id, at, currency = "EUR", stage = fallback, status = "APPROVED" } = options;
  const sums = split(options.amount ?? "129.90", currencyDigits(currency));
  const paid = stage === "created" ? sums.zero : sums.total;
  return {
    id,
    number: "10042",
    createdDate: at,
    updatedDate: at,
    status,
    paymentStatus: PAYMENT[stage],
    fulfillmentStatus: FULFILLMENT[stage],
    currency,
    taxIncludedInPrices: true,
    priceSummary: {
      subtotal: { amount: sums.lines },
      shipping: { amount: sums.shipping },
      tax: { amount: sums.zero },
      discount: { amount: sums.zero },
      totalAdditionalFees: { amount: sums.zero },
      total: { amount: sums.total },
    },
    balanceSummary: {
      balance: { amount: stage === "created" ? sums.total : sums.zero },
      paid: { amount: paid },
      refunded: { amount: stage === "partly_refunded" ? sums.shipping : sums.zero },
    },
    lineItems: [line("1", "Kaffeebecher „Hafen“", sums.first), line("2", "Seesack", sums.second)],
    shippingInfo: {
      title: "Standardversand",
      cost: { price: { amount: sums.shipping }, totalPriceBeforeTax: { amount: sums.shipping } },
      logistics: { shippingDestination: place },
    },
    billingInfo: place,
    buyerInfo: { contactId: "24de6f0b-60ce-4faa-9138-2e39f1415615", email: "zoe@example.com" },
    buyerLanguage: "de",
    channelInfo: { type: "WEB" },
    activities: [{ type: "ORDER_PLACED", createdDate: at }],
  };
}

function line(id: string, name: string, total: string): Record<string, unknown> {
  return {
    id: `00000000-0000-0000-0000-00000000000${id}`,
    productName: { original: name },
    catalogReference: {
      appId: "215238eb-22a5-4c36-9e7b-e7c08025e04e",
      catalogItemId: `c8539b66-7a44-fe18-affc-afec4be8562${id}`,
      options: { variantId: `d54efb4b-4377-4cfa-8c24-4312fd946f9${id}` },
    },
    quantity: 1,
    refundQuantity: 0,
    physicalProperties: { sku: `HB-${id}`, shippable: true },
    itemType: { preset: "PHYSICAL" },
    price: { amount: total },
    totalDiscount: { amount: "0" },
    totalPriceBeforeTax: { amount: total },
    totalPriceAfterTax: { amount: total },
  };
}

/** A part of the total, in the currency's decimals. */
export function shareOf(options: SampleOptions): string {
  return split(options.amount ?? "129.90", currencyDigits(options.currency ?? "EUR")).shipping;
}

function split(amount: string, digits: number) {
  const write = (value: string) => normalizeDecimal(value, digits) ?? value;
  const part = (divisor: string) => write(divideDecimals(amount, divisor, digits) ?? "0");
  const [shipping, first] = [part("20"), part("2")];
  const second = write(addDecimals(amount, `-${addDecimals(shipping, first)}`));
  return {
    total: write(amount),
    zero: write("0"),
    shipping,
    first,
    second,
    lines: write(addDecimals(first, second)),
  };
}

const FULFILLMENT_LINES = ["00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"];

/** One parcel per line; at `partly_shipped` only the first has left. */
export function fulfillmentsOf({ id, at, stage = "shipped" }: SampleOptions): Record<string, unknown> {
  const shipped = FULFILLMENT_LINES.slice(0, stage === "partly_shipped" ? 1 : 2);
  return {
    orderId: id,
    fulfillments: shipped.map((lineId, index) => ({
      id: `f${index + 1}-${id}`,
      createdDate: at,
      lineItems: [{ id: lineId, quantity: 1 }],
      trackingInfo: { trackingNumber: `0034043${index}`, shippingProvider: "dhl" },
    })),
  };
}

/** The order's payment, and what went back of it. */
export function transactionsOf(options: SampleOptions): Record<string, unknown> {
  const { id, at, amount = "129.90" } = options;
  return {
    orderId: id,
    payments: [
      {
        id: `pay-${id}`,
        createdDate: at,
        updatedDate: at,
        amount: { amount },
        regularPaymentDetails: { status: "APPROVED", paymentMethod: "CreditCard" },
      },
    ],
    refunds: [refundOf(options)],
  };
}

export function refundOf(options: SampleOptions): Record<string, unknown> {
  const amount = { amount: shareOf(options) };
  return {
    id: `ref-${options.id}`,
    createdDate: options.at,
    transactions: [{ paymentId: `pay-${options.id}`, amount, refundStatus: "SUCCEEDED" }],
    details: { reason: "Versand erstattet", shippingIncluded: true, shipping: { amount } },
    summary: { requestedRefund: amount, refunded: amount },
  };
}
