/** The log of attempts: what was sent where, when, and what came back. Kept for a while, read by people. */
import type { JetStreamClient, JetStreamManager, JsMsg } from "nats";
import { z } from "zod";
import { orMissing } from "../../nats/missing.ts";
import type { AttemptResult, Names } from "../../nats/names.ts";
import type { Publisher } from "../../nats/publisher.ts";
import { readStream } from "../../nats/read.ts";
import { entityOf, partOf } from "../entity.ts";

export const attemptRecord = z.object({
  subscription: z.string(),
  eventId: z.string(),
  type: z.string(),
  entity: z.string(),
  /** Counts the tries of this event for this subscription, from 1. */
  attempt: z.number().int().positive(),
  at: z.string(),
  durationMs: z.number(),
  /** What follows: nothing, another try, a dead letter, or the end of the subscription. */
  outcome: z.enum(["delivered", "retry", "dead", "disabled"]),
  status: z.number().int().optional(),
  error: z.string().optional(),
  /** The beginning of the answer's body. */
  body: z.string().optional(),
  /** When the next try is due. */
  nextAt: z.string().optional(),
});
export type AttemptRecord = z.infer<typeof attemptRecord>;

export interface AttemptFilter {
  /** All subscriptions without it. */
  readonly subscription?: string | undefined;
  readonly entity?: string | undefined;
  readonly eventId?: string | undefined;
  readonly result?: AttemptResult | undefined;
  /** RFC 3339. */
  readonly since?: string | undefined;
}

export interface AttemptPage {
  /** Oldest first. */
  readonly attempts: AttemptRecord[];
  /** Pass as `after` to go on; absent when the end was reached. */
  readonly next?: number;
}

export interface Attempts {
  /** Resolves when it is stored. */
  readonly record: (attempt: AttemptRecord) => Promise<void>;
  readonly page: (filter: AttemptFilter, after: number, limit: number) => Promise<AttemptPage>;
  readonly last: (subscription: string, result: AttemptResult) => Promise<AttemptRecord | undefined>;
  /** When the endpoint began to take nothing: its first failure after its last success. */
  readonly failingSince: (subscription: string) => Promise<string | undefined>;
  /** How many there are within the retention. */
  readonly count: (subscription: string, result: AttemptResult) => Promise<number>;
}

/** How many records one page may look at. */
const SCAN_MAX = 5000;

export interface AttemptsDeps {
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly publisher: Publisher;
  readonly names: Names;
}

export function createAttempts({ js, jsm, publisher, names }: AttemptsDeps): Attempts {
  const stream = names.streams.attempts;
  const last = async (subscription: string, result: AttemptResult) => {
    const query = { last_by_subj: names.attemptFilter(subscription, { result }) };
    const message = await orMissing(jsm.streams.getMessage(stream, query), "message");
    return message && { record: attemptRecord.parse(message.json()), sequence: message.seq };
  };
  return {
    record: async (attempt) => {
      const result = attempt.outcome === "delivered" ? "ok" : "failed";
      const subject = names.attemptSubject(attempt.subscription, result, partOf(attempt.entity));
      await publisher.publish(subject, JSON.stringify(attempt));
    },
    page: async (filter, after, limit) => {
      const { subscription, result, since } = filter;
      const entity = filter.entity ?? (filter.eventId && entityOfId(filter.eventId));
      const subject = names.attemptFilter(subscription, {
        result,
        part: entity === undefined ? undefined : partOf(entity),
      });
      // Only those of an entity have to be looked for among others.
      const max = entity === undefined ? limit : SCAN_MAX;
      const stretch = { stream, filter: subject, after, since, max };
      const { messages, hasMore } = await readStream({ js, jsm }, stretch);
      return toPage(messages, hasMore, filter, limit);
    },
    last: async (subscription, result) => (await last(subscription, result))?.record,
    failingSince: async (subscription) => {
      const ok = await last(subscription, "ok");
      const filter = names.attemptFilter(subscription, { result: "failed" });
      const stretch = { stream, filter, after: ok?.sequence ?? 0, max: 1 };
      const [first] = (await readStream({ js, jsm }, stretch)).messages;
      return first && attemptRecord.parse(first.json()).at;
    },
    count: async (subscription, result) => {
      const filter = names.attemptFilter(subscription, { result });
      const { state } = await jsm.streams.info(stream, { subjects_filter: filter });
      return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
    },
  };
}

/** `acme:order:1001:3` belongs to `acme:order:1001`; the id of a signal to itself. */
function entityOfId(id: string): string {
  const sequence = /:(\d+)$/.exec(id)?.[1];
  return entityOf({ id, ...(sequence === undefined ? {} : { sequence: Number(sequence) }) });
}

function toPage(
  messages: readonly JsMsg[],
  hasMore: boolean,
  { entity, eventId }: AttemptFilter,
  limit: number,
): AttemptPage {
  const attempts: AttemptRecord[] = [];
  let last = 0;
  for (const message of messages) {
    if (attempts.length === limit) return { attempts, next: last };
    const attempt = attemptRecord.parse(message.json());
    const isWanted =
      (entity === undefined || attempt.entity === entity) &&
      (eventId === undefined || attempt.eventId === eventId);
    if (isWanted) attempts.push(attempt);
    last = message.seq;
  }
  return hasMore ? { attempts, next: last } : { attempts };
}
