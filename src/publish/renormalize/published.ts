/** Where the published events of each entity stand in the stream, from a moment on. */
import type { JetStreamClient, JetStreamManager } from "nats";
import { HubError } from "../../errors.ts";
import { toMessageId } from "../../nats/message-id.ts";
import { orMissing } from "../../nats/missing.ts";
import type { Names } from "../../nats/names.ts";
import { scanStream } from "../../nats/scan.ts";
import { type CanonicalEvent, envelope } from "../../normalizers/canonical/event.ts";

export interface Published {
  /** How many events it knows. */
  readonly count: number;
  /** Stream sequences of the events of an entity, in order. */
  readonly of: (entity: string) => readonly number[];
  /** Stream sequences of all, in order. */
  readonly all: () => readonly number[];
  /** Undefined when it is no longer there. */
  readonly read: (sequence: number) => Promise<PublishedEvent | undefined>;
}

export interface PublishedEvent {
  readonly event: CanonicalEvent;
  readonly publishedAt: string;
}

export interface PublishedQuery {
  readonly store: string;
  readonly resource?: string | undefined;
  /** RFC 3339. */
  readonly since: string;
  /** By the event's entity. */
  readonly isWanted: (entity: string) => boolean;
}

/** About 100 bytes each. */
const EVENTS_MAX = 500_000;

/** Rejects with HubError `bad_request` when there are too many to be held. */
export async function indexPublished(
  broker: { js: JetStreamClient; jsm: JetStreamManager },
  names: Names,
  { store, resource, since, isWanted }: PublishedQuery,
): Promise<Published> {
  const stream = names.streams.commerce;
  const type = resource === undefined ? undefined : `${resource}.*`;
  const filter = names.eventFilter({ store, type });
  const sequences = new Map<string, number[]>();
  let count = 0;
  for await (const { seq, headers } of scanStream(broker, {
    stream,
    filter,
    after: 0,
    since,
    headersOnly: true,
  })) {
    const entity = entityOfId(headers?.get("Nats-Msg-Id") ?? "");
    if (!isWanted(entity)) continue;
    count += 1;
    if (count > EVENTS_MAX) throw tooMany(since);
    const known = sequences.get(entity);
    if (known === undefined) sequences.set(entity, [seq]);
    else known.push(seq);
  }
  return {
    count,
    of: (entity) => sequences.get(entity) ?? [],
    all: () => [...sequences.values()].flat().sort((a, b) => a - b),
    read: async (seq) => {
      const message = await orMissing(broker.jsm.streams.getMessage(stream, { seq }), "message");
      return message && { event: envelope.parse(message.json()), publishedAt: message.time.toISOString() };
    },
  };
}

/** Of an event's id or its message's: `acme:order:1001:3` is one of `acme:order:1001`; that of a signal stands for itself. */
export function entityOfId(id: string): string {
  return toMessageId(id).replace(/:\d+$/, "");
}

function tooMany(since: string): HubError {
  return new HubError("bad_request", {
    explain: `more than ${EVENTS_MAX} events were published since ${since}: take a later since, or one resource or entity`,
  });
}
