import { beforeEach, describe, expect, it } from "vitest";
import type { Broker } from "../../src/nats/connect.ts";
import type { Names } from "../../src/nats/names.ts";
import { declareStreams } from "../../src/nats/streams.ts";
import { createDeadLetters, type DeadLetters } from "../../src/dead-letters/dead-letters.ts";
import { decodeWebhooks, type Webhook } from "../../src/webhook.ts";
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import { useBroker } from "../helpers/broker.ts";
import { STREAM_SETTINGS } from "../helpers/stream-settings.ts";
import { anEvent } from "../helpers/event.ts";

const test = useBroker();
let broker: Broker;
let names: Names;
let letters: DeadLetters;

beforeEach(async () => {
  ({ broker, names } = test());
  await declareStreams(broker, names, STREAM_SETTINGS);
  letters = createDeadLetters({ ...broker, names });
});

function aWebhook(id: string, overrides: Partial<Webhook> = {}): Webhook {
  return {
    id,
    platform: "shopify",
    store: "acme",
    topic: "orders/create",
    dedupeKey: `delivery-${id}`,
    receivedAt: "2026-11-01T12:00:00.000Z",
    sentAt: "",
    via: "webhook",
    authenticity: "signature",
    headers: { "x-shopify-test": "true" },
    body: Buffer.from([0x7b, 0x0a, 0xff, 0x00]),
    ...overrides,
  };
}

function aFailure(overrides: Partial<Parameters<DeadLetters["add"]>[1]> = {}) {
  return { reason: "id: expected a number", attempts: 1, inboxSequence: 1, ...overrides };
}

async function reasons(filter: Partial<Parameters<DeadLetters["list"]>[0]> = {}): Promise<string[]> {
  return (await letters.list({ limit: 100, ...filter })).map(({ reason }) => reason);
}

async function inbox(): Promise<Webhook[]> {
  const { state } = await broker.jsm.streams.info(names.streams.inbox);
  const found: Webhook[] = [];
  for (let seq = 1; seq <= state.last_seq; seq += 1) {
    found.push(...decodeWebhooks((await broker.jsm.streams.getMessage(names.streams.inbox, { seq })).data));
  }
  return found;
}

describe("a dead letter", () => {
  it("is listed with reason, attempts and where it came from, without body and headers", async () => {
    await letters.add(aWebhook("w1"), aFailure({ attempts: 8 }));
    const [letter] = await letters.list({ limit: 10 });
    const { body: _body, headers: _headers, ...description } = aWebhook("w1");
    expect(letter).toEqual({
      sequence: 1,
      stage: "normalize",
      reason: "id: expected a number",
      attempts: 8,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      webhook: description,
      bytes: 4,
    });
  });

  it("is stored once however often its message is redelivered", async () => {
    for (let time = 0; time < 3; time += 1) await letters.add(aWebhook("w1"), aFailure());
    expect(await reasons()).toHaveLength(1);
  });

  it.each([
    ["line breaks", "first\r\nPUB other 1\r\nsecond"],
    ["any script", "id: “ü” 🧣 ist keine Zahl"],
    ["half a character", "broken \ud83e end"],
    ["percent signs", "100 % of %41"],
  ])("keeps a reason with %s", async (_what, reason) => {
    await letters.add(aWebhook("w1"), aFailure({ reason }));
    expect(await reasons()).toEqual([Buffer.from(reason).toString()]);
  });

  it("cuts a reason that is too long, even in the middle of a character", async () => {
    await letters.add(aWebhook("w1"), aFailure({ reason: `${"x".repeat(999)}🧣🧣` }));
    const [reason = ""] = await reasons();
    expect(reason.slice(0, 999)).toBe("x".repeat(999));
    expect(reason.length).toBe(1000);
  });
});

describe("the list", () => {
  it("is of one store, or of all", async () => {
    await letters.add(aWebhook("w1"), aFailure({ reason: "one" }));
    await letters.add(
      aWebhook("w2", { store: "other", platform: "woocommerce" }),
      aFailure({ reason: "two" }),
    );
    await letters.add(aWebhook("w3", { store: "acme-2" }), aFailure({ reason: "three" }));
    expect(await reasons({ store: "acme" })).toEqual(["one"]);
    expect(await reasons({ store: "other" })).toEqual(["two"]);
    expect(await reasons({ store: "nobody" })).toEqual([]);
    expect(await reasons()).toEqual(["one", "two", "three"]);
  });

  it("pages oldest first", async () => {
    for (let index = 1; index <= 5; index += 1) {
      await letters.add(aWebhook(`w${index}`), aFailure({ reason: String(index) }));
    }
    expect(await reasons({ limit: 2 })).toEqual(["1", "2"]);
    expect(await reasons({ limit: 2, after: 2 })).toEqual(["3", "4"]);
    expect(await reasons({ limit: 2, after: 4 })).toEqual(["5"]);
    expect(await reasons({ limit: 2, after: 5 })).toEqual([]);
  });

  it("leaves no consumer behind", async () => {
    await letters.add(aWebhook("w1"), aFailure());
    await reasons();
    const { state } = await broker.jsm.streams.info(names.streams.dead);
    expect(state.consumer_count).toBe(0);
  });
});

describe("redriving", () => {
  it("puts the same webhook, byte for byte, back into the inbox and removes the letter", async () => {
    await letters.add(aWebhook("w1"), aFailure());
    expect(await letters.redrive(1)).toBe(true);
    expect(await inbox()).toEqual([aWebhook("w1")]);
    expect(await reasons()).toEqual([]);
  });

  it("tells when there is no such letter", async () => {
    expect(await letters.redrive(1)).toBe(false);
    await letters.add(aWebhook("w1"), aFailure());
    expect(await letters.redrive(1)).toBe(true);
    expect(await letters.redrive(1)).toBe(false);
    expect(await letters.redrive(99)).toBe(false);
    expect(await inbox()).toHaveLength(1);
  });

  it("puts it back once when two do it at the same time", async () => {
    await letters.add(aWebhook("w1"), aFailure());
    await Promise.allSettled([letters.redrive(1), letters.redrive(1)]);
    expect(await inbox()).toHaveLength(1);
    expect(await reasons()).toEqual([]);
  });

  it("leaves a letter again when the webhook fails again", async () => {
    await letters.add(aWebhook("w1"), aFailure({ inboxSequence: 1 }));
    await letters.redrive(1);
    await letters.add(aWebhook("w1"), aFailure({ inboxSequence: 2, reason: "still" }));
    expect(await reasons()).toEqual(["still"]);
  });
});

describe("a delivery that failed for good", () => {
  const failure = {
    subscription: "crm",
    stream: "COMMERCE",
    sequence: 7,
    reason: "answered 500",
    attempts: 10,
    status: 500,
    response: "out of order\r\nü",
  };
  const event: CanonicalEvent = anEvent(3, { type: "order.paid" });

  it("is listed with the subscription, the event and the last answer", async () => {
    await letters.addDelivery(event, failure);
    expect(await letters.list({ limit: 10 })).toMatchObject([
      {
        stage: "deliver",
        reason: "answered 500",
        attempts: 10,
        delivery: {
          subscription: "crm",
          eventId: event.id,
          type: "order.paid",
          store: "acme",
          status: 500,
          response: "out of order\r\nü",
        },
      },
    ]);
  });

  it("is stored once for a place in the stream, and again for another subscription", async () => {
    await letters.addDelivery(event, failure);
    await letters.addDelivery(event, failure);
    await letters.addDelivery(event, { ...failure, subscription: "erp" });
    expect(await letters.count({})).toBe(2);
    expect(await letters.count({ subscription: "crm" })).toBe(1);
    expect(await letters.count({ stage: "normalize" })).toBe(0);
    expect(await letters.list({ subscription: "erp", limit: 10 })).toHaveLength(1);
  });

  it("is found by its sequence, as it is listed", async () => {
    await letters.add(aWebhook("w1"), aFailure());
    await letters.addDelivery(event, failure);
    const listed = await letters.list({ limit: 10 });
    expect(listed).toHaveLength(2);
    for (const letter of listed) expect(await letters.find(letter.sequence)).toEqual(letter);
    expect(await letters.find(3)).toBeUndefined();
  });

  it("is redriven to that subscription alone, unchanged, and the letter goes", async () => {
    await letters.addDelivery(event, failure);
    expect(await letters.redrive(1)).toBe(true);
    const stored = await broker.jsm.streams.getMessage(names.streams.direct, { seq: 1 });
    expect(stored.subject).toBe(names.directSubject("crm"));
    expect(stored.json()).toEqual(event);
    expect(await inbox()).toEqual([]);
    expect(await letters.count({})).toBe(0);
  });
});
