/** Streams and consumers as the hub makes them, on a plain server without accounts, with the access document to them. */
import type { SubscriptionAccess } from "../../src/client/access.ts";
import { createNames } from "../../src/nats/names.ts";
import { declareStreams } from "../../src/nats/streams.ts";
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import { createConsumers } from "../../src/subscriptions/consumers.ts";
import { planFilters } from "../../src/subscriptions/filters.ts";
import { placeStart, planConsumers } from "../../src/subscriptions/lifecycle/plan.ts";
import type { TestBroker } from "../helpers/broker.ts";
import { STREAM_SETTINGS } from "../helpers/stream-settings.ts";

export interface HandMade {
  readonly access: SubscriptionAccess;
  readonly publish: (events: readonly CanonicalEvent[]) => Promise<void>;
  /** Addressed to this subscription alone. */
  readonly publishDirect: (event: CanonicalEvent) => Promise<void>;
  readonly deleteConsumers: () => Promise<void>;
  /** Events that wait or are not settled. */
  readonly open: () => Promise<number>;
}

export interface HandMadeOptions {
  readonly events?: readonly string[];
  readonly ackWaitMs?: number;
}

export async function handMade(
  { broker, prefix, server }: TestBroker,
  { events = ["order.*"], ackWaitMs = 30_000 }: HandMadeOptions = {},
): Promise<HandMade> {
  const names = createNames(prefix);
  await declareStreams(broker, names, STREAM_SETTINGS);
  const consumers = createConsumers(broker.jsm, { replicas: 1, ackWaitMs });
  const wanted = { name: "shipping", events: [...events], deliver: "nats" as const };
  const refs = await placeStart(planConsumers(wanted, names), "now", { consumers, names });
  await Promise.all(refs.map(consumers.ensure));
  const plan = planFilters(wanted, "exact", names);
  const whole = plan.ok ? plan.filters.filter((each) => each.whole).map(({ filter }) => filter) : [];
  const send = (subject: string, event: CanonicalEvent) =>
    broker.js.publish(subject, JSON.stringify(event), { msgID: `${subject} ${event.id} ${event.via}` });
  return {
    access: {
      ...wanted,
      servers: [server.url],
      apiPrefix: "$JS.API",
      stream: names.streams.commerce,
      consumers: refs.map(({ stream, name, filter }) => ({ stream, name, whole: whole.includes(filter) })),
    },
    publish: async (list) => {
      const subjectOf = ({ platform, store, type }: CanonicalEvent) =>
        names.eventSubject(platform, store, type);
      // Not awaited one by one, but sent in order: that is the order of the stream.
      await Promise.all(list.map((event) => send(subjectOf(event), event)));
    },
    publishDirect: async (event) => {
      await send(names.directSubject(wanted.name), event);
    },
    deleteConsumers: async () => {
      await Promise.all(refs.map(consumers.remove));
    },
    open: async () => {
      const positions = await Promise.all(refs.map(consumers.position));
      return positions.reduce((sum, at) => sum + (at ? at.pending + at.unsettled : 0), 0);
    },
  };
}
