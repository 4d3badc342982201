/** Rows in a JetStream bucket. */
import type { KV } from "nats";
import { PublishError, type Publisher } from "../nats/publisher.ts";
import type { Entities } from "./entities.ts";

/** Rows in `kv`; writes go through the publisher, which is cheaper than the client's own. */
export function createKvEntities(kv: KV, bucket: string, publisher: Publisher): Entities {
  const saveAt = async (key: string, value: string, revision: number): Promise<number | "conflict"> => {
    try {
      const { sequence } = await publisher.publish(`$KV.${bucket}.${key}`, value, {
        "Nats-Expected-Last-Subject-Sequence": String(revision),
      });
      return sequence;
    } catch (error) {
      if (error instanceof PublishError && error.failure === "conflict") return "conflict";
      throw error;
    }
  };
  return {
    load: async (key) => {
      const entry = await kv.get(key);
      if (entry?.operation !== "PUT") return undefined;
      const text = entry.string();
      return { value: parse(text), revision: entry.revision, bytes: text.length };
    },
    save: async (key, value, revision) => {
      const saved = await saveAt(key, value, revision);
      if (saved !== "conflict" || revision !== 0) return saved;
      // What somebody removed by hand is there no more, but its mark has a revision.
      const mark = await kv.get(key);
      return mark === null || mark.operation === "PUT" ? "conflict" : saveAt(key, value, mark.revision);
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
