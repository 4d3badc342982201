import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { HydrationPlan } from "../../../../src/normalizers/hydration.ts";
import { toStripeMoney } from "../../../../src/normalizers/platforms/stripe/event.ts";
import { stripe } from "../../../../src/normalizers/platforms/stripe/index.ts";
import { intent, toPaymentStatus } from "../../../../src/normalizers/platforms/stripe/intent.ts";
import { toRefundState } from "../../../../src/normalizers/platforms/stripe/refund.ts";
import { session, toSessionOrder } from "../../../../src/normalizers/platforms/stripe/session.ts";
import { findTopic } from "../../../../src/normalizers/registry.ts";
import { sampleBody } from "../../../helpers/app.ts";
import { planOf as planRead } from "../../../helpers/hydrate.ts";
import { startRealReads } from "../../../helpers/real-reads.ts";
import { checkRequest } from "../../../helpers/verify.ts";
import { answers } from "./api.ts";

const SAMPLE = { id: "pi_1", at: "2026-01-02T03:04:05Z" };
const READ_AT = "2026-01-02T03:04:07Z";

describe("the signature of Stripe", () => {
  const [scheme] = stripe.schemes;
  // Computed with openssl from the rule of https://docs.stripe.com/webhooks#verify-manually.
  const body =
    '{"id":"evt_1","object":"event","type":"charge.refunded","created":1700000000,"livemode":false}';
  const v1 = "1c64d313df7c15c5110dfd9746eb4426da2152a6b559eb51eeefa29f6eb3b3b5";
  const check = (header: string, { secret = "whsec_test_secret", now = 1_700_000_000_000 } = {}) =>
    checkRequest(scheme, { body, headers: { "stripe-signature": header }, secrets: [secret], now });

  it("is keyed by the whole secret, prefix and all", async () => {
    expect(await check(`t=1700000000,v1=${v1}`)).toBe("ok");
    expect(await check(`t=1700000000,v1=${v1}`, { secret: "test_secret" })).toBe("wrong_signature");
  });

  it("may be one of several while the secret is rolled", async () => {
    const other = createHmac("sha256", "old").update(`1700000000.${body}`).digest("hex");
    expect(await check(`t=1700000000,v1=${other},v1=${v1},v0=${other}`)).toBe("ok");
    expect(await check(`t=1700000000,v0=${v1}`)).toBe("malformed_signature");
  });

  it("counts for five minutes", async () => {
    const header = `t=1700000000,v1=${v1}`;
    expect(await check(header, { now: 1_700_000_300_000 })).toBe("ok");
    expect(await check(header, { now: 1_700_000_301_000 })).toBe("stale_timestamp");
    expect(await check(`t=1700000001,v1=${v1}`)).toBe("wrong_signature");
  });
});

describe("words of Stripe", () => {
  const anIntent = (told: object) => intent.parse({ id: "pi_1", amount: 1000, currency: "usd", ...told });

  it.each([
    [{ status: "requires_payment_method" }, "pending"],
    [{ status: "requires_payment_method", last_payment_error: { code: "card_declined" } }, "failed"],
    [{ status: "requires_confirmation" }, "pending"],
    [{ status: "requires_action" }, "pending"],
    [{ status: "processing" }, "pending"],
    [{ status: "requires_capture" }, "authorized"],
    [{ status: "canceled" }, "voided"],
    [{ status: "succeeded", amount_received: 1000 }, "paid"],
    [{ status: "succeeded", amount_received: 400 }, "partially_paid"],
    [
      { status: "succeeded", latest_charge: { id: "ch", amount_refunded: 1, refunded: false } },
      "partially_refunded",
    ],
    [{ status: "succeeded", latest_charge: { id: "ch", amount_refunded: 1000, refunded: true } }, "refunded"],
    [{ status: "succeeded", latest_charge: "ch" }, "paid"],
    [{ status: "levitating" }, "unknown"],
    [{}, undefined],
  ])("an intent %o is %s", (told, status) => expect(toPaymentStatus(anIntent(told))).toBe(status));

  it.each([
    ["complete", "paid", "open", "paid"],
    ["complete", "unpaid", "open", "pending"],
    ["complete", "no_payment_required", "open", "paid"],
    ["open", "unpaid", "pending", "pending"],
    ["expired", "unpaid", "cancelled", "pending"],
    ["folded", "maybe", "unknown", "unknown"],
  ])("a session %s and %s is %s and %s", (status, payment_status, ours, paid) => {
    const order = toSessionOrder(session.parse({ id: "cs_1", status, payment_status }));
    expect(order).toMatchObject({ status: ours, paymentStatus: paid });
    expect(order).toMatchObject({ platformStatus: status, platformPaymentStatus: payment_status });
  });

  it.each([
    ["pending", "pending"],
    ["requires_action", "pending"],
    ["succeeded", "succeeded"],
    ["failed", "failed"],
    ["canceled", "failed"],
    ["lost", "unknown"],
  ])("a refund %s is %s", (word, status) => expect(toRefundState(word)).toBe(status));

  it.each([
    [1250, "usd", "12.50"],
    [1250, "jpy", "1250"],
    [12340, "kwd", "12.340"],
    [500, "isk", "5"],
    [500, "ugx", "5"],
    [500, "mga", "500.00"],
  ])("%i %s is %s", (units, currency, amount) => {
    expect(toStripeMoney(units, currency)).toEqual({ amount, currency: currency.toUpperCase() });
  });
});

describe("the order at Stripe", () => {
  const planOf = (topic: keyof typeof stripe.topics & string): HydrationPlan => {
    const handler = findTopic(stripe, topic);
    const payload: unknown = JSON.parse(stripe.samples.bodies[topic]?.(SAMPLE) ?? "");
    const context = { topic, at: SAMPLE.at, receivedAt: READ_AT, headers: {}, options: {} };
    return handler?.kind === "hydrated" ? handler.plan(payload, context) : expect.unreachable(topic);
  };
  const hydrationOf = (topic: keyof typeof stripe.topics & string) => {
    const plan = planOf(topic);
    return "hydration" in plan ? plan.hydration : expect.unreachable(`${topic} plans no reads`);
  };

  it("is one and the same for the session, its payment and its refund", () => {
    const topics = [
      "checkout.session.completed",
      "payment_intent.succeeded",
      "charge.refunded",
      "refund.created",
      "invoice.paid",
    ] as const;
    expect(topics.map((topic) => hydrationOf(topic).key)).toEqual(topics.map(() => "order:pi_1"));
    const alone = hydrationOf("checkout.session.completed").partial();
    expect(alone).toMatchObject({
      ok: true,
      observations: [{ kind: "state", resource: "order", id: "pi_1" }],
    });
  });

  it("is the payment intent where no session belongs to it", () => {
    const api = answers("paid", SAMPLE);
    const told = {
      intent: api("/v1/payment_intents/pi_1?expand[]=latest_charge"),
      sessions: { data: [] },
    };
    const hydration = hydrationOf("payment_intent.succeeded");
    expect(hydration.reads(told).filter(({ name }) => !(name in told))).toEqual([]);
    expect(hydration.map(told, READ_AT)).toMatchObject({
      ok: true,
      observations: [
        { resource: "order", id: "pi_1", state: { paymentStatus: "paid", note: "Order web-1017" } },
        { kind: "patch", path: "payments" },
      ],
    });
  });

  it("does not exist while its checkout is open", () => {
    const told = {
      intent: answers("created", SAMPLE)("/v1/payment_intents/pi_1?expand[]=latest_charge"),
      sessions: { data: [{ id: "cs_1", status: "open", payment_intent: "pi_1" }] },
    };
    const hydration = hydrationOf("payment_intent.payment_failed");
    expect(hydration.map(told, READ_AT)).toEqual({ ok: true, observations: [] });
  });

  it("is read with the session's items, page after page", () => {
    const api = answers("paid", SAMPLE);
    const told = { sessions: api("/v1/checkout/sessions?payment_intent=pi_1&limit=1") };
    const lines = hydrationOf("payment_intent.succeeded")
      .reads(told)
      .find(({ name }) => name === "lines");
    expect(lines?.path).toBe("/v1/checkout/sessions/cs_pi_1/line_items?limit=100");
    const second = lines?.nextPage?.(api(lines.path), 1);
    expect(second).toBe("/v1/checkout/sessions/cs_pi_1/line_items?limit=100&starting_after=li_1");
    expect(lines?.nextPage?.(api(second ?? ""), 2)).toBeUndefined();
  });
});

describe("thin events of Stripe", () => {
  it.each(["v1.charge.refunded", "v2.core.account.updated"])("%s is left to the snapshot", (topic) => {
    expect(findTopic(stripe, topic)).toMatchObject({ kind: "ignored" });
  });
});

describe("the API", () => {
  const topic = "payment_intent.succeeded";
  const bodyOf = (account?: string) => {
    const sample: unknown = JSON.parse(sampleBody(stripe, topic, SAMPLE));
    return JSON.stringify({ ...Object(sample), account });
  };
  /** What a platform's key sees: its own objects, and those of an account where the request names it. */
  const read = async (account: string | undefined, owner: string | undefined) => {
    const plan = planRead(stripe, { topic, body: bodyOf(account) });
    if (!("reads" in plan)) return expect.unreachable("needs no read");
    const reads = await startRealReads(stripe, {
      answers: answers("paid", SAMPLE),
      credentials: { apiKey: "rk_live_1" },
      authorize: ({ headers }) =>
        headers.authorization === "Bearer rk_live_1" && headers["stripe-account"] === owner,
    });
    try {
      const done = await reads.hydrate(plan);
      return { kind: done.kind, paths: reads.api.requests.map(({ path }) => path.replace(/\?.*/, "")) };
    } finally {
      await reads.close();
    }
  };

  it("is asked for an event of its own without an account, for all pages of the lines", async () => {
    const { kind, paths } = await read(undefined, undefined);
    expect(kind).toBe("observed");
    expect(paths.toSorted()).toEqual([
      "/v1/checkout/sessions",
      "/v1/checkout/sessions/cs_pi_1/line_items",
      "/v1/checkout/sessions/cs_pi_1/line_items",
      "/v1/payment_intents/pi_1",
    ]);
  });

  it("is asked in the name of the connected account that an event is of, with every request", async () => {
    expect(await read("acct_1ABC", "acct_1ABC")).toMatchObject({ kind: "observed" });
    expect(await read("acct_1ABC", undefined)).toMatchObject({ kind: "later" });
  });

  it("is not asked in the name of what is no account", () => {
    const handler = stripe.topics[topic];
    if (handler.kind !== "hydrated") return expect.unreachable();
    const context = { topic, at: SAMPLE.at, receivedAt: SAMPLE.at, headers: {}, options: {} };
    expect(handler.plan(JSON.parse(bodyOf("acct_1\r\nx: y")), context)).toMatchObject({ ok: false });
  });
});
