/** What the cases beside this file cannot show: refusals, and bodies that are cut short or oddly typed. */
import { describe, expect, it } from "vitest";
import { addDecimals } from "../../../../src/normalizers/canonical/money.ts";
import { decodeJson } from "../../../../src/normalizers/decode.ts";
import type { MapResult } from "../../../../src/normalizers/platform.ts";
import { woocommerce } from "../../../../src/normalizers/platforms/woocommerce/index.ts";
import { findTopic } from "../../../../src/normalizers/registry.ts";

const AT = "2026-03-22T16:28:08Z";
const { bodies } = woocommerce.samples;
const TOPICS = Object.entries(bodies);

describe("a body that is not what its topic says", () => {
  it.each(TOPICS.map(([topic]) => topic))("%s tells what to do about an error in place of it", (topic) => {
    const error = { code: "woocommerce_rest_cannot_view", message: "Sorry", data: { status: 401 } };
    const result = map(topic, error);
    expect(result).toMatchObject({
      ok: false,
      problem: expect.stringContaining("woocommerce_rest_cannot_view"),
    });
    expect(result).toMatchObject({ problem: expect.stringContaining("webhook's owner") });
    expect(result).toMatchObject({ problem: expect.not.stringContaining("Sorry") });
  });

  it("is refused under every topic of another resource, for the topic is not signed", () => {
    for (const [signed, write] of TOPICS.filter(([topic]) => !topic.endsWith(".deleted"))) {
      for (const [topic] of TOPICS.filter(([topic]) => !topic.startsWith(`${signed.split(".")[0]}.`))) {
        const body = read(write({ id: "727", at: AT }));
        expect(map(topic, body), `${signed} as ${topic}`).toMatchObject({ ok: false });
      }
    }
  });

  it("deletes nothing when a whole order comes under the topic of deletions", () => {
    const order = read(bodies["order.updated"]({ id: "727", at: AT }));
    expect(map("order.deleted", order)).toMatchObject({ ok: false });
  });

  it("is refused when it is only an id under a topic that carries a resource", () => {
    for (const topic of ["order.updated", "product.updated", "customer.updated"]) {
      expect(map(topic, { id: 727 }), topic).toMatchObject({ ok: false });
    }
  });

  it.each([null, [], "text", 7, {}, { id: null }])("is refused: %j", (body) => {
    for (const [topic] of TOPICS) expect(map(topic, body), topic).toMatchObject({ ok: false });
  });

  it("is refused when an amount or the quantity of a line cannot be read", () => {
    expect(map("order.updated", edit("order.updated", { total: "about 20" }))).toMatchObject({ ok: false });
    const lines = { line_items: [{ id: 1, name: "Seesack" }] };
    expect(map("order.updated", edit("order.updated", lines))).toMatchObject({
      ok: false,
      problem: "line_items.0.quantity: is missing",
    });
  });
});

describe("a body that is cut short or oddly typed", () => {
  const ESSENTIAL = ["id"];

  it.each(TOPICS)("%s is read without any one of its other fields", (topic, write) => {
    const body = read(write({ id: "727", at: AT }));
    for (const key of Object.keys(body).filter((name) => !ESSENTIAL.includes(name))) {
      const { [key]: _dropped, ...rest } = body;
      expect(map(topic, rest), key).toMatchObject({ ok: true });
      expect(map(topic, { ...rest, [key]: null }), key).toMatchObject({ ok: true });
      expect(map(topic, { ...rest, [key]: "" }), key).toMatchObject({ ok: true });
    }
  });

  it("keeps the total of an order whose currency it cannot tell", () => {
    const result = map("order.updated", edit("order.updated", { currency: "POINTS", total: "12.00" }));
    expect(stateOf(result, "order")).toMatchObject({
      extra: { platformCurrency: "POINTS", platformTotal: "12" },
    });
  });

  it("takes a processing order for paid when nothing is said about its payment date", () => {
    const { date_paid: _site, date_paid_gmt: _gmt, ...body } = edit("order.updated", {});
    expect(stateOf(map("order.updated", body), "order")).toMatchObject({ paymentStatus: "paid" });
    const onDelivery = { ...body, payment_method: "cod" };
    expect(stateOf(map("order.updated", onDelivery), "order")).toMatchObject({ paymentStatus: "pending" });
  });

  it("keeps ids beyond 2^53", () => {
    const result = map("order.deleted", read('{"id":12345678901234567890}'));
    expect(result).toMatchObject({ ok: true, observations: [{ id: "12345678901234567890" }] });
  });
});

describe("the topics", () => {
  it("leave out hooks and coupons on purpose", () => {
    expect(findTopic(woocommerce, "action.woocommerce_payment_complete")).toMatchObject({ kind: "ignored" });
    expect(findTopic(woocommerce, "coupon.created")).toMatchObject({ kind: "ignored" });
    expect(findTopic(woocommerce, "order.exploded")).toBeUndefined();
  });
});

describe("the samples", () => {
  it.each(["129.35", "0.01", "1000000.00"])("of orders add up to %s", (amount) => {
    const { totals } = stateOf(
      map("order.created", read(bodies["order.created"]({ id: "1", at: AT, amount }))),
      "order",
    );
    const { subtotal, shipping, tax, total } = JSON.parse(JSON.stringify(totals));
    expect(total.amount).toBe(amount);
    expect(addDecimals(addDecimals(subtotal.amount, shipping.amount), tax.amount)).toBe(amount);
  });

  it("are written as PHP writes JSON", () => {
    for (const [topic, write] of TOPICS) {
      const text = write({ id: "727", at: AT });
      expect(text, topic).toMatch(/^[ -~]*$/);
      expect(text, topic).not.toMatch(/[^\\]\//);
    }
  });

  it("obey what the sender asks for", () => {
    const options = {
      id: "900",
      at: "2026-05-01T08:00:00.5Z",
      amount: "1200",
      currency: "JPY",
      status: "on-hold",
    };
    const state = stateOf(map("order.created", read(bodies["order.created"](options))), "order");
    expect(state).toMatchObject({
      id: "900",
      placedAt: "2026-05-01T08:00:00Z",
      status: "on_hold",
      totals: { total: { amount: "1200", currency: "JPY" } },
    });
  });
});

function map(topic: string, body: unknown): MapResult {
  const handler = findTopic(woocommerce, topic);
  if (handler?.kind !== "mapped") return expect.unreachable(`${topic} is not mapped`);
  return handler.map(body, { topic, at: AT, receivedAt: AT, headers: {}, options: {} });
}

function stateOf(result: MapResult, resource: string): Record<string, unknown> {
  if (!result.ok) return expect.unreachable(result.problem);
  const found = result.observations.find((one) => one.kind === "state" && one.resource === resource);
  return found?.kind === "state" ? { ...found.state } : expect.unreachable(`no ${resource}`);
}

function read(text: string): Record<string, unknown> {
  const decoded = decodeJson(text);
  if (!decoded.ok) return expect.unreachable(decoded.problem);
  return typeof decoded.value === "object" ? { ...decoded.value } : {};
}

function edit(topic: "order.updated", fields: Record<string, unknown>): Record<string, unknown> {
  return { ...read(bodies[topic]({ id: "727", at: AT })), ...fields };
}
