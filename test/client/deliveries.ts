/** Deliveries as a consumer would give them out, with what the client answered. */
import type { AccessConsumer, SubscriptionAccess } from "../../src/client/access.ts";
import type { Delivery } from "../../src/client/delivery.ts";
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";

export const ORDERS: AccessConsumer = { stream: "COMMERCE", name: "orders", whole: true };
export const DIRECT: AccessConsumer = { stream: "DIRECT", name: "direct", whole: false };

export interface FakeDelivery extends Delivery {
  /** `ack`, `nak 1000`, `term reason`, `working`. */
  readonly answers: string[];
}

export function aDelivery(event: CanonicalEvent | string, overrides: Partial<Delivery> = {}): FakeDelivery {
  const answers: string[] = [];
  const answer = (...words: unknown[]) => {
    answers.push(words.filter((word) => word !== undefined).join(" "));
  };
  return {
    consumer: ORDERS,
    streamSequence: 1,
    deliverySequence: 1,
    attempt: 1,
    pending: 0,
    text: () => (typeof event === "string" ? event : JSON.stringify(event)),
    ack: () => answer("ack"),
    nak: (delayMs) => answer("nak", delayMs),
    term: (reason) => answer("term", reason),
    working: () => answer("working"),
    ...overrides,
    answers,
  };
}

export function anAccess(overrides: Partial<SubscriptionAccess> = {}): SubscriptionAccess {
  return {
    name: "shipping",
    servers: ["nats://127.0.0.1:4222"],
    stream: "COMMERCE",
    consumers: [ORDERS, DIRECT],
    events: ["order.*"],
    ...overrides,
  };
}
