/** Deliveries that wait for their next attempt: kept in a bucket, so that the schedule survives every process. */
import type { JetStreamManager, KV, KvEntry } from "nats";
import { z } from "zod";

/** One event for one subscription, by its place in the stream. */
export interface Place {
  readonly subscription: string;
  readonly stream: string;
  readonly sequence: number;
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

export function createWaitingDeliveries(kv: KV, jsm: JetStreamManager, bucket: string): WaitingDeliveries {
  const keyOf = ({ subscription, stream, sequence }: Place) =>
    `${subscription}.waiting.${stream}.${sequence}`;
  // The bucket's own delete leaves a marker behind for each key, and every failed delivery is a key.
  const erase = async (keys: string) => {
    await jsm.streams.purge(`KV_${bucket}`, { filter: `$KV.${bucket}.${keys}` });
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
      const found: (Waiting & Place)[] = [];
      for await (const entry of await kv.history({ key: `${subscription}.waiting.>` })) {
        const [, , stream = "", sequence] = entry.key.split(".");
        const waiting = parse(entry);
        if (waiting) found.push({ ...waiting, subscription, stream, sequence: Number(sequence) });
      }
      return found;
    },
    count: async (subscription) => {
      const filter = `$KV.${bucket}.${subscription}.waiting.>`;
      const { state } = await jsm.streams.info(`KV_${bucket}`, { subjects_filter: filter });
      return Object.keys(state.subjects ?? {}).length;
    },
    clear: (subscription) => erase(`${subscription}.waiting.>`),
    forget: (subscription) => erase(`${subscription}.>`),
  };
}

function parse(entry: KvEntry): Waiting | undefined {
  const parsed = entry.operation === "PUT" ? record.safeParse(entry.json()) : undefined;
  return parsed?.success ? parsed.data : undefined;
}
