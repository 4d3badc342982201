/**
 * Rows that this process has seen, with what it knows about their outbox. Bounded by bytes. Kept as text: a row as objects
 * is hundreds of them, which the garbage collector would have to move for each webhook, and most rows are not asked for again.
 */
import { LRUCache } from "lru-cache";

export interface CachedRow {
  /** As stored. */
  readonly text: string;
  readonly revision: number;
  /** This process saw the acknowledgements of the row's events. */
  readonly isPublished: boolean;
}

export interface RowCache {
  readonly get: (key: string) => CachedRow | undefined;
  readonly set: (key: string, row: CachedRow) => void;
  readonly drop: (key: string) => void;
}

/** What an entry takes besides its texts. */
const ENTRY_BYTES = 200;

/** A cache of about this many bytes. */
export function createRowCache(bytesMax: number): RowCache {
  const cache = new LRUCache<string, CachedRow>({
    maxSize: bytesMax,
    sizeCalculation: ({ text }, key) => text.length + key.length + ENTRY_BYTES,
  });
  return {
    get: (key) => cache.get(key),
    set: (key, row) => {
      cache.set(key, row);
    },
    drop: (key) => {
      cache.delete(key);
    },
  };
}
