import { describe, expect, it } from "vitest";
import { type DeliveryFacts, explainDelivery } from "../../src/explain/delivery.ts";
import type { Position } from "../../src/subscriptions/consumers.ts";
import type { AttemptRecord } from "../../src/subscriptions/deliver/attempts.ts";
import type { Subscription } from "../../src/subscriptions/subscription.ts";
import { anEvent } from "../helpers/event.ts";

const STORED = {
  event: anEvent(1),
  subject: "commerce.shopify.acme.order.updated",
  streamSequence: 10,
  publishedAt: "2026-11-01T12:00:02.000Z",
};
const NOTHING: DeliveryFacts = { attempts: [], letter: undefined, waiting: undefined, position: undefined };

function aSubscription(overrides: Partial<Subscription> = {}): Subscription {
  return {
    name: "crm",
    events: ["order.*"],
    startAt: "beginning",
    state: "active",
    createdAt: "2026-11-01T11:00:00.000Z",
    updatedAt: "2026-11-01T11:00:00.000Z",
    activeSince: "2026-11-01T11:00:00.000Z",
    deliver: "http",
    consumers: [{ stream: "COMMERCE", name: "crm_1", filter: "commerce.*.*.order.*", from: 1 }],
    ...overrides,
  };
}

function anAttempt(overrides: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    subscription: "crm",
    eventId: STORED.event.id,
    type: "order.updated",
    entity: "acme:order:1001",
    attempt: 1,
    at: "2026-11-01T12:00:03.000Z",
    durationMs: 250,
    outcome: "retry",
    status: 500,
    nextAt: "2026-11-01T12:01:03.000Z",
    ...overrides,
  };
}

function aPosition(overrides: Partial<Position> = {}): Position {
  return { deliveries: 0, pending: 0, unsettled: 0, redelivered: 0, ackFloor: 0, delivered: 0, ...overrides };
}

describe("a delivery", () => {
  it.each<[string, Partial<DeliveryFacts>, Partial<Subscription>, object]>([
    [
      "that succeeded counts, although the subscription no longer wants such events",
      { attempts: [anAttempt(), anAttempt({ outcome: "delivered", status: 204 })] },
      { events: ["stock.*"] },
      { state: "delivered", at: "2026-11-01T12:00:03.250Z", attempts: 2, status: 204 },
    ],
    ["that is not wanted says why", {}, { stores: ["other"] }, { reason: "does not want store acme" }],
    [
      "waits for the next attempt",
      { attempts: [anAttempt()], position: aPosition({ delivered: 10 }) },
      {},
      {
        state: "waiting",
        attempts: 1,
        nextAt: "2026-11-01T12:01:03.000Z",
        error: "The endpoint answered 500.",
      },
    ],
    [
      "waits for its turn",
      {
        position: aPosition({ delivered: 10 }),
        waiting: {
          eventId: "e",
          subject: STORED.subject,
          entity: "x",
          attempts: 0,
          firstAt: "",
          nextAt: Date.parse("2026-11-01T13:00:00Z"),
        },
      },
      {},
      {
        state: "waiting",
        nextAt: "2026-11-01T13:00:00.000Z",
        reason: "an earlier event of the entity comes first",
      },
    ],
    [
      "is held while the subscription is disabled",
      { position: aPosition() },
      { state: "disabled", stopped: { at: "2026-11-01T11:30:00Z", reason: "410 Gone" } },
      { state: "held", reason: "disabled since 2026-11-01T11:30:00Z: 410 Gone" },
    ],
    [
      "whose dead letter is gone was given up",
      { attempts: [anAttempt({ outcome: "dead" })], position: aPosition({ ackFloor: 10, delivered: 10 }) },
      {},
      { state: "given_up", attempts: 1 },
    ],
    ["without a consumer is not known", {}, {}, { state: "unknown" }],
    ["was not given out yet", { position: aPosition({ delivered: 9 }) }, {}, { state: "pending" }],
    ["is in hand", { position: aPosition({ ackFloor: 9, delivered: 12 }) }, {}, { state: "in_hand" }],
    ["without attempts was settled", { position: aPosition({ ackFloor: 10 }) }, {}, { state: "settled" }],
    [
      "over NATS is delivered when it is acknowledged",
      { position: aPosition({ ackFloor: 10, delivered: 10 }) },
      { deliver: "nats" },
      { state: "delivered", reason: "its subscriber acknowledged it" },
    ],
  ])("%s", (_what, facts, subscription, expected) => {
    const told = explainDelivery(aSubscription(subscription), STORED, { ...NOTHING, ...facts });
    expect(told).toMatchObject({ event: STORED.event.id, type: "order.updated", ...expected });
  });

  it.each([
    [11, "before_start"],
    [10, "pending"],
    ["2026-11-01T12:00:03.000Z", "before_start"],
    ["2026-11-01T12:00:01.000Z", "pending"],
  ])("of a subscription that reads from %s on is %s", (from, state) => {
    const consumers = [{ stream: "COMMERCE", name: "crm_1", filter: "commerce.*.*.order.*", from }];
    const told = explainDelivery(aSubscription({ consumers }), STORED, { ...NOTHING, position: aPosition() });
    expect(told.state).toBe(state);
  });
});
