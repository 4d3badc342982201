/** Named records that are read from memory at any time and written through a port, and the version that has no more than memory. */

export interface Named {
  /** A slug: it is the record's key wherever it is kept. */
  readonly name: string;
}

/** `record` is undefined when it was removed. */
export type ChangeListener<R extends Named> = (name: string, record: R | undefined) => void;

export interface Collection<R extends Named> {
  /** False until all records have been read; then "unknown" means that it does not exist. */
  readonly isReady: () => boolean;
  readonly find: (name: string) => R | undefined;
  /** By name. */
  readonly list: () => R[];
  /** False when the name is taken. */
  readonly add: (record: R) => Promise<boolean>;
  /** Changes a record; undefined when there is none. Repeats `change` when somebody else was faster. */
  readonly update: (name: string, change: (record: R) => R) => Promise<R | undefined>;
  /** False when there is none. */
  readonly remove: (name: string) => Promise<boolean>;
  /**
   * Calls `listener` after each change from now on, whoever made it, in order for each name. Changes that follow each other
   * quickly may come as one: what counts is the last state. A listener must not throw.
   */
  readonly onChange: (listener: ChangeListener<R>) => void;
}

/** The records given, in memory, with the behaviour of a bucket. */
export function createMemoryCollection<R extends Named>(initial: readonly R[] = []): Collection<R> {
  const records = new Map(initial.map((record) => [record.name, record]));
  const listeners: ChangeListener<R>[] = [];
  const tell: ChangeListener<R> = (name, record) => {
    for (const listener of listeners) listener(name, record);
  };
  const write = (record: R) => {
    records.set(record.name, record);
    tell(record.name, record);
  };
  return {
    isReady: () => true,
    find: (name) => records.get(name),
    list: () => sortByName(records.values()),
    add: async (record) => {
      if (records.has(record.name)) return false;
      write(record);
      return true;
    },
    update: async (name, change) => {
      const record = records.get(name);
      if (record === undefined) return undefined;
      const next = change(record);
      write(next);
      return next;
    },
    remove: async (name) => {
      if (!records.delete(name)) return false;
      tell(name, undefined);
      return true;
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

export function sortByName<R extends Named>(records: Iterable<R>): R[] {
  return [...records].sort((a, b) => (a.name < b.name ? -1 : 1));
}
