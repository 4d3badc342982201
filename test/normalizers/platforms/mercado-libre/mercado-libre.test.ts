import { describe, expect, it } from "vitest";
import { LIFE_STAGES } from "../../../../src/normalizers/wire.ts";
import { mercadoLibre } from "../../../../src/normalizers/platforms/mercado-libre/index.ts";
import { toPaymentStatus } from "../../../../src/normalizers/platforms/mercado-libre/order-status.ts";
import { aStore, createTestApp, signedTo } from "../../../helpers/app.ts";
import { type AnswersOf, planOf, play, tellAlone } from "../../../helpers/hydrate.ts";
import { startRealReads } from "../../../helpers/real-reads.ts";
import { answers, anItem, anOrder, aShipment, SELLER } from "./api.ts";

const ORDER = "2000003508419013";

function notice(topic: string, resource: string, userId: number = SELLER): string {
  return JSON.stringify({
    _id: "n-1",
    topic,
    resource,
    user_id: userId,
    application_id: 1,
    sent: "2026-11-01T12:00:00.000Z",
  });
}

function read(topic: string, resource: string, api: AnswersOf, userId?: number) {
  return play(mercadoLibre, { topic, body: notice(topic, resource, userId), answers: api });
}

function stateOf(overrides: Readonly<Record<string, unknown>>, shipment = "ready_to_ship") {
  const api = answers("paid");
  const [order] = read("orders_v2", `/orders/${ORDER}`, (path) => {
    if (path === `/orders/${ORDER}`) return anOrder({}, overrides);
    return /^\/shipments\/\d+$/.test(path) ? aShipment(shipment) : api(path);
  }).observations;
  return order?.kind === "state" && order.resource === "order" ? order.state : expect.unreachable("no order");
}

describe("the address that all sellers share", () => {
  const stores = [
    aStore({
      name: "first",
      platform: "mercado-libre",
      externalId: String(SELLER),
      secrets: ["token-of-the-path"],
    }),
    aStore({
      name: "second",
      platform: "mercado-libre",
      externalId: "59925004",
      secrets: ["token-of-the-path"],
    }),
  ];
  const post = async (path: string, body: string) => {
    const test = createTestApp({ stores });
    const response = await test.app.request(path, { method: "POST", body });
    return { status: response.status, stored: test.inbox.stored() };
  };

  it("finds the seller by the user's id, and says that only the path vouches for it", async () => {
    const { status, stored } = await post(
      "/webhooks/mercado-libre/~/token-of-the-path",
      notice("orders_v2", "/orders/1", 59925004),
    );
    expect(status).toBe(200);
    expect(stored).toMatchObject([{ store: "second", topic: "orders_v2", authenticity: "path" }]);
  });

  it("refuses a wrong token, a missing one, a user that nobody connected, and another seller's address", async () => {
    expect((await post("/webhooks/mercado-libre/~/wrong", notice("orders_v2", "/orders/1"))).status).toBe(
      401,
    );
    expect((await post("/webhooks/mercado-libre/~", notice("orders_v2", "/orders/1"))).status).toBe(401);
    expect(
      (await post("/webhooks/mercado-libre/~/token-of-the-path", notice("orders_v2", "/orders/1", 7))).status,
    ).toBe(401);
    expect(
      (await post("/webhooks/mercado-libre/second/token-of-the-path", notice("orders_v2", "/orders/1")))
        .status,
    ).toBe(401);
  });

  it("is the one that samples go to", () => {
    const { path } = signedTo({ platform: mercadoLibre, secret: "t-1", store: "~" });
    expect(path).toBe("/webhooks/mercado-libre/~/t-1");
  });
});

describe("a resource", () => {
  it.each([
    ["orders_v2", "/orders/../users/me"],
    ["orders_v2", "/orders/1?attributes=x"],
    ["orders_v2", "/orders/v1/orders/123456"],
    ["orders_v2", "/orders/test"],
    ["orders_v2", "https://evil.example/orders/1"],
    ["shipments", "/orders/1"],
    ["payments", "/users/1"],
    ["items", "/items/MLA1/../../users/me"],
    ["items", "/sites/MLA"],
    ["claims", "/post-purchase/v1/claims/x"],
  ])("of topic %s that is no known path is not followed: %s", (topic, resource) => {
    expect(read(topic, resource, () => expect.unreachable("is read"))).toEqual({
      observations: [],
      paths: [],
    });
  });

  it("may be a bare id", () => {
    expect(read("orders_v2", ORDER, answers("paid")).paths[0]).toBe(`/orders/${ORDER}`);
  });
});

describe("an order", () => {
  const shipment = ["/shipments/40531399184", "/shipments/40531399184/items"];

  it.each([
    ["orders_v2", `/orders/${ORDER}`, [`/orders/${ORDER}`, ...shipment]],
    ["shipments", "/shipments/40531399184", [...shipment, `/orders/${ORDER}`]],
    ["payments", "/collections/596707837", ["/collections/596707837", `/orders/${ORDER}`, ...shipment]],
    [
      "claims",
      "/post-purchase/v1/claims/5033012345",
      ["/post-purchase/v1/claims/5033012345", `/orders/${ORDER}`, ...shipment],
    ],
  ])("is what %s leads to", (topic, resource, paths) => {
    const played = read(topic, resource, answers("paid"));
    expect(played.paths).toEqual(paths);
    expect(played.observations).toMatchObject([
      { resource: "order", id: ORDER, state: { extra: { packId: "2000003508553677" } } },
      { resource: "fulfillment", id: "40531399184", state: { orderId: ORDER } },
    ]);
  });

  it("goes through its life, which has no shipping in parts", () => {
    const seen = LIFE_STAGES.map((stage) => {
      const [order] = read("orders_v2", `/orders/${ORDER}`, answers(stage)).observations;
      return order?.kind === "state" && order.resource === "order"
        ? `${stage}: ${order.state.paymentStatus}, ${order.state.fulfillmentStatus}`
        : "none";
    });
    expect(seen).toEqual([
      "created: pending, unfulfilled",
      "paid: paid, unfulfilled",
      "partly_shipped: paid, unfulfilled",
      "shipped: paid, fulfilled",
      "partly_refunded: partially_refunded, fulfilled",
    ]);
  });

  it.each([
    ["confirmed", "pending", "pending"],
    ["payment_required", "pending", "pending"],
    ["payment_in_process", "pending", "pending"],
    ["partially_paid", "pending", "partially_paid"],
    ["paid", "open", "paid"],
    ["partially_refunded", "open", "partially_refunded"],
    ["pending_cancel", "on_hold", "paid"],
    ["cancelled", "cancelled", "paid"],
    ["something_new", "unknown", "unknown"],
  ])("of status %s is %s and %s", (word, status, paymentStatus) => {
    const state = stateOf({ status: word });
    expect([state.status, state.paymentStatus, state.platformStatus]).toEqual([status, paymentStatus, word]);
  });

  it("that was cancelled is refunded once all payments went back, and void where there was none", () => {
    expect(toPaymentStatus("cancelled", ["refunded", "rejected"])).toBe("refunded");
    expect(toPaymentStatus("cancelled", ["rejected"])).toBe("voided");
    expect(toPaymentStatus("pending_cancel", [])).toBeUndefined();
  });

  it.each([
    ["pending", "unfulfilled"],
    ["shipped", "fulfilled"],
    ["delivered", "delivered"],
    ["not_delivered", "fulfilled"],
    ["cancelled", "unfulfilled"],
    ["lost_in_space", "unknown"],
  ])("with a shipment that is %s is %s", (word, expected) => {
    expect(stateOf({}, word).fulfillmentStatus).toBe(expected);
  });

  it("of another seller is not told", () => {
    const foreign: AnswersOf = (path) =>
      path.startsWith("/orders/") ? anOrder({}, { seller: { id: 7 }, shipping: null }) : undefined;
    expect(read("orders_v2", `/orders/${ORDER}`, foreign).observations).toEqual([]);
  });

  it("is told without a read as something that changed, and nothing more", () => {
    const body = notice("orders_v2", `/orders/${ORDER}`);
    expect(tellAlone(mercadoLibre, { topic: "orders_v2", body })).toMatchObject([
      { kind: "patch", path: "updatedAt" },
    ]);
    expect(
      tellAlone(mercadoLibre, { topic: "payments", body: notice("payments", "/collections/1") }),
    ).toEqual([]);
  });
});

describe("an item", () => {
  const item = (overrides: Readonly<Record<string, unknown>>, userId?: number) =>
    read("items", "/items/MLA12345678", () => anItem(overrides), userId).observations;

  it("has a price and a stock for each variation, or of its own", () => {
    const stock = (overrides: Readonly<Record<string, unknown>>) =>
      item(overrides).flatMap((each) =>
        each.kind === "state" && each.resource === "stock" ? [[each.id, each.state.available]] : [],
      );
    expect(stock({})).toEqual([
      ["MLA12345678:174997747229", 4],
      ["MLA12345678:174997747232", 3],
    ]);
    expect(stock({ variations: [] })).toEqual([["MLA12345678", 7]]);
  });

  it("is deleted when it is closed", () => {
    expect(item({ status: "closed" })).toMatchObject([
      { kind: "deleted", resource: "product", id: "MLA12345678" },
    ]);
  });

  it("of another seller, which anybody may read, is not told", () => {
    expect(item({ seller_id: 7 })).toEqual([]);
  });
});

describe("the API", () => {
  const order = planOf(mercadoLibre, { topic: "orders_v2", body: notice("orders_v2", `/orders/${ORDER}`) });
  const start = (api: AnswersOf, routes = {}) => {
    let uses = 0;
    return startRealReads(mercadoLibre, {
      answers: api,
      credentials: { clientSecret: "s", refreshToken: "TG-1" },
      settings: { applicationId: "550" },
      authorize: ({ headers }) => /^Bearer APP-\d$/.test(headers.authorization ?? ""),
      open: ["POST /oauth/token"],
      routes: {
        "POST /oauth/token": ({ body }: { body: string }) => {
          uses += 1;
          return body.includes(`refresh_token=TG-${uses}`)
            ? { body: { access_token: `APP-${uses}`, expires_in: 21600, refresh_token: `TG-${uses + 1}` } }
            : { status: 400, body: { error: "invalid_grant" } };
        },
        ...routes,
      },
    });
  };

  it("is asked with a token whose refresh token is used once, and about shipments in their new format", async () => {
    if (!("reads" in order)) return expect.unreachable("needs no read");
    const reads = await start(answers("paid"));
    try {
      expect(await reads.hydrate(order)).toMatchObject({
        kind: "observed",
        observations: [{ id: ORDER }, {}],
      });
      expect(await reads.hydrate(order)).toMatchObject({ kind: "observed" });
      expect(reads.credentials()).toMatchObject({ refreshToken: "TG-2" });
      expect(reads.api.asked().filter((each) => each === "POST /oauth/token")).toHaveLength(1);
      const formats = reads.api.requests.map(({ path, headers }) => [
        path.split("/")[1],
        headers["x-format-new"],
      ]);
      expect(formats).toContainEqual(["shipments", "true"]);
      expect(formats).toContainEqual(["orders", undefined]);
    } finally {
      await reads.close();
    }
  });

  it("refuses another seller's order without the store losing its token or having to wait", async () => {
    if (!("reads" in order)) return expect.unreachable("needs no read");
    let isForeign = true;
    const reads = await start(answers("paid"), {
      [`GET /orders/${ORDER}`]: () => (isForeign ? { status: 403 } : { body: anOrder() }),
    });
    try {
      expect(await reads.hydrate(order)).toMatchObject({
        kind: "impossible",
        reason: expect.stringContaining("somebody else's"),
      });
      isForeign = false;
      expect(await reads.hydrate(order)).toMatchObject({ kind: "observed" });
      expect(reads.api.asked().filter((each) => each === "POST /oauth/token")).toHaveLength(1);
    } finally {
      await reads.close();
    }
  });
});
