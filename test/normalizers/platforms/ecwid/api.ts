/** What Ecwid's API answers about one order, product, customer and cart, in shapes of its reference. */
import type { LifeStage, SampleOptions } from "../../../../src/normalizers/wire.ts";
import type { AnswersOf } from "../../../helpers/hydrate.ts";

type Options = Partial<SampleOptions>;
type Overrides = Readonly<Record<string, unknown>>;

const STATUSES: Readonly<Record<LifeStage, readonly [string, string]>> = {
  created: ["AWAITING_PAYMENT", "AWAITING_PROCESSING"],
  paid: ["PAID", "AWAITING_PROCESSING"],
  partly_shipped: ["PAID", "PROCESSING"],
  shipped: ["PAID", "SHIPPED"],
  partly_refunded: ["PARTIALLY_REFUNDED", "SHIPPED"],
};

const person = {
  name: "Zoë Müller",
  companyName: "",
  street: "12 Harbour Street\n2nd floor",
  city: "Austin",
  countryCode: "US",
  countryName: "United States",
  postalCode: "78751",
  stateOrProvinceCode: "TX",
  stateOrProvinceName: "Texas",
  phone: "555 0102",
};

/** The answers to all reads of an order that has come this far, and of the store's profile. */
export function answers(stage: LifeStage, options: Options = {}): AnswersOf {
  const { id = "XJ12H" } = options;
  const known: Record<string, unknown> = {
    [`/orders/${id}`]: anOrder({ ...options, id, stage }),
    "/profile": aProfile(options.currency),
  };
  return (path) => known[path];
}

export function aProfile(currency = "USD") {
  return {
    generalInfo: { storeId: 1003 },
    formatsAndUnits: { currency, currencyPrefix: "$", currencyPrecision: 2 },
  };
}

export function anOrder(options: Options = {}, overrides: Overrides = {}) {
  const { id = "XJ12H", at = "2026-11-01T12:00:00Z", stage = "paid", amount = "100" } = options;
  const [paymentStatus, fulfillmentStatus] = STATUSES[stage];
  const updatedAt = Math.floor(Date.parse(at) / 1000);
  return {
    id,
    internalId: 103,
    orderNumber: 103,
    vendorOrderNumber: `shop-${id}`,
    subtotal: 95.5,
    total: Number(amount),
    usdTotal: Number(amount),
    tax: 8.5,
    paymentMethod: "Credit or debit card",
    paymentModule: "Stripe",
    paymentStatus,
    fulfillmentStatus,
    createDate: "2026-11-01 12:00:01 +0000",
    createTimestamp: 1793534401,
    updateDate: new Date(at).toISOString().slice(0, 19).replace("T", " ").concat(" +0000"),
    updateTimestamp: updatedAt,
    orderComments: "Please ring twice",
    privateAdminNotes: "Regular",
    email: "zoe@example.com",
    ipAddress: "203.0.113.7",
    customerId: 40201284,
    customerTaxExempt: false,
    discount: 4,
    couponDiscount: 7,
    discountCoupon: { id: 1, name: "Welcome", code: "WELCOME", discountType: "ABS" },
    items: [
      {
        id: 140273658,
        productId: 66722487,
        combinationId: 7084071,
        categoryId: 19563207,
        price: 45.25,
        sku: "MUG-BLU",
        quantity: 2,
        tax: 8,
        name: "Mug",
        isShippingRequired: true,
        taxes: [{ name: "State tax", value: 8.25, total: 8 }],
        selectedOptions: [{ name: "Colour", value: "Blue", type: "CHOICE" }],
        couponAmount: 7,
      },
      {
        id: 140273659,
        productId: 66722488,
        price: 5,
        sku: "CARD",
        quantity: 1,
        tax: 0.5,
        name: "Card",
        isShippingRequired: true,
      },
    ],
    refundedAmount: stage === "partly_refunded" ? 20 : 0,
    refunds:
      stage === "partly_refunded"
        ? [{ date: "2026-11-03 10:12:56 +0000", source: "CP", reason: "Broken", amount: 20 }]
        : [],
    billingPerson: person,
    shippingPerson: person,
    shippingOption: {
      shippingCarrierName: "USPS",
      shippingMethodName: "Priority Mail",
      shippingRate: 7,
      isPickup: false,
    },
    handlingFee: { name: "Wrapping", value: 0, description: "" },
    ...(stage === "shipped" || stage === "partly_refunded" ? { trackingNumber: "EJ958083578US" } : {}),
    orderExtraFields: [{ id: "how", title: "How did you hear about us?", value: "From a friend" }],
    acceptMarketing: true,
    ...overrides,
  };
}

export function aProduct(overrides: Overrides = {}) {
  return {
    id: 66722487,
    sku: "MUG",
    quantity: 67,
    unlimited: false,
    inStock: true,
    name: "Mug",
    price: 11.5,
    compareToPrice: 13.4,
    isShippingRequired: true,
    url: "https://shop.example.com/Mug-p66722487",
    created: "2026-10-15 17:22:37 +0000",
    updated: "2026-11-01 12:00:02 +0000",
    createTimestamp: 1792084957,
    updateTimestamp: 1793534402,
    enabled: true,
    description: "<p>Blue.</p>",
    categoryIds: [9691095],
    attributes: [
      { id: 1, name: "UPC", value: "4006381333931", type: "UPC", show: "DESCR" },
      { id: 2, name: "Brand", value: "Harbour", type: "BRAND", show: "DESCR" },
    ],
    media: { images: [{ id: "0", isMain: true, imageOriginalUrl: "https://cdn.example.com/mug.jpg" }] },
    combinations: [
      {
        id: 7084071,
        combinationNumber: 1,
        options: [{ name: "Colour", value: "Blue" }],
        sku: "MUG-BLU",
        quantity: 5,
        unlimited: false,
        price: 11.5,
      },
      {
        id: 7084072,
        combinationNumber: 2,
        options: [{ name: "Colour", value: "Red" }],
        quantity: 67,
        unlimited: false,
        price: 12,
      },
    ],
    ...overrides,
  };
}
