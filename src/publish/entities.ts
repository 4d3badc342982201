/** Where rows are kept: last known state per entity, written by compare-and-set. */

export interface StoredValue {
  readonly value: unknown;
  readonly revision: number;
  /** Length of its text. */
  readonly bytes: number;
}

/** The row is there and is none: damaged, or written by a later version of the hub. Trying again does not help. */
export class UnreadableRow extends Error {
  constructor(key: string, problem: string) {
    super(`the stored row ${key} cannot be read: ${problem}`);
    this.name = "UnreadableRow";
  }
}

export interface Entities {
  /** Undefined when there is no such row. The value of one that is no JSON is undefined. Rejects when the store cannot be reached. */
  readonly load: (key: string) => Promise<StoredValue | undefined>;
  /**
   * Writes when the row still has `revision` (0: does not exist). Resolves with the new revision, or "conflict".
   * After a rejection the row may be written or not.
   */
  readonly save: (key: string, value: string, revision: number) => Promise<number | "conflict">;
}
