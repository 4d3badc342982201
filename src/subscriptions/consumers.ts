/** The durable consumers of subscriptions: one per filter subject, because several filters on one do not scale. */
import { createHash } from "node:crypto";
import {
  AckPolicy,
  type ConsumerInfo,
  DeliverPolicy,
  ErrorCode,
  type JetStreamManager,
  NatsError,
  nanos,
} from "nats";
import { HubError } from "../errors.ts";
import { orMissing } from "../nats/missing.ts";
import type { ConsumerRef } from "./subscription.ts";

/**
 * How long a subscriber may be silent about an event before it is delivered again, unless told otherwise. Consumers keep
 * what they were made with, and ordered delivery relies on it: a change of this needs an update of those that exist.
 */
export const ACK_WAIT_MS = 30_000;
/** Events of a consumer that are given out and not settled; those that wait for a later attempt count too. */
export const MAX_ACK_PENDING = 10_000;
const FOREVER = new Date("2100-01-01T00:00:00Z");

/** How far a consumer has come. */
export interface Position {
  /** Deliveries so far, repeated ones included. */
  readonly deliveries: number;
  /** Events that were not delivered yet. */
  readonly pending: number;
  /** Events that were delivered and not settled. */
  readonly unsettled: number;
  /** Unsettled events that were delivered more than once. */
  readonly redelivered: number;
  /** Every event up to this stream sequence is settled. */
  readonly ackFloor: number;
  /** Stream sequence of the last event that was delivered. */
  readonly delivered: number;
}

export interface Consumers {
  /** The stream sequence that the next event will get. */
  readonly nextSequence: (stream: string) => Promise<number>;
  /** Creates the consumer unless it is there. */
  readonly ensure: (consumer: ConsumerRef) => Promise<void>;
  /** Does nothing when it is gone already. */
  readonly remove: (consumer: Pick<ConsumerRef, "stream" | "name">) => Promise<void>;
  /** Undefined when there is no such consumer. */
  readonly position: (consumer: Pick<ConsumerRef, "stream" | "name">) => Promise<Position | undefined>;
  /** Positions of all consumers of a stream by name, for lists. */
  readonly positions: (stream: string) => Promise<Map<string, Position & { createdAt: string }>>;
  /** When the oldest event that is not settled was published; undefined when none is. */
  readonly oldestUnsettledAt: (consumer: ConsumerRef) => Promise<string | undefined>;
  /** Holds back what the consumer would deliver. Rejects with HubError `conflict` on a server that cannot. */
  readonly pause: (consumer: ConsumerRef) => Promise<void>;
  readonly resume: (consumer: ConsumerRef) => Promise<void>;
}

/** The name of a subscription's consumer for a filter: the same filter always has the same name. */
export function consumerName(subscription: string, filter: string): string {
  return `${subscription}_${createHash("sha256").update(filter).digest("hex").slice(0, 8)}`;
}

/** The subscription that a consumer belongs to by its name; undefined when the name was not made here. */
export function ownerOf(consumer: string): string | undefined {
  return /^([a-z0-9-]+)_[0-9a-f]{8}$/.exec(consumer)?.[1];
}

export interface ConsumerSettings {
  readonly replicas: number;
  readonly ackWaitMs: number;
}

export function createConsumers(jsm: JetStreamManager, { replicas, ackWaitMs }: ConsumerSettings): Consumers {
  return {
    nextSequence: async (stream) => (await jsm.streams.info(stream)).state.last_seq + 1,
    ensure: async ({ stream, name, filter, from }) => {
      await jsm.consumers.add(stream, {
        durable_name: name,
        filter_subject: filter,
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanos(ackWaitMs),
        max_ack_pending: MAX_ACK_PENDING,
        max_deliver: -1,
        num_replicas: replicas,
        ...(typeof from === "number"
          ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from }
          : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: from }),
      });
    },
    remove: async ({ stream, name }) => {
      await orMissing(jsm.consumers.delete(stream, name), "consumer");
    },
    position: async ({ stream, name }) => {
      const info = await orMissing(jsm.consumers.info(stream, name), "consumer");
      return info && toPosition(info);
    },
    positions: async (stream) => {
      const all = new Map<string, Position & { createdAt: string }>();
      for await (const info of jsm.consumers.list(stream)) {
        all.set(info.name, { ...toPosition(info), createdAt: new Date(info.created).toISOString() });
      }
      return all;
    },
    oldestUnsettledAt: async ({ stream, name, filter }) => {
      const info = await orMissing(jsm.consumers.info(stream, name), "consumer");
      if (info === undefined || info.num_pending + info.num_ack_pending === 0) return undefined;
      const next = { seq: info.ack_floor.stream_seq + 1, next_by_subj: filter };
      const message = await orMissing(jsm.streams.getMessage(stream, next), "message");
      return message?.time.toISOString();
    },
    pause: async ({ stream, name }) => {
      await jsm.consumers.pause(stream, name, FOREVER).catch((error: unknown) => {
        if (!isUnknownRequest(error)) throw error;
        throw new HubError("conflict", {
          explain: "this nats-server cannot hold events back (2.11 and newer can)",
          cause: error,
        });
      });
    },
    resume: async ({ stream, name }) => {
      // A server that cannot pause does not understand this either.
      const info = await orMissing(jsm.consumers.info(stream, name), "consumer");
      if (info?.paused) await jsm.consumers.resume(stream, name);
    },
  };
}

/** A server leaves a request of the JetStream API that it does not know without an answer. */
function isUnknownRequest(error: unknown): boolean {
  return (
    error instanceof NatsError && (error.code === ErrorCode.Timeout || error.code === ErrorCode.NoResponders)
  );
}

function toPosition(info: ConsumerInfo): Position {
  return {
    deliveries: info.delivered.consumer_seq,
    pending: info.num_pending,
    unsettled: info.num_ack_pending,
    redelivered: info.num_redelivered,
    ackFloor: info.ack_floor.stream_seq,
    delivered: info.delivered.stream_seq,
  };
}
