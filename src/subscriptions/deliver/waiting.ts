/** Deliveries that wait for their next attempt: kept in a bucket, so that the schedule survives every process. */
import type { JetStreamManager, KV, KvEntry } from "nats";
import { z } from "zod";

/** One event for one subscription, by its place in the stream. */
export interface Place {
  readonly subscription: string;
  readonly stream: string;
  readonly sequence: number;
}

/** Names the place among those of its subscription. */
export function placeKey({ stream, sequence }: Place): string {
  return `${stream} ${sequence}`;
}

const record = z.object({
  eventId: z.string(),
  /** The NATS subject that the event was published on. */
  subject: z.string(),
  /** Whose turn it holds up in an ordered subscription. */
  entity: z.string(),
  /** How often it was tried; 0 when it only waits for its turn. */
  attempts: z.number().int().nonnegative(),
  firstAt: z.string(),
  /** Milliseconds since 1970. */
  nextAt: z.number(),
  lastStatus: z.number().int().optional(),
  lastError: z.string().optional(),
});
export type Waiting = z.infer<typeof record>;

export interface WaitingDeliveries {
  readonly find: (place: Place) => Promise<Waiting | undefined>;
  readonly save: (place: Place, waiting: Waiting) => Promise<void>;
  readonly remove: (place: Place) => Promise<void>;
  /** All of a subscription. */
  readonly list: (subscription: string) => Promise<(Waiting & Place)[]>;
  readonly count: (subscription: string) => Promise<number>;
  /** Forgets what waits. */
  readonly clear: (subscription: string) => Promise<void>;
  /** Forgets everything about a subscription that was removed. */
  readonly forget: (subscription: string) => Promise<void>;
}

const GETS_AT_ONCE = 64;

export function createWaitingDeliveries(kv: KV, jsm: JetStreamManager, bucket: string): WaitingDeliveries {
  const keyOf = ({ subscription, stream, sequence }: Place) =>
    `${subscription}.waiting.${stream}.${sequence}`;
  // The bucket's own delete leaves a marker behind for each key, and every failed delivery is a key.
  const erase = async (keys: string) => {
    await jsm.streams.purge(`KV_${bucket}`, { filter: `$KV.${bucket}.${keys}` });
  };
  // The bucket's own history waits for ever when entries go away while it is read over a connection that breaks.
  const keysOf = async (subscription: string): Promise<string[]> => {
    const prefix = `$KV.${bucket}.`;
    const filter = `${prefix}${subscription}.waiting.>`;
    const { state } = await jsm.streams.info(`KV_${bucket}`, { subjects_filter: filter });
    return Object.keys(state.subjects ?? {}).map((subject) => subject.slice(prefix.length));
  };
  return {
    find: async (place) => {
      const entry = await kv.get(keyOf(place));
      return entry ? parse(entry) : undefined;
    },
    save: async (place, waiting) => {
      await kv.put(keyOf(place), JSON.stringify(waiting));
    },
    remove: (place) => erase(keyOf(place)),
    list: async (subscription) => {
      const keys = await keysOf(subscription);
      const found: (Waiting & Place)[] = [];
      for (let at = 0; at < keys.length; at += GETS_AT_ONCE) {
        const entries = await Promise.all(keys.slice(at, at + GETS_AT_ONCE).map((key) => kv.get(key)));
        found.push(...entries.flatMap((entry) => (entry ? toPlaced(entry, subscription) : [])));
      }
      return found;
    },
    count: async (subscription) => (await keysOf(subscription)).length,
    clear: (subscription) => erase(`${subscription}.waiting.>`),
    forget: (subscription) => erase(`${subscription}.>`),
  };
}

function toPlaced(entry: KvEntry, subscription: string): (Waiting & Place)[] {
  const [, , stream = "", sequence] = entry.key.split(".");
  const waiting = parse(entry);
  return waiting ? [{ ...waiting, subscription, stream, sequence: Number(sequence) }] : [];
}

function parse(entry: KvEntry): Waiting | undefined {
  const parsed = entry.operation === "PUT" ? record.safeParse(entry.json()) : undefined;
  return parsed?.success ? parsed.data : undefined;
}
