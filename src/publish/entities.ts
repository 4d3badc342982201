/** Where rows are kept: last known state per entity, written by compare-and-set. */

export interface StoredValue {
  readonly value: unknown;
  readonly revision: number;
}

export interface Entities {
  /** Undefined when there is no such row. Rejects when the store cannot be reached. */
  readonly load: (key: string) => Promise<StoredValue | undefined>;
  /**
   * Writes when the row still has `revision` (0: does not exist). Resolves with the new revision, or "conflict".
   * After a rejection the row may be written or not.
   */
  readonly save: (key: string, value: string, revision: number) => Promise<number | "conflict">;
}
