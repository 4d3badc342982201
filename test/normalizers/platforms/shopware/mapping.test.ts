import { describe, expect, it } from "vitest";
import type { Observation } from "../../../../src/normalizers/platform.ts";
import type { SampleOptions } from "../../../../src/normalizers/wire.ts";
import { shopware } from "../../../../src/normalizers/platforms/shopware/index.ts";
import { toHexId } from "../../../../src/normalizers/platforms/shopware/sample-id.ts";
import { play, planOf, tellAlone } from "../../../helpers/hydrate.ts";
import { checkRequest } from "../../../helpers/verify.ts";
import { answers, answersWith, aCustomer, aProduct, CUSTOMER_ID, found, PRODUCT_ID } from "./api.ts";

const AT = "2026-11-01T12:00:00Z";
const ORDER_ID = toHexId("42");
const DRAFT = "11111111111111111111111111111111";

function body(topic: string, options: Partial<SampleOptions> = {}): string {
  return shopware.samples.bodies[topic]?.({ id: "42", at: AT, ...options }) ?? "";
}

function written(...changes: readonly Readonly<Record<string, unknown>>[]): string {
  return JSON.stringify({ data: { payload: changes, event: "x" }, timestamp: 1_793_534_400 });
}

/** The body of an event whose order has other values. */
function withOrder(topic: string, changed: Readonly<Record<string, unknown>>): string {
  const event = JSON.parse(body(topic));
  return JSON.stringify({
    ...event,
    data: { ...event.data, payload: { order: { ...event.data.payload.order, ...changed } } },
  });
}

function stateOf(observations: readonly Observation[], resource: string): Record<string, unknown> {
  const found = observations.find((each) => each.kind === "state" && each.resource === resource);
  return found?.kind === "state" ? { ...found.state } : expect.unreachable(`no ${resource}`);
}

const orderOf = (text: string, topic = "checkout.order.placed") =>
  stateOf(tellAlone(shopware, { topic, body: text }), "order");

describe("statuses of Shopware", () => {
  it.each([
    ["open", "open"],
    ["in_progress", "open"],
    ["completed", "completed"],
    ["cancelled", "cancelled"],
    ["parked", "unknown"],
  ])("of an order: %s is %s", (word, status) => {
    expect(orderOf(body("checkout.order.placed", { status: word }))).toMatchObject({
      status,
      platformStatus: word,
    });
  });

  const transaction = (word: string, changed = {}) => ({
    id: `d${word.length}`,
    stateMachineState: { technicalName: word },
    amount: { totalPrice: 129.35 },
    captures: [],
    createdAt: "2026-11-01T12:00:01.000+00:00",
    ...changed,
  });

  it.each([
    ["open", "pending"],
    ["in_progress", "pending"],
    ["unconfirmed", "pending"],
    ["reminded", "pending"],
    ["authorized", "authorized"],
    ["paid", "paid"],
    ["paid_partially", "partially_paid"],
    ["refunded", "refunded"],
    ["refunded_partially", "partially_refunded"],
    ["cancelled", "voided"],
    ["failed", "failed"],
    ["chargeback", "unknown"],
    ["at_the_notary", "unknown"],
  ])("of a payment: %s is %s", (word, paymentStatus) => {
    const order = orderOf(withOrder("checkout.order.placed", { transactions: [transaction(word)] }));
    expect(order).toMatchObject({ paymentStatus, platformPaymentStatus: word });
  });

  it("of several payments is the newest's that neither failed nor was cancelled", () => {
    const transactions = [
      transaction("paid", { createdAt: "2026-11-01T12:05:00.000+00:00" }),
      transaction("failed", { createdAt: "2026-11-01T12:09:00.000+00:00" }),
      transaction("open", { createdAt: "2026-11-01T12:01:00.000+00:00" }),
    ];
    expect(orderOf(withOrder("checkout.order.placed", { transactions }))).toMatchObject({
      paymentStatus: "paid",
    });
  });

  const delivery = (word: string, changed = {}) => ({
    id: `e-${word}`,
    stateMachineState: { technicalName: word },
    shippingCosts: { totalPrice: 4.9 },
    ...changed,
  });

  it.each([
    [["open"], "unfulfilled"],
    [["shipped"], "fulfilled"],
    [["shipped", "open"], "partially_fulfilled"],
    [["shipped_partially"], "partially_fulfilled"],
    [["returned"], "restocked"],
    [["returned_partially"], "fulfilled"],
    [["cancelled"], "unfulfilled"],
    [["beamed"], "unknown"],
  ])("of deliveries: %s is %s", (words, fulfillmentStatus) => {
    const order = orderOf(
      withOrder("checkout.order.placed", { deliveries: words.map((word) => delivery(word)) }),
    );
    expect(order).toMatchObject({ fulfillmentStatus });
  });

  it("do not wait for the delivery that only discounts the shipping", () => {
    const deliveries = [delivery("shipped"), delivery("open", { shippingCosts: { totalPrice: -4.9 } })];
    expect(orderOf(withOrder("checkout.order.placed", { deliveries }))).toMatchObject({
      fulfillmentStatus: "fulfilled",
    });
  });

  it("make a completed order without deliveries fulfilled", () => {
    const changed = { deliveries: [], stateMachineState: { technicalName: "completed" } };
    expect(orderOf(withOrder("checkout.order.placed", changed))).toMatchObject({
      fulfillmentStatus: "fulfilled",
    });
  });
});

describe("business events", () => {
  it("need no read where the order is whole", () => {
    expect(
      play(shopware, {
        topic: "checkout.order.placed",
        body: body("checkout.order.placed"),
        answers: () => undefined,
      }).paths,
    ).toEqual([]);
  });

  it.each([
    ["transactions", undefined],
    ["deliveries", undefined],
    ["currency", null],
    ["billingAddress", null],
    ["transactions", [{ id: "d1" }]],
  ])("are completed by a read where %s is %j", (part, value) => {
    const topic = "state_enter.order_transaction.state.paid";
    const { observations, paths } = play(shopware, {
      topic,
      body: withOrder(topic, { [part]: value }),
      answers: answers("paid"),
    });
    expect(paths).toEqual(["/search/order"]);
    expect(stateOf(observations, "order")).toMatchObject({ id: ORDER_ID, paymentStatus: "paid" });
  });

  it("of a refund read its sum where the event leaves it out", () => {
    const topic = "state_enter.order_transaction.state.refunded_partially";
    const [transaction] = JSON.parse(body(topic)).data.payload.order.transactions;
    const text = withOrder(topic, { transactions: [{ ...transaction, captures: null }] });
    const { observations } = play(shopware, { topic, body: text, answers: answers("partly_refunded") });
    expect(stateOf(observations, "refund")).toMatchObject({
      orderId: ORDER_ID,
      amount: { amount: "32.34", currency: "EUR" },
    });
    expect(tellAlone(shopware, { topic, body: text })).toEqual([]);
  });

  it("have the change time of the order's youngest part as version", () => {
    const [transaction] = JSON.parse(body("checkout.order.placed")).data.payload.order.transactions;
    const text = withOrder("checkout.order.placed", {
      transactions: [{ ...transaction, updatedAt: "2026-11-02T10:00:00.250+00:00" }],
    });
    expect(tellAlone(shopware, { topic: "checkout.order.placed", body: text })[0]).toMatchObject({
      version: "2026-11-02T10:00:00.250000000Z",
    });
  });

  it("hold amounts without the tails of floats", () => {
    const text = withOrder("checkout.order.placed", { amountTotal: 129.35000000000002 });
    expect(orderOf(text)).toMatchObject({ totals: { total: { amount: "129.35", currency: "EUR" } } });
  });

  it("have lines that add up to the subtotal, promotions among them", () => {
    const order = orderOf(body("checkout.order.placed"));
    expect(order).toMatchObject({
      totals: { subtotal: { amount: "122.88" }, discount: { amount: "12.94" } },
      lineItems: [
        { total: { amount: "135.82" } },
        { productId: null, total: { amount: "-12.94" }, extra: { type: "promotion" } },
      ],
      discounts: [{ code: "HAFENFEST", amount: { amount: "12.94" } }],
    });
  });
});

describe("entity-written events", () => {
  it("may be a list that kept its keys", () => {
    const text = JSON.stringify({
      data: { payload: { 2: { entity: "product", operation: "delete", primaryKey: PRODUCT_ID } } },
    });
    expect(tellAlone(shopware, { topic: "product.written", body: text })).toMatchObject([
      { kind: "deleted", resource: "product", id: PRODUCT_ID },
    ]);
  });

  it("about drafts say nothing", () => {
    const change = { entity: "order", operation: "update", primaryKey: ORDER_ID };
    for (const draft of [
      { ...change, versionId: DRAFT },
      { ...change, primaryKey: { id: ORDER_ID, versionId: DRAFT } },
    ]) {
      expect(planOf(shopware, { topic: "order.written", body: written(draft) })).toMatchObject({
        observations: [],
      });
    }
    expect(planOf(shopware, { topic: "order.written", body: written(change) })).toMatchObject({
      key: `order:${ORDER_ID}`,
    });
  });

  it("of many entities are one search, by the ids that were not deleted", () => {
    const other = toHexId("43");
    const text = written(
      { entity: "product", operation: "update", primaryKey: PRODUCT_ID },
      { entity: "product", operation: "insert", primaryKey: other },
      { entity: "product", operation: "delete", primaryKey: toHexId("44") },
    );
    const plan = planOf(shopware, { topic: "product.written", body: text });
    if (!("reads" in plan)) return expect.unreachable("needs no reads");
    expect(plan.reads({})[0]).toMatchObject({
      method: "POST",
      path: "/search/product",
      body: { ids: [other, PRODUCT_ID].sort(), limit: 2 },
    });
    const result = plan.map(
      { "product:0": found(aProduct(), aProduct({ id: other })), "currency:0": found() },
      AT,
    );
    expect(result).toMatchObject({ ok: true });
    const observations = result.ok ? result.observations : [];
    expect(observations.filter(({ kind }) => kind === "deleted")).toMatchObject([{ id: toHexId("44") }]);
    expect(
      observations.filter(
        (each) => each.kind === "state" && each.isNew === true && each.resource === "product",
      ),
    ).toMatchObject([{ id: other }]);
  });

  it("about what no search finds are deletions", () => {
    const { observations } = play(shopware, {
      topic: "order.written",
      body: body("order.written"),
      answers: answersWith({ "/search/order": found() }),
    });
    expect(observations).toMatchObject([{ kind: "deleted", resource: "order", id: ORDER_ID }]);
  });

  it("that name an address or the price of a rule lead to its owner", () => {
    const address = play(shopware, {
      topic: "customer_address.written",
      body: body("customer_address.written"),
      answers: answers("paid"),
    });
    expect(address.paths).toEqual(["/search/customer-address", "/search/customer"]);
    expect(stateOf(address.observations, "customer")).toMatchObject({ id: ORDER_ID });
    const price = play(shopware, {
      topic: "product_price.written",
      body: body("product_price.written"),
      answers: answers("paid"),
    });
    expect(price.paths).toEqual(["/search/product-price", "/search/product", "/search/currency"]);
  });

  it("tell price and stock of what is sold, in the shop's own currency", () => {
    const { observations } = play(shopware, {
      topic: "product.written",
      body: body("product.written"),
      answers: answers("paid"),
    });
    expect(stateOf(observations, "price")).toMatchObject({
      price: { amount: "24.90", currency: "EUR" },
      compareAtPrice: { amount: "29.90" },
    });
    expect(stateOf(observations, "stock")).toMatchObject({ available: 41, sku: "HB-12" });
    const parent = answersWith({ "/search/product": found(aProduct({ id: ORDER_ID, childCount: 3 })) });
    const kinds = play(shopware, {
      topic: "product.written",
      body: body("product.written"),
      answers: parent,
    }).observations;
    expect(kinds.map((each) => each.kind === "state" && each.resource)).toEqual(["product"]);
  });

  it("hold no secret that reaches an observation", () => {
    const known = answersWith({ "/search/customer": found(aCustomer({ id: ORDER_ID })) });
    const { observations } = play(shopware, {
      topic: "customer.written",
      body: body("customer.written"),
      answers: known,
    });
    expect(JSON.stringify(observations)).not.toContain("hush-hush");
    expect(CUSTOMER_ID).toHaveLength(32);
  });
});

describe("signatures of Shopware", () => {
  const SECRET = "shop-secret-0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab";
  // Computed with node:crypto from the rule of the app system's documentation, not with the hub's code.
  const event =
    '{"data":{"payload":[{"entity":"product","operation":"update","primaryKey":"0123456789abcdef0123456789abcdef","updatedFields":["stock"]}],"event":"product.written"},"source":{"url":"https://shop.example","appVersion":"1.0.0","shopId":"shopABC123","eventId":"0123456789abcdef0123456789abcdef"},"timestamp":1700000000}';
  const signature = "76a046dbc26d2c90c7669c9badb6b5cd19f6dd9a0052bc435731bdd0f24da1d7";
  const checked = (changed: { now?: number; body?: string }) =>
    checkRequest(shopware.schemes[0], {
      body: event,
      headers: { "shopware-shop-signature": signature },
      secrets: [SECRET],
      now: 1_700_000_000_000,
      ...changed,
    });

  it("of events cover the body, whose time is no more than five minutes away", async () => {
    expect(await checked({})).toBe("ok");
    expect(await checked({ now: 1_700_000_300_000 })).toBe("ok");
    expect(await checked({ now: 1_700_000_301_000 })).not.toBe("ok");
    expect(await checked({ body: event.replace("stock", "price") })).toBe("wrong_signature");
  });

  it("of registrations cover the query", async () => {
    const [registration] = shopware.handshakes;
    const query = "shop-id=shopABC123&shop-url=https://shop.example&timestamp=1700000000";
    const headers = {
      "shopware-app-signature": "77d1ded792075b42e87ad452afaa488678951f9b49999d52227fc134c6408f8d",
    };
    const ask = (text: string, now = 1_700_000_000_000) =>
      checkRequest(registration.ask.scheme, {
        headers,
        url: `https://hub.example/webhooks/shopware/acme?${text}`,
        secrets: ["app-secret"],
        now,
      });
    expect(await ask(query)).toBe("ok");
    expect(await ask(query, 1_700_000_301_000)).toBe("stale_timestamp");
    expect(await ask(query.replace("shopABC123", "shopABC124"))).toBe("wrong_signature");
  });
});
