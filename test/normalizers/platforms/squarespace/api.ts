/** What Squarespace's API answers about one order, in the shape of its reference. */
import type { LifeStage, SampleOptions } from "../../../../src/normalizers/wire.ts";
import type { AnswersOf } from "../../../helpers/hydrate.ts";

/** The answers to all reads of an order that has come this far. */
export function answers(stage: LifeStage, options: Partial<SampleOptions> = {}): AnswersOf {
  const { id = "585d498fdee9f31a60284a37" } = options;
  return (path) => (path === `/orders/${id}` ? anOrder({ ...options, id, stage }) : undefined);
}

export function anOrder(
  options: Partial<SampleOptions> = {},
  overrides: Readonly<Record<string, unknown>> = {},
) {
  const { id = "585d498fdee9f31a60284a37", at = "2026-11-01T12:00:00.250Z", stage = "paid" } = options;
  const { amount = "100.00", currency = "USD" } = options;
  const isSent = stage === "shipped" || stage === "partly_refunded";
  const money = (value: string) => ({ currency, value });
  const address = {
    firstName: "Zoë",
    lastName: "Müller",
    address1: "12 Harbour Street",
    address2: null,
    city: "Austin",
    state: "TX",
    countryCode: "US",
    postalCode: "78751",
    phone: "555 0102",
  };
  return {
    id,
    orderNumber: "3",
    createdOn: "2026-11-01T12:00:01.187Z",
    modifiedOn: at,
    channel: "web",
    testmode: false,
    customerEmail: "zoe@example.com",
    customerId: "5f3c39ce69e11e796f19990e",
    billingAddress: address,
    shippingAddress: address,
    fulfillmentStatus: isSent ? "FULFILLED" : "PENDING",
    lineItems: [
      {
        id: "l-1",
        lineItemType: "PHYSICAL_PRODUCT",
        variantId: "v-1",
        sku: "MUG-BLU",
        productId: "p-1",
        productName: "Mug",
        quantity: 2,
        unitPricePaid: money("45.00"),
        variantOptions: [{ optionName: "Colour", value: "Blue" }],
        customizations: null,
        imageUrl: "https://images.example.com/mug.jpg",
      },
      {
        id: "l-2",
        lineItemType: "CUSTOM",
        sku: null,
        productName: "Engraving",
        quantity: 1,
        unitPricePaid: money("5.00"),
      },
    ],
    internalNotes: [{ content: "Call before delivery" }],
    shippingLines: [{ method: "Flat rate", amount: money("7.00") }],
    discountLines: [
      { name: "Welcome", description: "Welcome", amount: money("10.00"), promoCode: "WELCOME" },
    ],
    formSubmission: [{ label: "Gift?", value: "Yes" }],
    fulfillments: isSent
      ? [
          {
            shipDate: "2026-11-02T09:00:00.000Z",
            carrierName: "USPS",
            service: "ground",
            trackingNumber: "EJ958083578US",
            trackingUrl: null,
          },
        ]
      : [],
    subtotal: money("95.00"),
    shippingTotal: money("7.00"),
    discountTotal: money("10.00"),
    taxTotal: money("8.00"),
    refundedTotal: money(stage === "partly_refunded" ? "20.00" : "0.00"),
    grandTotal: money(amount),
    channelName: "Harbour shop",
    externalOrderReference: null,
    fulfilledOn: isSent ? "2026-11-02T09:00:00.000Z" : null,
    priceTaxInterpretation: "EXCLUSIVE",
    ...overrides,
  };
}
