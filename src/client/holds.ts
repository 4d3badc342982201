/**
 * Entities with an event that failed and comes again later. What follows it is held back until then, so that a handler
 * sees the events of an entity in sequence even when some fail.
 */
import { createRecent } from "./recent.ts";

export interface Holds {
  /** The event of that sequence failed and comes again in `delayMs`, or a little later. */
  readonly hold: (entity: string, sequence: number, delayMs: number) => void;
  /** The event of that sequence is done. */
  readonly release: (entity: string, sequence: number) => void;
  /** For how long the event has to wait, in milliseconds; undefined when it may be handled. */
  readonly waitMs: (entity: string, sequence: number) => number | undefined;
}

/** A little later than what it follows. */
const BEHIND_MS = 250;
/** The failed event may have gone to another process, or be gone: the entity is not held for ever. */
const GRACE_MS = 60_000;
const ENTITIES_MAX = 10_000;

export function createHolds(now: () => number): Holds {
  const held = createRecent<{ sequence: number; retryAt: number }>(ENTITIES_MAX);
  return {
    hold: (entity, sequence, delayMs) => {
      const retryAt = now() + delayMs;
      const before = held.get(entity);
      if (before === undefined || sequence <= before.sequence) held.set(entity, { sequence, retryAt });
    },
    release: (entity, sequence) => {
      if (held.get(entity)?.sequence === sequence) held.delete(entity);
    },
    waitMs: (entity, sequence) => {
      const hold = held.get(entity);
      if (hold === undefined || sequence <= hold.sequence) return undefined;
      const leftMs = hold.retryAt - now();
      if (leftMs > -GRACE_MS) return Math.max(leftMs, 0) + BEHIND_MS;
      held.delete(entity);
      return undefined;
    },
  };
}
