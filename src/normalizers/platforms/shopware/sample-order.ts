import { addDecimals, divideDecimals } from "../../canonical/money.ts";
import type { LifeStage, SampleOptions } from "../../wire.ts";
import { toHexId } from "./sample-id.ts";

export interface Words {
  readonly order?: string;
  readonly transaction?: string;
  readonly delivery?: string;
}

const AT_STAGE: Readonly<Record<LifeStage, Words>> = {
  created: {},
  paid: { order: "in_progress", transaction: "paid" },
  partly_shipped: { order: "in_progress", transaction: "paid", delivery: "shipped_partially" },
  shipped: { order: "in_progress", transaction: "paid", delivery: "shipped" },
  partly_refunded: { order: "in_progress", transaction: "refunded_partially", delivery: "shipped" },
};

const address = {
  id: "a0000000000000000000000000000071",
  firstName: "Zoë",
  lastName: "Müller",
  company: "Müller & Söhne",
  street: "Hafenstraße 12",
  additionalAddressLine1: null,
  additionalAddressLine2: null,
  zipcode: "20457",
  city: "Hamburg",
  phoneNumber: "+49 40 555 01 02",
  country: { iso: "DE", name: "Deutschland", translated: { name: "Deutschland" } },
  countryState: null,
};

/** An order with all its parts; the amount is its total. `status` names the state of the order. */
export function sampleOrder(topicWords: Words, options: SampleOptions): unknown {
  const { id, at, amount = "129.35", currency = "EUR", status, stage } = options;
  const words = {
    ...(stage === undefined ? topicWords : AT_STAGE[stage]),
    ...(status === undefined ? {} : { order: status }),
  };
  const sums = split(amount);
  const bornAt = stage === undefined || stage === "created" ? at : undefined;
  const times = {
    createdAt: bornAt ?? "2026-11-01T12:00:01.000+00:00",
    updatedAt: bornAt === undefined ? at : null,
  };
  return {
    id: toHexId(id),
    orderNumber: "10042",
    orderDateTime: times.createdAt,
    ...times,
    amountTotal: Number(amount),
    amountNet: Number(sums.net),
    positionPrice: Number(sums.positions),
    shippingTotal: Number(sums.shipping),
    taxStatus: "gross",
    price: {
      totalPrice: Number(amount),
      calculatedTaxes: [{ tax: Number(sums.tax), taxRate: 19, price: Number(amount) }],
    },
    currency: { isoCode: currency },
    currencyFactor: 1,
    customerComment: "Bitte klingeln – 2. Stock",
    salesChannelId: "98432def39fc4624b33213a56b8c944d",
    stateMachineState: { technicalName: words.order ?? "open" },
    orderCustomer: {
      customerId: "c0000000000000000000000000000007",
      email: "zoe@example.com",
      firstName: "Zoë",
      lastName: "Müller",
      customerNumber: "10025",
    },
    billingAddress: address,
    lineItems: linesOf(sums),
    transactions: [transactionOf(words, amount, times)],
    deliveries: [deliveryOf(words, sums.shipping, times)],
  };
}

interface Times {
  readonly createdAt: string;
  readonly updatedAt: string | null;
}

function linesOf({ article, discount }: ReturnType<typeof split>): unknown[] {
  return [
    {
      id: "b0000000000000000000000000000101",
      identifier: "f0000000000000000000000000000012",
      productId: "f0000000000000000000000000000012",
      parentId: null,
      type: "product",
      label: "Kaffeebecher „Hafen“",
      quantity: 1,
      unitPrice: Number(article),
      totalPrice: Number(article),
      payload: { productNumber: "HB-12" },
    },
    {
      id: "b0000000000000000000000000000102",
      identifier: "hafenfest",
      productId: null,
      parentId: null,
      type: "promotion",
      label: "Hafenfest",
      quantity: 1,
      unitPrice: -Number(discount),
      totalPrice: -Number(discount),
      payload: { code: "HAFENFEST" },
    },
  ];
}

function transactionOf({ transaction = "open" }: Words, amount: string, times: Times): unknown {
  return {
    id: "d0000000000000000000000000000061",
    amount: { unitPrice: Number(amount), totalPrice: Number(amount), quantity: 1 },
    stateMachineState: { technicalName: transaction },
    paymentMethod: {
      name: "Vorkasse",
      technicalName: "payment_prepayment",
      translated: { name: "Vorkasse" },
    },
    captures: capturesOf(transaction, amount, times),
    ...times,
  };
}

/** Payment plugins that use the core's refunds write them behind a capture. */
function capturesOf(transaction: string, amount: string, { createdAt, updatedAt }: Times): unknown[] {
  if (!transaction.startsWith("refunded")) return [];
  const back = Number(transaction === "refunded" ? amount : divideDecimals(amount, "4", 2));
  const refund = {
    id: "e0000000000000000000000000000091",
    reason: "Beschädigt angekommen",
    externalReference: "re_91",
    amount: { unitPrice: back, totalPrice: back, quantity: 1 },
    stateMachineState: { technicalName: "completed" },
    createdAt: updatedAt ?? createdAt,
    updatedAt: null,
  };
  return [{ id: "e0000000000000000000000000000090", refunds: [refund] }];
}

function deliveryOf({ delivery = "open" }: Words, shipping: string, times: Times): unknown {
  return {
    id: "e0000000000000000000000000000081",
    trackingCodes: delivery === "open" || delivery === "cancelled" ? [] : ["00340434161094000001"],
    stateMachineState: { technicalName: delivery },
    shippingMethod: {
      name: "Standard",
      technicalName: "shipping_standard",
      translated: { name: "Standard" },
    },
    shippingCosts: { unitPrice: Number(shipping), totalPrice: Number(shipping), calculatedTaxes: [] },
    shippingOrderAddress: address,
    positions: [{ orderLineItemId: "b0000000000000000000000000000101", price: { quantity: 1 } }],
    ...times,
  };
}

/** Tax, shipping and promotion are small parts of the total; the article is the rest. */
function split(amount: string) {
  const [shipping, discount] = [
    divideDecimals(amount, "20", 2) ?? "0",
    divideDecimals(amount, "10", 2) ?? "0",
  ];
  const net = divideDecimals(amount, "1.19", 2) ?? amount;
  const positions = addDecimals(amount, `-${shipping}`);
  return {
    shipping,
    discount,
    net,
    positions,
    article: addDecimals(positions, discount),
    tax: addDecimals(amount, `-${net}`),
  };
}
