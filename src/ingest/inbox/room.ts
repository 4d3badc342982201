/**
 * How much may wait to be stored, in all and of one store. What does not fit is turned away at once, before any work is
 * done for it, so that what is let in has its answer soon.
 */
export type Refusal =
  /** The room is full. */
  | { readonly kind: "overloaded" }
  /** This store holds its share of it, and others have to get in. */
  | { readonly kind: "store_overloaded" };

export interface Room {
  /** Whether one more webhook of the store would be let in now. */
  readonly refusal: (store: string) => Refusal | undefined;
  readonly enter: (store: string, bytes: number) => void;
  readonly leave: (store: string, bytes: number) => void;
  /** Tells that so many were stored together, and how long the first of them had waited. */
  readonly noteStored: (count: number, waitedMs: number) => void;
  readonly held: () => number;
}

/** What is let in is to be stored within this time; as many may wait as that takes. */
const WAIT_MS = 500;
const HELD_MIN = 128;
/** That storing was slow says something about the next moments, not about the next hour. */
const SLOW_FOR_MS = 2000;
const BYTES_MAX = 64_000_000;

/**
 * A store may hold as much as is still free: one that floods takes half of the room, two take a third each, and always a
 * share is left for those who come anew. Where storing is slow the room is smaller, as much as is stored in half a second;
 * when that is full, a store that holds less than an equal share of it still gets in, until it is full twice. `heldMax`
 * and 64 MB bound it anyway.
 */
export function createRoom(heldMax: number, now: () => number): Room {
  const perStore = new Map<string, number>();
  let [held, heldBytes, limit, slowAt] = [0, 0, heldMax, 0];
  const add = (store: string, count: 1 | -1, bytes: number) => {
    held += count;
    heldBytes += count * bytes;
    const left = (perStore.get(store) ?? 0) + count;
    if (left === 0) perStore.delete(store);
    else perStore.set(store, left);
  };
  return {
    refusal: (store) => {
      if (limit < heldMax && now() - slowAt > SLOW_FOR_MS) limit = heldMax;
      if (held >= Math.min(heldMax, 2 * limit) || heldBytes > BYTES_MAX) return { kind: "overloaded" };
      const holds = perStore.get(store) ?? 0;
      // One share is for who comes next.
      const shares = perStore.size + (holds === 0 ? 2 : 1);
      const share = Math.max(1, limit - held, Math.floor(limit / shares));
      return holds >= share ? { kind: "store_overloaded" } : undefined;
    },
    enter: (store, bytes) => add(store, 1, bytes),
    leave: (store, bytes) => add(store, -1, bytes),
    noteStored: (count, waitedMs) => {
      if (waitedMs <= WAIT_MS) {
        limit = Math.min(heldMax, limit + count);
        return;
      }
      limit = Math.max(Math.floor((held * WAIT_MS) / waitedMs), Math.min(HELD_MIN, heldMax));
      slowAt = now();
    },
    held: () => held,
  };
}
