/** Rows that this process has seen, with what it knows about their outbox. Bounded by bytes. */
import { LRUCache } from "lru-cache";
import type { EntityRow } from "../normalizers/transition/row.ts";

export interface CachedRow {
  readonly row: EntityRow;
  readonly revision: number;
  /** This process saw the acknowledgements of the row's events. */
  readonly isPublished: boolean;
  /** Length of the stored text. */
  readonly bytes: number;
}

export interface RowCache {
  readonly get: (key: string) => CachedRow | undefined;
  readonly set: (key: string, row: CachedRow) => void;
  readonly drop: (key: string) => void;
}

/** Orders with the same words measured 1.6 times the bytes of their texts; rows that share less take more. */
const BYTES_PER_CHARACTER = 3;

/** A cache of about this many bytes. */
export function createRowCache(bytesMax: number): RowCache {
  const cache = new LRUCache<string, CachedRow>({
    maxSize: bytesMax,
    sizeCalculation: ({ bytes }, key) => bytes * BYTES_PER_CHARACTER + key.length + 100,
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
