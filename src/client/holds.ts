/**
 * Events that were sent back and come again later. What follows one of its entity is sent back too, so that a handler
 * sees the events of an entity in sequence even when some fail. The server does not keep an order among what returns.
 */
import { createRecent } from "../recent.ts";

export interface Holds {
  /** The event of that sequence was sent back and comes again in `delayMs`, or a little later. */
  readonly add: (entity: string, sequence: number, delayMs: number) => void;
  /** The event of that sequence is done. */
  readonly remove: (entity: string, sequence: number) => void;
  /** In how many milliseconds the event is to come again; undefined when it may be handled now. */
  readonly waitMs: (entity: string, sequence: number) => number | undefined;
}

/** After what it follows, and one after the other. */
const BEHIND_MS = 250;
const APART_MS = 20;
/** What was sent back may have gone to another process, or be gone: the entity is not held for ever. */
const GRACE_MS = 60_000;
const ENTITIES_MAX = 10_000;

export function createHolds(now: () => number): Holds {
  /** By entity: when each sequence returns. */
  const away = createRecent<Map<number, number>>(ENTITIES_MAX);
  return {
    add: (entity, sequence, delayMs) => {
      const returns = away.get(entity) ?? new Map<number, number>();
      returns.set(sequence, now() + delayMs);
      away.set(entity, returns);
    },
    remove: (entity, sequence) => {
      const returns = away.get(entity);
      returns?.delete(sequence);
      if (returns?.size === 0) away.delete(entity);
    },
    waitMs: (entity, sequence) => {
      const before = Array.from(away.get(entity) ?? []).filter(
        ([other, returnsAt]) => other < sequence && returnsAt > now() - GRACE_MS,
      );
      if (before.length === 0) return undefined;
      const latestMs = Math.max(...before.map(([, returnsAt]) => returnsAt - now()), 0);
      return latestMs + (before.length === 1 ? BEHIND_MS : APART_MS);
    },
  };
}
