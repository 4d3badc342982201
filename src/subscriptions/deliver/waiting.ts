/** Deliveries that failed and wait for their next attempt: kept in a bucket, so that the schedule survives every process. */
import type { JetStreamManager, KV } from "nats";
import { z } from "zod";

/** One event for one subscription, by its place in the stream. */
export interface Delivery {
  readonly subscription: string;
  readonly stream: string;
  readonly sequence: number;
}

const record = z.object({
  eventId: z.string(),
  /** Whose turn it holds up in an ordered subscription. */
  entity: z.string(),
  /** How often it was tried. */
  attempts: z.number().int().positive(),
  firstAt: z.string(),
  /** Milliseconds since 1970. */
  nextAt: z.number(),
  lastStatus: z.number().int().optional(),
  lastError: z.string().optional(),
});
export type Waiting = z.infer<typeof record>;

export interface WaitingDeliveries {
  readonly find: (delivery: Delivery) => Promise<Waiting | undefined>;
  readonly save: (delivery: Delivery, waiting: Waiting) => Promise<void>;
  readonly remove: (delivery: Delivery) => Promise<void>;
  /** All of a subscription. */
  readonly list: (subscription: string) => Promise<(Waiting & Delivery)[]>;
  /** Forgets all of a subscription, its lease included. */
  readonly clear: (subscription: string) => Promise<void>;
}

export function createWaitingDeliveries(kv: KV, jsm: JetStreamManager, bucket: string): WaitingDeliveries {
  const keyOf = ({ subscription, stream, sequence }: Delivery) =>
    `${subscription}.waiting.${stream}.${sequence}`;
  const read = async (key: string) => {
    const entry = await kv.get(key);
    const parsed = entry?.operation === "PUT" ? record.safeParse(entry.json()) : undefined;
    return parsed?.success ? parsed.data : undefined;
  };
  // The bucket's own delete leaves a marker behind for each key, and every failed delivery is a key.
  const erase = async (keys: string) => {
    await jsm.streams.purge(`KV_${bucket}`, { filter: `$KV.${bucket}.${keys}` });
  };
  return {
    find: (delivery) => read(keyOf(delivery)),
    save: async (delivery, waiting) => {
      await kv.put(keyOf(delivery), JSON.stringify(waiting));
    },
    remove: (delivery) => erase(keyOf(delivery)),
    list: async (subscription) => {
      const found: (Waiting & Delivery)[] = [];
      const keys: string[] = [];
      for await (const key of await kv.keys(`${subscription}.waiting.>`)) keys.push(key);
      for (const key of keys) {
        const waiting = await read(key);
        const [, , stream = "", sequence] = key.split(".");
        if (waiting) found.push({ ...waiting, subscription, stream, sequence: Number(sequence) });
      }
      return found;
    },
    clear: (subscription) => erase(`${subscription}.>`),
  };
}
