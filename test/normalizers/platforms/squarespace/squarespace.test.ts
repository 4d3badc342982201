import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { toTimestamp } from "../../../../src/normalizers/canonical/time.ts";
import { LIFE_STAGES } from "../../../../src/normalizers/wire.ts";
import { squarespace } from "../../../../src/normalizers/platforms/squarespace/index.ts";
import { planOf, play, tellAlone } from "../../../helpers/hydrate.ts";
import { parseHttpFile } from "../../../helpers/http-file.ts";
import { startRealReads } from "../../../helpers/real-reads.ts";
import { checkRequest } from "../../../helpers/verify.ts";
import { answers, anOrder } from "./api.ts";

const SECRET = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F";
const ID = "585d498fdee9f31a60284a37";
const [scheme] = squarespace.schemes;

const update = (word?: string) =>
  JSON.stringify({ topic: "order.update", data: { orderId: ID, ...(word ? { update: word } : {}) } });

function stateOf(overrides: Readonly<Record<string, unknown>>) {
  const api = () => anOrder({}, overrides);
  const [order] = play(squarespace, { topic: "order.update", body: update(), answers: api }).observations;
  return order?.kind === "state" && order.resource === "order" ? order.state : expect.unreachable("no order");
}

describe("the signature", () => {
  // Computed from the vendor's rule by the collector of the platform's facts, not with our code.
  const { headers, body } = parseHttpFile(readFileSync(join(import.meta.dirname, "order-create.http")));
  const sent = { headers, body, secrets: [SECRET] };

  it("is made with the bytes that the secret spells, in letters of any case", async () => {
    expect(await checkRequest(scheme, sent)).toBe("ok");
    const upper = { "squarespace-signature": headers["squarespace-signature"]?.toUpperCase() };
    expect(await checkRequest(scheme, { ...sent, headers: upper })).toBe("ok");
  });

  it("is not made with the secret's text", async () => {
    const wrong = "37f829486dafa6d819adb36811f987b65ee6e01b6ed2b40b94c16ad724b70961";
    expect(await checkRequest(scheme, { ...sent, headers: { "squarespace-signature": wrong } })).toBe(
      "wrong_signature",
    );
  });
});

it("reads the moment of a notification, which has no seconds", () => {
  expect(toTimestamp("2020-04-22T22:18+00:00")).toBe("2020-04-22T22:18:00Z");
});

describe("statuses", () => {
  it.each([
    ["PENDING", "open", "unfulfilled"],
    ["FULFILLED", "completed", "fulfilled"],
    ["CANCELED", "cancelled", undefined],
    ["ON_ITS_WAY", "unknown", "unknown"],
  ])("of %s are %s and %s", (word, status, fulfillmentStatus) => {
    const state = stateOf({ fulfillmentStatus: word });
    expect([state.status, state.fulfillmentStatus, state.platformStatus]).toEqual([
      status,
      fulfillmentStatus,
      word,
    ]);
  });

  it.each([
    ["web", false, "0.00", "paid"],
    ["pos", false, "0.00", "paid"],
    ["web", true, "0.00", undefined],
    ["Etsy", false, "0.00", undefined],
    ["web", false, "20.00", "partially_refunded"],
    ["web", false, "100.00", "refunded"],
  ])(
    "of the money of an order from %s (test: %s) with %s back is %s",
    (channel, testmode, value, expected) => {
      const state = stateOf({ channel, testmode, refundedTotal: { currency: "USD", value } });
      expect(state.paymentStatus).toBe(expected);
      expect(state.test).toBe(testmode);
    },
  );
});

describe("an order", () => {
  it("goes through its life, as far as Squarespace tells it", () => {
    const seen = LIFE_STAGES.map((stage) => {
      const [order] = play(squarespace, {
        topic: "order.update",
        body: update(),
        answers: answers(stage),
      }).observations;
      return order?.kind === "state" && order.resource === "order"
        ? `${stage}: ${order.state.paymentStatus}, ${order.state.fulfillmentStatus}`
        : "none";
    });
    expect(seen).toEqual([
      "created: paid, unfulfilled",
      "paid: paid, unfulfilled",
      "partly_shipped: paid, unfulfilled",
      "shipped: paid, fulfilled",
      "partly_refunded: partially_refunded, fulfilled",
    ]);
    expect(Object.keys(squarespace.samples.life ?? {})).toEqual(["created", "shipped", "partly_refunded"]);
  });

  it("is nothing where it does not exist, as in test notifications", () => {
    expect(
      play(squarespace, { topic: "order.update", body: update("FULFILLED"), answers: () => undefined })
        .observations,
    ).toEqual([]);
  });

  it("has amounts exactly as written, with the decimals of the currency", () => {
    const state = stateOf({ grandTotal: { currency: "KWD", value: "0.1" } });
    expect(state.totals?.total).toEqual({ amount: "0.100", currency: "KWD" });
  });

  it.each([
    ["FULFILLED", { path: "fulfillmentStatus", value: "fulfilled", news: ["fulfilled"] }],
    ["MARKED_PENDING", { path: "fulfillmentStatus", value: "unfulfilled" }],
    ["CANCELED", { path: "status", value: "cancelled", news: ["cancelled"] }],
    ["REFUNDED", { path: "updatedAt" }],
    ["EMAIL_UPDATED", { path: "updatedAt" }],
    ["SOMETHING_NEW", { path: "updatedAt" }],
    [undefined, { path: "updatedAt" }],
  ])("says without a read what %s says", (word, expected) => {
    expect(tellAlone(squarespace, { topic: "order.update", body: update(word) })).toMatchObject([expected]);
  });
});

describe("the API", () => {
  it("is asked with the key and a description of who asks", async () => {
    const plan = planOf(squarespace, { topic: "order.update", body: update() });
    if (!("reads" in plan)) return expect.unreachable("needs no read");
    const reads = await startRealReads(squarespace, {
      answers: answers("paid"),
      credentials: { apiKey: "key-1" },
      authorize: ({ headers }) =>
        headers.authorization === "Bearer key-1" && /^Entrepot\//.test(headers["user-agent"] ?? ""),
    });
    try {
      expect(await reads.hydrate(plan)).toMatchObject({ kind: "observed", observations: [{ id: ID }] });
      expect(reads.api.asked()).toEqual([`GET /1.0/commerce/orders/${ID}`]);
    } finally {
      await reads.close();
    }
  });
});
