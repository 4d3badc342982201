/**
 * One process at a time serves a subscription that wants its events in order. The lease is an entry that its holder
 * renews; whoever sees it unchanged for long enough takes it over by compare-and-set. Clocks of different machines are
 * never compared.
 */
import { type KV, NatsError } from "nats";

export interface Lease {
  /** Renews a held lease, or takes one that is free or was not renewed for long enough. True while it is held. */
  readonly keep: () => Promise<boolean>;
  /** Whether it certainly is still held at this moment. */
  readonly isHeld: () => boolean;
  /** Lets another process have it at once. */
  readonly release: () => Promise<void>;
}

export interface LeaseOptions {
  readonly kv: KV;
  readonly key: string;
  /** Names this process. */
  readonly holder: string;
  /** A lease that was not renewed for this long is up for grabs. */
  readonly ttlMs: number;
  /** The holder stops relying on it this long before others may take it. */
  readonly safetyMs: number;
  /** Milliseconds of a clock that only this process reads. */
  readonly now: () => number;
}

const WRONG_LAST_SEQUENCE = 10_071;

export function createLease({ kv, key, holder, ttlMs, safetyMs, now }: LeaseOptions): Lease {
  /** Revision of our own entry while we hold it. */
  let held: number | undefined;
  let renewedAt = 0;
  let seen: { revision: number; at: number } | undefined;

  const write = async (revision: number): Promise<boolean> => {
    const startedAt = now();
    try {
      held = await kv.put(key, JSON.stringify({ holder }), { previousSeq: revision });
      renewedAt = startedAt;
      return true;
    } catch (error) {
      held = undefined;
      if (error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE) return false;
      throw error;
    }
  };
  return {
    keep: async () => {
      if (held !== undefined) return write(held);
      const entry = await kv.get(key);
      if (entry === null || entry.operation !== "PUT") return write(entry?.revision ?? 0);
      if (seen?.revision !== entry.revision) seen = { revision: entry.revision, at: now() };
      return now() - seen.at >= ttlMs ? write(entry.revision) : false;
    },
    isHeld: () => held !== undefined && now() - renewedAt < ttlMs - safetyMs,
    release: async () => {
      if (held === undefined) return;
      const revision = held;
      held = undefined;
      await kv.delete(key, { previousSeq: revision });
    },
  };
}
