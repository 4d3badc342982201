/** What the admin API of a shop answers to searches for one order, product and customer. */
import { sampleOrder } from "../../../../src/normalizers/platforms/shopware/sample-order.ts";
import { toHexId } from "../../../../src/normalizers/platforms/shopware/sample-id.ts";
import type { LifeStage, SampleOptions } from "../../../../src/normalizers/wire.ts";
import type { AnswersOf } from "../../../helpers/hydrate.ts";

type Options = Partial<SampleOptions>;
type Row = Readonly<Record<string, unknown>>;

export const CURRENCY = { id: "b7d2554b0ce847cd82f3ac9bd1c0dfca", isoCode: "EUR", factor: 1 };
export const CUSTOMER_ID = "c0000000000000000000000000000007";
export const PRODUCT_ID = "f0000000000000000000000000000012";

export function answers(stage: LifeStage, options: Options = {}): AnswersOf {
  const { id = "42", at = "2026-11-01T12:00:00.000+00:00" } = options;
  const hex = toHexId(id);
  const known: Readonly<Record<string, unknown>> = {
    "/search/order": found(sampleOrder({}, { ...options, id, at, stage })),
    "/search/product": found(aProduct({ id: hex })),
    "/search/currency": found(CURRENCY),
    "/search/product-price": found({ id: hex, productId: hex, quantityStart: 10 }),
    "/search/customer": found(aCustomer({ id: hex })),
    "/search/customer-address": found({ id: hex, customerId: hex }),
  };
  return (path) => known[path];
}

export function answersWith(changed: Readonly<Record<string, unknown>>, options: Options = {}): AnswersOf {
  const usual = answers("paid", options);
  return (path) => (Object.hasOwn(changed, path) ? changed[path] : usual(path));
}

export function found(...data: readonly unknown[]): Row {
  return { total: data.length, data, aggregations: [] };
}

export function aProduct(overrides: Row = {}): Row {
  return {
    id: PRODUCT_ID,
    parentId: null,
    childCount: 0,
    productNumber: "HB-12",
    name: null,
    translated: { name: "Kaffeebecher „Hafen“", description: "<p>0,3 l</p>" },
    ean: "4006381333931",
    active: true,
    stock: 41,
    availableStock: 41,
    isCloseout: false,
    price: [
      { currencyId: "a0000000000000000000000000000001", gross: 27.5, net: 23.11, linked: false },
      {
        currencyId: CURRENCY.id,
        gross: 24.9,
        net: 20.924369747899,
        linked: true,
        listPrice: { gross: 29.9, net: 25.13 },
      },
    ],
    weight: 0.35,
    width: 90,
    height: 115,
    length: null,
    manufacturer: { name: "Hafenwerk", translated: { name: "Hafenwerk" } },
    options: null,
    createdAt: "2026-11-01T12:00:01.123+00:00",
    updatedAt: "2026-11-01T12:10:00.456+00:00",
    ...overrides,
  };
}

export function aCustomer(overrides: Row = {}): Row {
  const address = {
    id: "a0000000000000000000000000000071",
    firstName: "Zoë",
    lastName: "Müller",
    street: "Hafenstraße 12",
    zipcode: "20457",
    city: "Hamburg",
    phoneNumber: "+49 40 555 01 02",
    country: { iso: "DE", translated: { name: "Deutschland" } },
    countryState: null,
  };
  return {
    id: CUSTOMER_ID,
    customerNumber: "10025",
    email: "zoe@example.com",
    firstName: "Zoë",
    lastName: "Müller",
    company: null,
    guest: false,
    active: true,
    orderCount: 2,
    password: "hush-hush",
    defaultBillingAddress: address,
    defaultShippingAddress: address,
    addresses: [address],
    createdAt: "2026-11-01T12:00:01.123+00:00",
    updatedAt: null,
    ...overrides,
  };
}
