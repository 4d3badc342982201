/** Rows in memory, with the behaviour of the bucket. */
import type { Entities } from "./entities.ts";

/** Creates an empty store; `rows` lets a test look inside. */
export function createMemoryEntities(rows = new Map<string, { text: string; revision: number }>()): Entities {
  let revisions = 0;
  return {
    load: async (key) => {
      const row = rows.get(key);
      return row && { value: JSON.parse(row.text), revision: row.revision, bytes: row.text.length };
    },
    save: async (key, text, revision) => {
      if ((rows.get(key)?.revision ?? 0) !== revision) return "conflict";
      revisions += 1;
      rows.set(key, { text, revision: revisions });
      return revisions;
    },
  };
}
