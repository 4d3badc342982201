/** Reads canonical events back from the COMMERCE stream: page by page, or live. */
import { DeliverPolicy, type JetStreamClient, type JetStreamManager } from "nats";
import type { CanonicalEvent } from "../normalizers/canonical/event.ts";
import { envelope } from "../normalizers/canonical/event.ts";
import type { Names } from "../nats/names.ts";
import { readStream } from "../nats/read.ts";

export interface EventFilter {
  readonly store?: string | undefined;
  /** `order.paid`, `order.*` or `*.*`. */
  readonly type?: string | undefined;
  /** Id of the entity at the platform. */
  readonly entity?: string | undefined;
}

export interface EventPage {
  readonly events: CanonicalEvent[];
  /** Pass as `after` to go on; absent when the end was reached. */
  readonly next?: string;
}

export interface EventReader {
  /** Events after the cursor, oldest first. With `entity`, a page may be short or empty although more follows. */
  readonly page: (filter: EventFilter, after: number, limit: number) => Promise<EventPage>;
  /** Calls back for every event after the cursor (without one: from now on), with its cursor. Returns what ends it. */
  readonly follow: (
    filter: EventFilter,
    after: number | undefined,
    onEvent: (event: CanonicalEvent, cursor: number) => void,
  ) => Promise<() => void>;
}

/** How many messages one page may look at when it searches for an entity. */
const SCAN_MAX = 5000;

export function createEventReader(
  broker: { js: JetStreamClient; jsm: JetStreamManager },
  names: Names,
): EventReader {
  const stream = names.streams.commerce;
  return {
    page: async (filter, after, limit) => {
      const subject = names.eventFilter(filter);
      const max = filter.entity === undefined ? limit : SCAN_MAX;
      const { messages, hasMore } = await readStream(broker, { stream, filter: subject, after, max });
      const events: CanonicalEvent[] = [];
      let last = after;
      for (const message of messages) {
        if (events.length === limit) return { events, next: String(last) };
        const event = envelope.parse(message.json());
        if (isWanted(event, filter)) events.push(event);
        last = message.seq;
      }
      return hasMore ? { events, next: String(last) } : { events };
    },
    follow: async (filter, after, onEvent) => {
      const consumer = await broker.js.consumers.get(stream, {
        filterSubjects: names.eventFilter(filter),
        ...(after === undefined
          ? { deliver_policy: DeliverPolicy.New }
          : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: after + 1 }),
      });
      const messages = await consumer.consume({
        callback: (message) => {
          const event = envelope.parse(message.json());
          if (isWanted(event, filter)) onEvent(event, message.seq);
        },
      });
      return () => messages.stop();
    },
  };
}

function isWanted(event: CanonicalEvent, { entity }: EventFilter): boolean {
  return entity === undefined || event.subject === entity;
}
