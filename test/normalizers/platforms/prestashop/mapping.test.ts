import { describe, expect, it } from "vitest";
import { prestashop } from "../../../../src/normalizers/platforms/prestashop/index.ts";
import type { Observation } from "../../../../src/normalizers/platform.ts";
import type { SampleOptions } from "../../../../src/normalizers/wire.ts";
import { type AnswersOf, play, planOf, tellAlone } from "../../../helpers/hydrate.ts";
import { checkRequest } from "../../../helpers/verify.ts";
import { STATES, aCustomer, anAddress, anOrder, answers, answersWith, aProduct, aSlip } from "./api.ts";

const AT = "2026-11-01T12:00:00Z";

function body(
  topic: string,
  options: Partial<SampleOptions> = {},
  changed: Readonly<Record<string, unknown>> = {},
): string {
  const sample = prestashop.samples.bodies[topic]?.({ id: "42", at: AT, ...options });
  return JSON.stringify({ ...JSON.parse(sample ?? "{}"), ...changed });
}

function stateOf(
  observations: readonly Observation[],
  resource: string,
  id?: string,
): Record<string, unknown> {
  const found = observations.find(
    (each) => each.kind === "state" && each.resource === resource && (id === undefined || each.id === id),
  );
  return found?.kind === "state" ? { ...found.state } : expect.unreachable(`no ${resource}`);
}

/** The order of a webhook whose shop is in this state. */
function orderIn(stateId: number, changed: Readonly<Record<string, unknown>> = {}, topic = "order.updated") {
  const order = { order: anOrder({}, { current_state: stateId, ...changed }) };
  const history = {
    order_histories: [{ id: 3, id_order_state: stateId, id_order: 42, date_add: "2026-11-02 10:00:00" }],
  };
  const known = { "/orders/42": order, "/order_histories": history, "/order_payments": [] };
  return stateOf(
    play(prestashop, { topic, body: body(topic), answers: answersWith(known) }).observations,
    "order",
  );
}

describe("statuses of PrestaShop", () => {
  it.each([
    [10, { status: "pending", paymentStatus: "pending", fulfillmentStatus: "unfulfilled" }],
    [2, { status: "open", paymentStatus: "paid", fulfillmentStatus: "unfulfilled" }],
    [4, { status: "open", paymentStatus: "paid", fulfillmentStatus: "fulfilled" }],
    [5, { status: "completed", paymentStatus: "paid", fulfillmentStatus: "delivered" }],
    [6, { status: "cancelled", paymentStatus: "voided", cancelledAt: "2026-11-02T09:00:00Z" }],
    [7, { status: "completed", paymentStatus: "refunded" }],
  ])("come from flags and role: state %s", (id, expected) => {
    expect(orderIn(id)).toMatchObject(expected);
  });

  it("are unknown where a state has neither, with the shop's word beside them", () => {
    expect(orderIn(23)).toMatchObject({
      status: "unknown",
      platformStatus: "Paiement en deux fois",
      paymentStatus: "pending",
    });
  });

  it("do not follow the ids of a fresh install", () => {
    const flags = { order_states: [{ ...STATES[0], id: 77, paid: "1" }] };
    const roles = { ...JSON.parse(body("order.updated")).shop, stateRoles: { 77: "canceled" } };
    const played = play(prestashop, {
      topic: "order.updated",
      body: body("order.updated", {}, { shop: roles }),
      answers: answersWith({
        "/orders/42": { order: anOrder({}, { current_state: 77 }) },
        "/order_states": flags,
      }),
    });
    expect(stateOf(played.observations, "order")).toMatchObject({
      status: "cancelled",
      paymentStatus: "paid",
    });
  });

  it("stay paid and shipped in a state that is neither", () => {
    const known = {
      "/orders/42": { order: anOrder({}, { current_state: 7 }) },
      "/order_histories": {
        order_histories: [
          { id: 9, id_order_state: 4, id_order: 42, date_add: "2026-11-02 09:00:00" },
          { id: 10, id_order_state: 7, id_order: 42, date_add: "2026-11-03 09:00:00" },
        ],
      },
    };
    const { observations } = play(prestashop, {
      topic: "order.updated",
      body: body("order.updated"),
      answers: answersWith(known),
    });
    expect(stateOf(observations, "order")).toMatchObject({
      paymentStatus: "refunded",
      fulfillmentStatus: "fulfilled",
      paidAt: "2026-11-02T08:00:00Z",
      completedAt: "2026-11-02T08:00:00Z",
    });
  });
});

describe("money of PrestaShop", () => {
  it("that was received is the sum of the payments, not total_paid_real", () => {
    const { observations } = play(prestashop, {
      topic: "order.updated",
      body: body("order.updated"),
      answers: answers("paid"),
    });
    expect(stateOf(observations, "order")).toMatchObject({
      totals: { total: { amount: "80.00" }, paid: { amount: "80.00" }, tax: { amount: "13.33" } },
    });
  });

  it("that came in part is partially paid, as long as the state is not paid", () => {
    const payment = { id: 61, id_currency: 1, amount: "30.000000", date_add: "2026-11-01 14:00:00" };
    const known = {
      "/orders/42": { order: anOrder({ stage: "created" }) },
      "/order_histories": [],
      "/order_payments": { order_payments: [payment] },
    };
    const { observations } = play(prestashop, {
      topic: "order.updated",
      body: body("order.updated"),
      answers: answersWith(known),
    });
    expect(stateOf(observations, "order")).toMatchObject({
      paymentStatus: "partially_paid",
      totals: { paid: { amount: "30.00" } },
    });
  });

  it("of another currency than the order's is not added", () => {
    const payment = { id: 61, id_currency: 2, amount: "90.000000", date_add: "2026-11-01 14:00:00" };
    const known = { "/order_payments": { order_payments: [payment] } };
    const { observations } = play(prestashop, {
      topic: "order.updated",
      body: body("order.updated"),
      answers: answersWith(known),
    });
    const { totals, payments } = stateOf(observations, "order");
    expect(totals).not.toHaveProperty("paid", expect.anything());
    expect(payments).toMatchObject([{ id: "61", status: "succeeded" }]);
  });

  it("that went back in full makes the order refunded", () => {
    const slip = aSlip("42", { total_products_tax_incl: "71.500000", total_shipping_tax_incl: "8.500000" });
    const { observations } = play(prestashop, {
      topic: "refund.created",
      body: body("refund.created"),
      answers: answersWith({ "/order_slip": { order_slips: [slip] } }),
    });
    expect(stateOf(observations, "order")).toMatchObject({
      paymentStatus: "refunded",
      totals: { refunded: { amount: "80.00" } },
    });
    expect(stateOf(observations, "refund")).toMatchObject({
      orderId: "42",
      amount: { amount: "80.00" },
      shipping: { amount: "8.50" },
    });
  });
});

describe("answers of the Webservice", () => {
  it.each(["order.updated", "product.saved", "customer.updated", "cart.updated"])(
    "mean the same with every value a text: %s",
    (topic) => {
      const asTexts: AnswersOf = (path) => spelled(answers("shipped")(path));
      const [mixed, texts] = [answers("shipped"), asTexts].map((each) =>
        play(prestashop, { topic, body: body(topic), answers: each }),
      );
      expect(texts?.observations).toEqual(mixed?.observations);
      expect(mixed?.observations).not.toEqual([]);
    },
  );

  it("may wrap a single thing in a list", () => {
    const wrapped = answersWith({ "/orders/42": { orders: [anOrder()] } });
    const { observations } = play(prestashop, {
      topic: "order.updated",
      body: body("order.updated"),
      answers: wrapped,
    });
    expect(stateOf(observations, "order")).toMatchObject({ id: "42" });
  });

  it("of another resource are a problem, named by the read", () => {
    const plan = planOf(prestashop, { topic: "order.updated", body: body("order.updated") });
    if (!("reads" in plan)) return expect.unreachable("needs no reads");
    const result = plan.map({ order: { products: [] } }, AT);
    expect(result).toMatchObject({
      ok: false,
      problem: expect.stringContaining("answer order: order: is no answer with order"),
    });
  });

  it("are asked with encoded brackets, the shop's id and JSON", () => {
    const { paths } = play(prestashop, {
      topic: "order.updated",
      body: body("order.updated"),
      answers: answers("paid"),
    });
    expect(paths).toContain("/orders/42?output_format=JSON&id_shop=1");
    expect(paths).toContain(
      "/order_details?output_format=JSON&filter%5Bid_order%5D=%5B42%5D&display=full&id_shop=1",
    );
    expect(paths).toContain(
      "/order_payments?output_format=JSON&filter%5Border_reference%5D=%5BFMHGOYBGK%5D&display=full&id_shop=1",
    );
    expect(paths.filter((path) => path.startsWith("/addresses"))).toHaveLength(1);
  });

  it("are the same reads for all topics of an order, which can share them", () => {
    const pathsOf = (topic: string) =>
      play(prestashop, { topic, body: body(topic), answers: answers("shipped") }).paths;
    const plans = ["order.created", "order.status_changed", "refund.created", "fulfillment.updated"];
    for (const topic of plans) {
      expect(planOf(prestashop, { topic, body: body(topic) })).toMatchObject({ key: "order:42" });
      expect(pathsOf(topic)).toEqual(pathsOf("order.updated"));
    }
  });

  it("lead from a credit slip to its order where the webhook does not name it", () => {
    const { observations, paths } = play(prestashop, {
      topic: "refund.created",
      body: body("refund.created", {}, { payload: {} }),
      answers: answersWith({ "/order_slip/421": { order_slip: aSlip("42") } }, "partly_refunded"),
    });
    expect(paths[0]).toMatch(/^\/order_slip\/421\?/);
    expect(stateOf(observations, "order")).toMatchObject({ id: "42" });
  });

  it("hold no secret that reaches an observation", () => {
    for (const topic of ["order.updated", "customer.updated"]) {
      const { observations } = play(prestashop, { topic, body: body(topic), answers: answers("shipped") });
      expect(JSON.stringify(observations)).not.toMatch(/f6e7751671880b23ba68281089d71d35|\$2y\$10/);
    }
  });

  it.each([
    ["order.updated", "/orders/42", "order"],
    ["product.saved", "/products/42", "product"],
    ["customer.updated", "/customers/42", "customer"],
    ["cart.updated", "/carts/42", "cart"],
  ])("that say 404 mean a deletion: %s", (topic, path, resource) => {
    const { observations } = play(prestashop, {
      topic,
      body: body(topic),
      answers: answersWith({ [path]: undefined }),
    });
    expect(observations).toMatchObject([{ kind: "deleted", resource, id: "42" }]);
  });
});

describe("times of PrestaShop", () => {
  const placedAt = (timezone: string | undefined, options = {}) => {
    const shop = { ...JSON.parse(body("order.updated")).shop, timezone };
    const played = play(prestashop, {
      topic: "order.updated",
      body: body("order.updated", {}, { shop }),
      answers: answersWith({ "/orders/42": { order: anOrder({}, { date_add: "2026-07-05 16:40:18" }) } }),
      context: { options },
    });
    return stateOf(played.observations, "order").placedAt;
  };

  it("are the shop's, by the zone of the webhook, else by the store's option, else as they stand", () => {
    expect(placedAt("Europe/Paris")).toBe("2026-07-05T14:40:18Z");
    expect(placedAt(undefined, { timeZone: "America/New_York" })).toBe("2026-07-05T20:40:18Z");
    expect(placedAt(undefined)).toBe("2026-07-05T16:40:18Z");
  });
});

describe("the catalogue of PrestaShop", () => {
  const product = (changed: Readonly<Record<string, unknown>>) =>
    play(prestashop, { topic: "product.saved", body: body("product.saved"), answers: answersWith(changed) })
      .observations;
  const reduction = {
    id: 8,
    id_product: 42,
    id_product_attribute: 0,
    id_shop: 0,
    id_cart: 0,
    id_currency: 0,
    id_country: 0,
    id_group: 0,
    id_customer: 0,
    price: "-1.000000",
    from_quantity: 1,
    reduction: "0.200000",
    reduction_tax: 1,
    reduction_type: "percentage",
    from: "0000-00-00 00:00:00",
    to: "0000-00-00 00:00:00",
  };

  it("adds a combination's impact to the price and does not count the sum of the stock", () => {
    const observations = product({});
    expect(stateOf(observations, "price", "42-32")).toMatchObject({
      price: { amount: "25.833333", currency: "EUR" },
    });
    expect(
      observations
        .filter((each) => each.kind === "state" && each.resource === "stock")
        .map((each) => each.kind === "state" && each.state),
    ).toMatchObject([
      { inventoryItemId: "42-31", available: 4 },
      { inventoryItemId: "42-32", available: 5 },
    ]);
  });

  it("takes the row 0 as stock of a product without combinations", () => {
    const observations = product({ "/combinations": [] });
    expect(stateOf(observations, "stock")).toMatchObject({ inventoryItemId: "42-0", available: 9 });
  });

  it("tells a reduction that holds for all, and none that holds for some or at another time", () => {
    const price = (row: Readonly<Record<string, unknown>>) =>
      stateOf(
        product({ "/specific_prices": { specific_prices: [{ ...reduction, ...row }] } }),
        "price",
        "42-31",
      );
    expect(price({})).toMatchObject({
      price: { amount: "16.666666" },
      compareAtPrice: { amount: "20.833333" },
    });
    for (const row of [
      { id_group: 3 },
      { from_quantity: 10 },
      { from: "2026-12-01 00:00:00" },
      { to: "2026-10-01 00:00:00" },
      { id_shop: 2 },
    ]) {
      expect(price(row)).toMatchObject({ price: { amount: "20.833333" }, compareAtPrice: null });
    }
    expect(price({ reduction_type: "amount", reduction: "5.000000", reduction_tax: 0 })).toMatchObject({
      price: { amount: "15.833333" },
    });
  });

  it("leaves out a product that nobody has saved", () => {
    expect(product({ "/products/42": { product: aProduct({ state: "0" }) } })).toEqual([]);
  });

  it("does not take the sum of the combinations for stock", () => {
    const payload = { productId: "42", combinationId: "0", quantity: 9, isSum: true };
    expect(
      tellAlone(prestashop, { topic: "stock.changed", body: body("stock.changed", {}, { payload }) }),
    ).toEqual([]);
  });
});

describe("customers of PrestaShop", () => {
  it("that are guests have no account in their order", () => {
    const guest = answersWith({ "/customers/7": { customer: aCustomer({ is_guest: "1" }) } });
    const { observations } = play(prestashop, {
      topic: "order.updated",
      body: body("order.updated"),
      answers: guest,
    });
    expect(stateOf(observations, "order")).toMatchObject({
      customer: { id: null, email: "zoe@example.com", extra: { guestCustomerId: "7" } },
    });
  });

  it("that are marked as deleted are deleted, and so are not their addresses' owners", () => {
    const known = answersWith({ "/customers/42": { customer: aCustomer({ id: 42, deleted: "1" }) } });
    const { observations } = play(prestashop, {
      topic: "customer.updated",
      body: body("customer.updated"),
      answers: known,
    });
    expect(observations).toMatchObject([{ kind: "deleted", resource: "customer", id: "42" }]);
  });

  it("are found by an address whose webhook does not name them", () => {
    const known = answersWith({ "/addresses/71": { address: anAddress({ id_customer: 42 }) } });
    const { observations } = play(prestashop, {
      topic: "address.saved",
      body: body("address.saved", {}, { payload: {} }),
      answers: known,
    });
    expect(stateOf(observations, "customer")).toMatchObject({
      id: "42",
      addresses: [{ id: "71", country: "FR" }],
    });
  });

  it("without an account are known by the digest of their address", () => {
    const payload = { email: "zoe@example.com", newsletter: false, customerId: null };
    const told = tellAlone(prestashop, {
      topic: "consent.changed",
      body: body("consent.changed", {}, { payload }),
    });
    expect(told).toMatchObject([
      {
        kind: "state",
        resource: "customer",
        id: expect.stringMatching(/^newsletter:[0-9a-f]{64}$/),
        state: { emailConsent: { state: "not_subscribed" } },
      },
    ]);
  });
});

describe("webhooks of the bridge alone", () => {
  it("tell a new order with its state and nothing else", () => {
    expect(tellAlone(prestashop, { topic: "order.created", body: body("order.created") })).toMatchObject([
      {
        kind: "state",
        resource: "order",
        isNew: true,
        state: {
          id: "42",
          number: "FMHGOYBGK",
          status: "pending",
          paymentStatus: "pending",
          customer: { id: "7" },
        },
      },
    ]);
  });

  it("tell what a change of state crosses", () => {
    const told = tellAlone(prestashop, {
      topic: "order.status_changed",
      body: body("order.status_changed", { stage: "shipped" }),
    });
    expect(told).toMatchObject([
      { kind: "patch", path: "status", value: "open", news: ["fulfilled"] },
      { kind: "patch", path: "platformStatus", value: "Expédié" },
      { kind: "patch", path: "paymentStatus", value: "paid" },
      { kind: "patch", path: "fulfillmentStatus", value: "fulfilled", news: ["fulfilled"] },
    ]);
  });

  it("are read as the public OpenLinker module writes them, without shop, sequence and payload", () => {
    const bare = JSON.stringify({
      schemaVersion: 1,
      eventId: "e",
      eventType: "order.created",
      occurredAt: AT,
      object: { type: "order", externalId: "42" },
    });
    const { paths } = play(prestashop, { topic: "order.created", body: bare, answers: answers("created") });
    expect(paths[0]).toBe("/orders/42?output_format=JSON");
  });
});

describe("the signature of the bridge", () => {
  // Computed with node:crypto from the contract of the public OpenLinker module, not with the hub's code.
  const contract =
    '{"schemaVersion":1,"eventId":"0f1c6a52-8a2f-4a52-9d52-0c6b9f0b8a11","eventType":"order.status_changed","occurredAt":"2025-12-17T19:33:20Z","object":{"type":"order","externalId":"42"}}';
  const signature = "sha256=fea2da18edf8e7f363abb43115438332f99959ea1c153b2f31f9ee2bec8d91e8";

  const [scheme] = prestashop.schemes;
  const signed = (value: string, now = 1_766_000_000_000) =>
    checkRequest(scheme, {
      body: contract,
      headers: { "x-entrepot-timestamp": "1766000000000", "x-entrepot-signature": value },
      secrets: ["ps-bridge-secret"],
      now,
    });

  it("is the contract's, also beside one of another secret", async () => {
    expect(await signed(signature)).toBe("ok");
    expect(await signed(`sha256=${"0".repeat(64)}, ${signature}`)).toBe("ok");
    expect(await signed(`sha256=${"0".repeat(64)}`)).toBe("wrong_signature");
    expect(await signed(signature.replace("sha256=", "md5="))).toBe("malformed_signature");
  });

  it("counts for five minutes before and after", async () => {
    for (const ms of [-300_000, 300_000]) expect(await signed(signature, 1_766_000_000_000 + ms)).toBe("ok");
    for (const ms of [-301_000, 301_000])
      expect(await signed(signature, 1_766_000_000_000 + ms)).not.toBe("ok");
  });
});

/** Every number and flag as a text, as PHP before 8.1 writes them. */
function spelled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spelled);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, spelled(part)]));
  }
  return typeof value === "number" ? String(value) : value;
}
