/** How many webhooks wait in this process for an answer of an API, in all and of one store. */
import { LRUCache } from "lru-cache";

export type Admission =
  | { readonly isAdmitted: true; readonly release: () => void }
  /** Too much waits already; worth another try after that long. */
  | { readonly isAdmitted: false; readonly delayMs: number };

export interface Holding {
  /** `gapMs`: how far apart the store's budget puts two requests. */
  readonly admit: (store: string, bytes: number, gapMs: number) => Admission;
}

const STORE_MAX = 64;
const TOTAL_MAX = 256;
const BYTES_MAX = 32_000_000;
const DELAY_MS_MIN = 500;
const DELAY_MS_MAX = 15 * 60_000;
const STORES_MAX = 2000;

export function createHolding(now: () => number): Holding {
  const perStore = new Map<string, number>();
  /** When the last one that was turned away can be served, by the store's budget. */
  const servedAt = new LRUCache<string, number>({ max: STORES_MAX });
  let total = 0;
  let bytesHeld = 0;

  /** Those who are turned away are told different times, in order, so that they do not all come back at once. */
  const delayOf = (store: string, gapMs: number): number => {
    const at = Math.max(servedAt.get(store) ?? 0, now() + DELAY_MS_MIN) + gapMs;
    servedAt.set(store, Math.min(at, now() + DELAY_MS_MAX));
    return Math.min(at - now(), DELAY_MS_MAX);
  };
  return {
    admit: (store, bytes, gapMs) => {
      const held = perStore.get(store) ?? 0;
      const isFull = held >= STORE_MAX || total >= TOTAL_MAX || (total > 0 && bytesHeld + bytes > BYTES_MAX);
      if (isFull) return { isAdmitted: false, delayMs: delayOf(store, gapMs) };
      perStore.set(store, held + 1);
      total += 1;
      bytesHeld += bytes;
      const release = () => {
        const left = (perStore.get(store) ?? 1) - 1;
        if (left === 0) perStore.delete(store);
        else perStore.set(store, left);
        total -= 1;
        bytesHeld -= bytes;
      };
      return { isAdmitted: true, release };
    },
  };
}
