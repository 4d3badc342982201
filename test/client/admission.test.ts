import { describe, expect, it } from "vitest";
import { type AdmissionOptions, createAdmission } from "../../src/client/admission.ts";
import type { Gap } from "../../src/client/continuity.ts";
import { InvalidEvent } from "../../src/client/errors.ts";
import { parseEvent } from "../../src/events.ts";
import { wherePaths } from "../../src/subscriptions/where.ts";
import { anEvent } from "../helpers/event.ts";
import { aDelivery, anAccess, DIRECT, ORDERS } from "./deliveries.ts";

const NO_HAND = { take: () => undefined, drop: () => undefined };

function admissionOf(options: AdmissionOptions = {}, access = anAccess()) {
  const gaps: Gap[] = [];
  const admission = createAdmission(access, { onGap: (gap) => gaps.push(gap), ...options }, NO_HAND);
  return { ...admission, gaps };
}

/** The events of those sequences of one order, given out without a hole. */
function inLine(sequences: readonly number[]) {
  return sequences.map((sequence, at) => aDelivery(anEvent(sequence), { deliverySequence: at + 1 }));
}

describe("a gap", () => {
  it("is told when sequences of an entity are missing", () => {
    const { admit, gaps, counts } = admissionOf();
    const received = inLine([4, 5, 8, 9]).map(admit);
    expect(gaps).toEqual([{ entity: "acme:order:1001", from: 6, to: 7 }]);
    expect(received.map((each) => each?.gap)).toEqual([undefined, undefined, gaps[0], undefined]);
    expect(counts().gaps).toBe(1);
  });

  it("is none before the first event of an entity, nor between entities", () => {
    const { admit, gaps } = admissionOf();
    admit(aDelivery(anEvent(5), { deliverySequence: 1 }));
    admit(aDelivery(anEvent(9, { subject: "1002" }), { deliverySequence: 2 }));
    admit(aDelivery(anEvent(6), { deliverySequence: 3 }));
    expect(gaps).toEqual([]);
  });

  it("is none where the consumer does not carry every event of the entity", () => {
    const { admit, gaps } = admissionOf();
    for (const [at, sequence] of [1, 4].entries()) {
      admit(
        aDelivery(anEvent(sequence), { deliverySequence: at + 1, consumer: { ...ORDERS, whole: false } }),
      );
    }
    expect(gaps).toEqual([]);
  });

  it("is none where the consumer gave the missing events to somebody else", () => {
    const { admit, gaps } = admissionOf();
    admit(aDelivery(anEvent(1), { deliverySequence: 1 }));
    admit(aDelivery(anEvent(3), { deliverySequence: 3 }));
    expect(gaps).toEqual([]);
    admit(aDelivery(anEvent(6), { deliverySequence: 4 }));
    expect(gaps).toEqual([{ entity: "acme:order:1001", from: 4, to: 5 }]);
  });

  it("is none in replays and test events", () => {
    const { admit, gaps } = admissionOf();
    admit(aDelivery(anEvent(1), { deliverySequence: 1 }));
    admit(aDelivery(anEvent(7, { via: "replay" }), { consumer: DIRECT }));
    admit(
      aDelivery(anEvent(8, { test: true }), { consumer: DIRECT, streamSequence: 2, deliverySequence: 2 }),
    );
    admit(aDelivery(anEvent(2), { deliverySequence: 2 }));
    expect(gaps).toEqual([]);
  });

  it("is found although events between were not wanted", () => {
    const { admit, gaps } = admissionOf({}, anAccess({ events: ["order.paid"] }));
    for (const delivery of inLine([1, 2, 3])) admit(delivery);
    expect(gaps).toEqual([]);
    const paid = admit(aDelivery(anEvent(5, { type: "order.paid" }), { deliverySequence: 4 }));
    expect(paid?.gap).toEqual({ entity: "acme:order:1001", from: 4, to: 4 });
  });
});

describe("an event that comes after a later one of its entity", () => {
  it("is late, and no gap", () => {
    const { admit, gaps } = admissionOf();
    const received = inLine([1, 2, 3]).map(admit);
    received[1]?.nak(0);
    const again = admit(aDelivery(anEvent(2), { attempt: 2, deliverySequence: 4 }));
    expect(again).toMatchObject({ late: true, redelivered: true, attempt: 2 });
    expect(gaps).toEqual([]);
  });
});

describe("an event that is given out again", () => {
  it("is acknowledged and not handed out once it is done", () => {
    const told: string[] = [];
    const { admit, counts } = admissionOf({ onDuplicate: (id) => told.push(id) });
    admit(aDelivery(anEvent(1)))?.ack();
    const again = aDelivery(anEvent(1), { attempt: 2, deliverySequence: 2 });
    expect(admit(again)).toBeUndefined();
    expect(again.answers).toEqual(["ack"]);
    expect(told).toEqual(["acme:order:1001:1"]);
    expect(counts()).toMatchObject({ received: 1, duplicates: 1 });
  });

  it("is left alone while the first one is in hand", () => {
    const { admit } = admissionOf();
    admit(aDelivery(anEvent(1)));
    const again = aDelivery(anEvent(1), { attempt: 2, deliverySequence: 2 });
    expect(admit(again)).toBeUndefined();
    expect(again.answers).toEqual([]);
  });

  it("is handed out when it was given back", () => {
    const { admit } = admissionOf();
    admit(aDelivery(anEvent(1)))?.nak();
    expect(admit(aDelivery(anEvent(1), { attempt: 2, deliverySequence: 2 }))?.attempt).toBe(2);
  });

  it("is marked instead, for those who want to see it", () => {
    const { admit } = admissionOf({ duplicates: "deliver" });
    expect(admit(aDelivery(anEvent(1)))?.duplicate).toBe(false);
    expect(admit(aDelivery(anEvent(1), { attempt: 2, deliverySequence: 2 }))?.duplicate).toBe(true);
  });

  it("is handed out as a replay, once for each time it was replayed", () => {
    const { admit } = admissionOf();
    admit(aDelivery(anEvent(1)))?.ack();
    const replay = (streamSequence: number, deliverySequence: number) =>
      aDelivery(anEvent(1, { via: "replay" }), { consumer: DIRECT, streamSequence, deliverySequence });
    expect(admit(replay(10, 1))).toBeDefined();
    expect(admit(replay(10, 2))).toBeUndefined();
    expect(admit(replay(11, 3))).toBeDefined();
  });

  it("counts as new when too many others came between: memory is bounded", () => {
    const { admit } = admissionOf({ rememberMax: 3 });
    for (const delivery of inLine([1, 2, 3, 4])) admit(delivery)?.ack();
    expect(admit(aDelivery(anEvent(2), { deliverySequence: 5 }))).toBeUndefined();
    expect(admit(aDelivery(anEvent(1), { deliverySequence: 6 }))).toBeDefined();
  });
});

describe("an event that the subscription does not want", () => {
  it.each([
    ["type", { events: ["order.paid"] }],
    ["store", { stores: ["globex"] }],
    ["platform", { platforms: ["woocommerce"] }],
  ])("by its %s is acknowledged and counted", (_, wanted) => {
    const { admit, counts } = admissionOf({}, anAccess(wanted));
    const delivery = aDelivery(anEvent(1));
    expect(admit(delivery)).toBeUndefined();
    expect(delivery.answers).toEqual(["ack"]);
    expect(counts()).toMatchObject({ received: 0, unwanted: 1 });
  });

  it("by its content is told with the paths that the hub resolved, decimals as numbers", () => {
    const where = { path: "order.totals.total.amount", gte: "100" };
    const { admit } = admissionOf({}, anAccess({ where, wherePaths: wherePaths(where) }));
    const worth = (amount: string, sequence: number) =>
      aDelivery(anEvent(sequence, { data: { order: { totals: { total: { amount, currency: "EUR" } } } } }), {
        deliverySequence: sequence,
      });
    expect(admit(worth("99.90", 1))).toBeUndefined();
    expect(admit(worth("100.00", 2))).toBeDefined();
  });

  it("is handed out when it was addressed to the subscription", () => {
    const { admit } = admissionOf({}, anAccess({ events: ["stock.*"] }));
    expect(admit(aDelivery(anEvent(1, { test: true }), { consumer: DIRECT }))).toBeDefined();
  });
});

describe("what is no valid event", () => {
  const bad = { ...anEvent(1), time: "yesterday" };

  it.each([
    ["no JSON", "{"],
    ["no event", "[]"],
    ["null", "null"],
    ["refused by validate", JSON.stringify(bad)],
  ])("ends the iteration and stays where it is: %s", (_, text) => {
    const { admit, counts } = admissionOf({ validate: parseEvent });
    const delivery = aDelivery(text, { streamSequence: 42 });
    expect(() => admit(delivery)).toThrow(InvalidEvent);
    expect(() => admit(delivery)).toThrow("message 42 of COMMERCE");
    expect(delivery.answers[0]).toBe("nak 1000");
    expect(counts().invalid).toBe(2);
  });

  it("is given up where somebody takes note of it", () => {
    const told: InvalidEvent[] = [];
    const { admit } = admissionOf({ validate: parseEvent, onInvalid: (error) => told.push(error) });
    const delivery = aDelivery(JSON.stringify(bad));
    expect(admit(delivery)).toBeUndefined();
    expect(delivery.answers).toEqual(["term not a valid event"]);
    expect(told[0]?.cause).toMatchObject({ issues: [{ path: ["time"] }] });
  });

  it("passes without validate: newer hubs may know more than this program", () => {
    const { admit } = admissionOf();
    expect(admit(aDelivery(JSON.stringify(bad)))).toBeDefined();
  });
});

describe("an event in hand", () => {
  it("is settled once", () => {
    const { admit } = admissionOf();
    const delivery = aDelivery(anEvent(1));
    const received = admit(delivery);
    received?.working();
    received?.ack();
    received?.nak();
    received?.term();
    received?.working();
    expect(delivery.answers).toEqual(["working", "ack"]);
    expect(received?.isSettled()).toBe(true);
  });

  it("never comes again at once: a nak without a time waits longer with each attempt", () => {
    const { admit } = admissionOf();
    const answers = [1, 2, 5, 50].map((attempt, at) => {
      const delivery = aDelivery(anEvent(1), { attempt, deliverySequence: at + 1 });
      admit(delivery)?.nak();
      return delivery.answers[0];
    });
    expect(answers).toEqual(["nak 1000", "nak 2000", "nak 16000", "nak 300000"]);
  });
});
