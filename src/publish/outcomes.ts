/** Reads back what became of the webhooks that speak of one entity. */
import type { JetStreamClient, JetStreamManager, JsMsg } from "nats";
import { z } from "zod";
import type { Names } from "../nats/names.ts";
import { findTail, scanStream, storedAt } from "../nats/scan.ts";
import { entityName, entityOutcome, type OutcomeRecord, outcomeRecord } from "./outcome-record.ts";

export interface EntityQuery {
  readonly store: string;
  readonly resource: string;
  readonly id: string;
}

/** A record that speaks of the entity, or that may: the reader compares its webhook with those that it knows. */
export interface FoundOutcome {
  readonly record: OutcomeRecord;
  /** What the entity became; undefined when the record does not say so. */
  readonly entity: "published" | "unchanged" | "stale" | undefined;
  /** The inbox message that held the webhook. */
  readonly inboxSequence: number | undefined;
  readonly recordedAt: string;
}

export interface OutcomeScan {
  /** Oldest first. */
  readonly found: readonly FoundOutcome[];
  /** How many messages were looked at; one holds the records of one inbox message. */
  readonly lookedAt: number;
  /** Records that do not say which entities they are about: of the first version. */
  readonly silent: number;
  /** When the oldest message was written that was looked at. */
  readonly since?: string;
  /** False when older ones were left out. */
  readonly isWhole: boolean;
}

export interface OutcomeReader {
  /** The outcomes of webhooks that list the entity, and those of the webhooks that are known to be about it. */
  readonly scan: (query: EntityQuery, isKnown: (webhook: string) => boolean) => Promise<OutcomeScan>;
}

const MESSAGES_MAX = 20_000;
/** The newest; nobody reads more, and they are held in memory. */
const FOUND_MAX = 1000;

const records = z.array(outcomeRecord);

export function createOutcomeReader(
  broker: { js: JetStreamClient; jsm: JetStreamManager },
  names: Names,
): OutcomeReader {
  const stream = names.streams.outcomes;

  async function scanOne(
    filter: string,
    query: EntityQuery,
    isKnown: (webhook: string) => boolean,
  ): Promise<OutcomeScan> {
    const { after, isWhole } = await findTail(broker, { stream, filter, max: MESSAGES_MAX });
    const found: FoundOutcome[] = [];
    let [lookedAt, silent, left] = [0, 0, 0];
    let since: string | undefined;
    for await (const message of scanStream(broker, { stream, filter, after })) {
      lookedAt += 1;
      since ??= storedAt(message);
      const text = message.string();
      if (!mayConcern(text, query)) continue;
      const ofStore = records.parse(JSON.parse(text)).filter(({ store }) => store === query.store);
      silent += ofStore.filter(isSilent).length;
      found.push(...ofStore.flatMap((record) => select(record, message, query, isKnown)));
      if (found.length > 2 * FOUND_MAX) left += found.splice(0, found.length - FOUND_MAX).length;
    }
    return { found, lookedAt, silent, ...(since ? { since } : {}), isWhole: isWhole && left === 0 };
  }

  return {
    scan: async (query, isKnown) => {
      const scans: OutcomeScan[] = [];
      for (const filter of names.outcomesFilters(query.store)) {
        scans.push(await scanOne(filter, query, isKnown));
      }
      return scans.reduce(join);
    },
  };
}

/** Looked at as text, because most messages are about something else. */
function mayConcern(text: string, { resource, id }: EntityQuery): boolean {
  return (
    text.includes(JSON.stringify(entityName(resource, id))) ||
    !text.includes('"entities"') ||
    text.includes('"dead_lettered"') ||
    text.includes('"unlisted"')
  );
}

function isSilent({ entities, outcome }: OutcomeRecord): boolean {
  return entities === undefined && ["published", "unchanged", "stale"].includes(outcome);
}

function select(
  record: OutcomeRecord,
  message: JsMsg,
  { resource, id }: EntityQuery,
  isKnown: (webhook: string) => boolean,
): FoundOutcome[] {
  const entity = entityOutcome(record, resource, id);
  if (entity === undefined && !isKnown(record.webhook)) return [];
  const inboxSequence = /^inbox:(\d+)$/.exec(message.headers?.get("Nats-Msg-Id") ?? "")?.[1];
  return [
    {
      record,
      entity,
      inboxSequence: inboxSequence === undefined ? undefined : Number(inboxSequence),
      recordedAt: storedAt(message),
    },
  ];
}

function join(a: OutcomeScan, b: OutcomeScan): OutcomeScan {
  const since = [a.since, b.since].filter((at) => at !== undefined).sort()[0];
  const found = [...a.found, ...b.found].sort((x, y) => (x.recordedAt < y.recordedAt ? -1 : 1));
  return {
    found: found.slice(-FOUND_MAX),
    lookedAt: a.lookedAt + b.lookedAt,
    silent: a.silent + b.silent,
    ...(since ? { since } : {}),
    isWhole: a.isWhole && b.isWhole && found.length <= FOUND_MAX,
  };
}
