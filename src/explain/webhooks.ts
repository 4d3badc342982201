/** The webhooks that were received for an entity, put together from what names them. Pure. */
import type { DeadLetter } from "../dead-letters/letter.ts";
import type { FoundOutcome } from "../publish/outcomes.ts";
import type { Webhook } from "../webhook.ts";
import type { StoredEvent } from "./entity-events.ts";
import type { WebhookView } from "./view.ts";

/** A webhook that could not be processed and names the entity. */
export interface NamedLetter {
  readonly letter: DeadLetter;
  readonly webhook: Omit<Webhook, "body">;
}

export interface WebhookSources {
  readonly outcomes: readonly FoundOutcome[];
  readonly events: readonly StoredEvent[];
  readonly letters: readonly NamedLetter[];
}

/** Oldest first. A webhook that was tried again stands there once for each time it was processed. */
export function explainWebhooks(sources: WebhookSources): WebhookView[] {
  const { outcomes, letters } = sources;
  const eventIds = byCause(sources.events);
  const letterOf = new Map(letters.map((named) => [named.webhook.id, named.letter]));
  const recorded = outcomes.map((found) => ofRecord(found, eventIds, letterOf));
  const isRecorded = (id: string, isDead: boolean) =>
    recorded.some((view) => view.id === id && (view.outcome === "dead") === isDead);
  const unrecorded = sources.events
    .map(({ event }) => event)
    .filter(({ causationid }) => !isRecorded(causationid, false));
  const known = new Map(unrecorded.map((event) => [event.causationid, event.detectedat]));
  return [
    ...recorded,
    ...Array.from(known, ([id, receivedAt]): WebhookView => {
      return { id, receivedAt, outcome: "published", events: eventIds.get(id) ?? [] };
    }),
    ...letters.filter(({ webhook }) => !isRecorded(webhook.id, true)).map(ofLetter),
  ].sort(compare);
}

function byCause(events: readonly StoredEvent[]): Map<string, string[]> {
  const ids = new Map<string, string[]>();
  for (const { event } of events) {
    ids.set(event.causationid, [...(ids.get(event.causationid) ?? []), event.id]);
  }
  return ids;
}

function ofRecord(
  { record, entity, inboxSequence, recordedAt }: FoundOutcome,
  eventIds: ReadonlyMap<string, string[]>,
  letterOf: ReadonlyMap<string, DeadLetter>,
): WebhookView {
  const isDead = record.outcome === "dead_lettered";
  const events = isDead ? [] : (eventIds.get(record.webhook) ?? []);
  const letter = isDead ? letterOf.get(record.webhook) : undefined;
  const outcome = isDead ? "dead" : (entity ?? (events.length > 0 ? "published" : "unknown"));
  return {
    id: record.webhook,
    topic: record.topic,
    receivedAt: record.receivedAt ?? recordedAt,
    ...(inboxSequence === undefined ? {} : { inboxSequence }),
    outcome,
    events,
    ...(record.reason === undefined ? {} : { reason: record.reason }),
    ...(letter === undefined ? {} : { deadLetter: letter.sequence }),
  };
}

function ofLetter({ letter, webhook }: NamedLetter): WebhookView {
  return {
    id: webhook.id,
    topic: webhook.topic,
    receivedAt: webhook.receivedAt,
    outcome: "dead",
    events: [],
    reason: letter.reason,
    deadLetter: letter.sequence,
  };
}

function compare(a: WebhookView, b: WebhookView): number {
  const [first, second] = [a.receivedAt ?? "", b.receivedAt ?? ""];
  if (first !== second) return first < second ? -1 : 1;
  // Ids grow.
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return (a.inboxSequence ?? Number.POSITIVE_INFINITY) - (b.inboxSequence ?? Number.POSITIVE_INFINITY);
}
