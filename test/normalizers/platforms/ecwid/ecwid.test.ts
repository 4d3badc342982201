import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { authenticityOf } from "../../../../src/ingest/signature/verify.ts";
import { LIFE_STAGES } from "../../../../src/normalizers/wire.ts";
import { ecwid } from "../../../../src/normalizers/platforms/ecwid/index.ts";
import { toAmount } from "../../../../src/normalizers/platforms/ecwid/values.ts";
import { type AnswersOf, planOf, play, tellAlone } from "../../../helpers/hydrate.ts";
import { parseHttpFile } from "../../../helpers/http-file.ts";
import { startRealReads } from "../../../helpers/real-reads.ts";
import { checkRequest } from "../../../helpers/verify.ts";
import { answers, anOrder, aProduct, aProfile } from "./api.ts";

const [scheme] = ecwid.schemes;
const context = { options: { currency: "USD" } };

const bodyOf = (topic: string, id = "XJ12H") =>
  JSON.stringify({ entityId: 103, eventType: topic, storeId: 1003, data: { orderId: id } });

function read(topic: string, api: AnswersOf) {
  return play(ecwid, { topic, body: bodyOf(topic), answers: api, context });
}

function stateOf(overrides: Readonly<Record<string, unknown>>) {
  const [order] = read("order.updated", () => anOrder({}, overrides)).observations;
  return order?.kind === "state" && order.resource === "order" ? order.state : expect.unreachable("no order");
}

describe("the signature", () => {
  // Computed from the vendor's formula by the collector of the platform's facts; the vendor's own sample does not fit itself.
  const { headers, body } = parseHttpFile(readFileSync(join(import.meta.dirname, "order-updated.http")));
  const sent = { headers, body, secrets: ["ecwid-client-secret"], now: 1_700_000_000_000 };

  it("covers the time and the id of the event", async () => {
    expect(await checkRequest(scheme, sent)).toBe("ok");
    const other = body.toString().replace("1700000000", "1700000001");
    expect(await checkRequest(scheme, { ...sent, body: other })).toBe("wrong_signature");
  });

  it("says nothing about the rest of the body, so what it vouches for is the path", async () => {
    const forged = body.toString().replace("XJ12H", "ZZ99Z").replace("order.updated", "order.deleted");
    expect(await checkRequest(scheme, { ...sent, body: forged })).toBe("ok");
    expect(authenticityOf(scheme)).toBe("path");
  });

  it("counts for as long as Ecwid retries, and no longer", async () => {
    expect(await checkRequest(scheme, { ...sent, now: sent.now + 86_400_000 })).toBe("ok");
    expect(await checkRequest(scheme, { ...sent, now: sent.now + 2 * 86_400_000 })).toBe("stale_timestamp");
  });
});

describe("a body that nobody signed", () => {
  it("cannot delete what is still there", () => {
    const { observations } = read("order.deleted", answers("paid"));
    expect(observations).toMatchObject([{ kind: "state", id: "XJ12H" }]);
  });

  it("cannot say what was paid: without a read no status and no deletion is told", () => {
    const alone = (topic: string) =>
      tellAlone(ecwid, {
        topic,
        body: ecwid.samples.bodies[topic]?.({ id: "XJ12H", at: "2026-11-01T12:00:00Z" }) ?? "",
      });
    for (const topic of ["order.created", "order.updated", "product.updated", "customer.updated"]) {
      expect(alone(topic)).toMatchObject([{ kind: "patch", path: "updatedAt" }]);
    }
    for (const topic of [
      "order.deleted",
      "product.deleted",
      "customer.deleted",
      "unfinished_order.updated",
    ]) {
      expect(alone(topic)).toEqual([]);
    }
  });

  it("names an entity, and cannot name another address", () => {
    const { paths } = play(ecwid, {
      topic: "order.updated",
      body: JSON.stringify({ entityId: 1, data: { orderId: "../../1004/orders/X?token=" } }),
      answers: () => undefined,
      context,
    });
    expect(paths).toEqual(["/orders/..%2F..%2F1004%2Forders%2FX%3Ftoken%3D"]);
  });
});

describe("an order", () => {
  it("is deleted where the API no longer has it", () => {
    expect(read("order.deleted", () => undefined).observations).toMatchObject([
      { kind: "deleted", id: "XJ12H" },
    ]);
  });

  it("is read by the public id, or by the number of old payloads", () => {
    const { paths } = play(ecwid, {
      topic: "order.deleted",
      body: '{"entityId":102}',
      answers: () => undefined,
      context,
    });
    expect(paths).toEqual(["/orders/102"]);
  });

  it("is none while it is unfinished", () => {
    expect(read("order.updated", () => anOrder({}, { paymentStatus: "INCOMPLETE" })).observations).toEqual(
      [],
    );
  });

  it("goes through its life, which has no shipping in parts", () => {
    const seen = LIFE_STAGES.map((stage) => {
      const [order] = read("order.updated", answers(stage)).observations;
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
    expect(Object.keys(ecwid.samples.life ?? {})).not.toContain("partly_shipped");
  });

  it.each([
    ["AWAITING_PAYMENT", "AWAITING_PROCESSING", "pending", "pending", "unfulfilled"],
    ["PAID", "READY_FOR_PICKUP", "open", "paid", "unfulfilled"],
    ["PAID", "OUT_FOR_DELIVERY", "open", "paid", "fulfilled"],
    ["PAID", "DELIVERED", "completed", "paid", "delivered"],
    ["PAID", "RETURNED", "completed", "paid", "fulfilled"],
    ["CANCELLED", "WILL_NOT_DELIVER", "cancelled", "voided", "unfulfilled"],
    ["REFUNDED", "SHIPPED", "completed", "refunded", "fulfilled"],
    ["CUSTOM_PAYMENT_STATUS_1", "CUSTOM_FULFILLMENT_STATUS_2", "unknown", "unknown", "unknown"],
  ])("of %s and %s is %s, %s and %s", (paymentStatus, fulfillmentStatus, ...expected) => {
    const state = stateOf({ paymentStatus, fulfillmentStatus });
    expect([state.status, state.paymentStatus, state.fulfillmentStatus]).toEqual(expected);
    expect([state.platformPaymentStatus, state.platformFulfillmentStatus]).toEqual([
      paymentStatus,
      fulfillmentStatus,
    ]);
  });
});

describe("money", () => {
  it("is in major units, with the decimals of the currency and without the tails of floats", () => {
    expect(toAmount("2014.97", "USD")?.amount).toBe("2014.97");
    expect(toAmount("1060", "USD")?.amount).toBe("1060.00");
    expect(toAmount("1060", "JPY")?.amount).toBe("1060");
    expect(toAmount("0.12345", "USD")?.amount).toBe("0.12345");
    expect(toAmount("0.30000000000000004", "USD")?.amount).toBe("0.30");
    expect(toAmount("10", undefined)).toBeUndefined();
  });

  it("has the currency of the option, else that of the profile, and stands under extra without either", () => {
    const body = bodyOf("order.updated");
    const topic = "order.updated";
    const withProfile = play(ecwid, {
      topic,
      body,
      answers: (path) => (path === "/profile" ? aProfile("EUR") : anOrder()),
    });
    expect(withProfile.paths).toEqual(["/orders/XJ12H", "/profile"]);
    expect(withProfile.observations[0]).toMatchObject({
      state: { totals: { total: { amount: "100.00", currency: "EUR" } } },
    });
    const without = play(ecwid, {
      topic,
      body,
      answers: (path) => (path === "/profile" ? undefined : anOrder()),
    });
    expect(without.observations[0]).toMatchObject({ state: { extra: { platformTotal: "100" } } });
  });
});

describe("stock", () => {
  const stockOf = (overrides: Readonly<Record<string, unknown>>) =>
    play(ecwid, {
      topic: "product.updated",
      body: '{"entityId":66722487}',
      answers: () => aProduct(overrides),
      context,
    }).observations.flatMap((each) =>
      each.kind === "state" && each.resource === "stock" ? [each.state] : [],
    );

  it("is that of the product and of variations with an SKU of their own", () => {
    expect(stockOf({}).map(({ inventoryItemId, available }) => [inventoryItemId, available])).toEqual([
      ["66722487", 67],
      ["66722487:7084071", 5],
    ]);
  });

  it("is not counted where there is no end of it", () => {
    expect(stockOf({ quantity: undefined, unlimited: true, combinations: [] })).toMatchObject([
      { available: null, tracked: false },
    ]);
  });
});

describe("the API", () => {
  it("is asked with the store's token, and goes without the profile where that is not for it", async () => {
    const plan = planOf(ecwid, { topic: "order.updated", body: bodyOf("order.updated") });
    if (!("reads" in plan)) return expect.unreachable("needs no read");
    const reads = await startRealReads(ecwid, {
      answers: answers("paid"),
      credentials: { token: "secret_1" },
      settings: { storeId: "1003" },
      authorize: ({ headers }) => headers.authorization === "Bearer secret_1",
      routes: { "GET /api/v3/1003/profile": () => ({ status: 403 }) },
    });
    try {
      expect(await reads.hydrate(plan)).toMatchObject({ kind: "observed", observations: [{ id: "XJ12H" }] });
      expect(reads.api.asked().sort()).toEqual(["GET /api/v3/1003/orders/XJ12H", "GET /api/v3/1003/profile"]);
    } finally {
      await reads.close();
    }
  });
});
