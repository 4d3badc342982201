/** Finds the events of one entity. No subject names it, but every event's message id does. */
import type { JetStreamClient, JetStreamManager } from "nats";
import { toMessageId } from "../nats/message-id.ts";
import { orMissing } from "../nats/missing.ts";
import type { Names } from "../nats/names.ts";
import { findTail, scanStream, storedAt } from "../nats/scan.ts";
import { type CanonicalEvent, envelope } from "../normalizers/canonical/event.ts";

export interface EntityId {
  readonly store: string;
  readonly resource: string;
  readonly id: string;
}

export interface StoredEvent {
  readonly event: CanonicalEvent;
  readonly subject: string;
  readonly streamSequence: number;
  readonly publishedAt: string;
}

export interface FoundEvents {
  /** The newest, oldest first. */
  readonly events: readonly StoredEvent[];
  /** How many of the entity there were. */
  readonly total: number;
  readonly lookedAt: number;
  readonly since?: string;
  readonly isWhole: boolean;
}

export type FindEvents = (entity: EntityId, limit: number) => Promise<FoundEvents>;

/** Headers alone are read quickly. */
const MESSAGES_MAX = 200_000;

export function createFindEvents(
  broker: { js: JetStreamClient; jsm: JetStreamManager },
  names: Names,
): FindEvents {
  const stream = names.streams.commerce;
  return async ({ store, resource, id }, limit) => {
    const filter = names.eventFilter({ store, type: `${resource}.*` });
    const prefix = toMessageId(`${store}:${resource}:${id}:`);
    const { after, isWhole } = await findTail(broker, { stream, filter, max: MESSAGES_MAX });
    const sequences: number[] = [];
    let lookedAt = 0;
    let since: string | undefined;
    for await (const message of scanStream(broker, { stream, filter, after, headersOnly: true })) {
      lookedAt += 1;
      since ??= storedAt(message);
      const messageId = message.headers?.get("Nats-Msg-Id") ?? "";
      if (!messageId.startsWith(prefix) || !/^\d+$/.test(messageId.slice(prefix.length))) continue;
      sequences.push(message.seq);
    }
    const events = await readEach(broker.jsm, stream, sequences.slice(-limit));
    return { events, total: sequences.length, lookedAt, ...(since ? { since } : {}), isWhole };
  };
}

async function readEach(
  jsm: JetStreamManager,
  stream: string,
  sequences: readonly number[],
): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (const seq of sequences) {
    const message = await orMissing(jsm.streams.getMessage(stream, { seq }), "message");
    if (message === undefined) continue;
    events.push({
      event: envelope.parse(message.json()),
      subject: message.subject,
      streamSequence: seq,
      publishedAt: message.time.toISOString(),
    });
  }
  return events;
}
