/**
 * One process at a time serves a subscription that wants its events in order. The lease is an entry that its holder
 * renews; whoever sees it unchanged for long enough takes it over by compare-and-set. Clocks of different machines are
 * never compared.
 */
import { randomUUID } from "node:crypto";
import { type KV, NatsError } from "nats";

export interface Lease {
  /**
   * Renews a held lease, or takes one that is free or was not renewed for long enough. True while it is held. Rejects
   * when the bucket cannot be reached; then it is not certain to be held, and asking again mends that.
   */
  readonly keep: () => Promise<boolean>;
  /** Whether it certainly is still held at this moment. */
  readonly isHeld: () => boolean;
  /** Lets another process have it at once. */
  readonly release: () => Promise<void>;
}

export interface LeaseOptions {
  readonly kv: KV;
  readonly key: string;
  /** Names this holder among all that ever were. */
  readonly holder: string;
  /** A lease that was not renewed for this long is up for grabs. */
  readonly ttlMs: number;
  /** The holder stops relying on it this long before others may take it. */
  readonly safetyMs: number;
  /** Milliseconds of a clock that only this process reads. */
  readonly now: () => number;
}

/** Of all ordered subscriptions, with times that fit how long the server waits for an acknowledgement. */
export interface Leases {
  /** `timeoutMs` is how long an attempt may go on after the holder was cut off. */
  readonly create: (subscription: string, timeoutMs: number) => Lease;
  /** How often a lease is to be renewed. */
  readonly renewMs: number;
}

const WRONG_LAST_SEQUENCE = 10_071;

export function createLeases(kv: KV, ackWaitMs: number): Leases {
  const renewMs = ackWaitMs / 6;
  return {
    renewMs,
    create: (subscription, timeoutMs) =>
      createLease({
        kv,
        key: `${subscription}.lease`,
        holder: randomUUID(),
        // What a process that died had in hand is given out again before another one takes over.
        ttlMs: ackWaitMs + timeoutMs + renewMs,
        safetyMs: timeoutMs + renewMs,
        now: () => performance.now(),
      }),
  };
}

export function createLease({ kv, key, holder, ttlMs, safetyMs, now }: LeaseOptions): Lease {
  /** Revision of our own entry while we hold it. */
  let held: number | undefined;
  let renewedAt = 0;
  let seen: { revision: number; at: number } | undefined;

  const write = async (revision: number): Promise<boolean> => {
    const startedAt = now();
    held = undefined;
    const written = await kv.put(key, holder, { previousSeq: revision }).catch(undefinedOnConflict);
    if (written === undefined) return false;
    held = written;
    renewedAt = startedAt;
    return true;
  };
  return {
    keep: async () => {
      if (held !== undefined) return write(held);
      const entry = await kv.get(key);
      if (entry === null || entry.operation !== "PUT") return write(entry?.revision ?? 0);
      // Our own entry: it was stored although the answer got lost.
      if (entry.string() === holder) return write(entry.revision);
      if (seen?.revision !== entry.revision) seen = { revision: entry.revision, at: now() };
      return now() - seen.at >= ttlMs ? write(entry.revision) : false;
    },
    isHeld: () => held !== undefined && now() - renewedAt < ttlMs - safetyMs,
    release: async () => {
      if (held === undefined) return;
      const revision = held;
      held = undefined;
      // A conflict means that it is somebody else's by now, or gone with its subscription.
      await kv.delete(key, { previousSeq: revision }).catch(undefinedOnConflict);
    },
  };
}

function undefinedOnConflict(error: unknown): undefined {
  if (error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE) return undefined;
  throw error;
}
