/** Stores in a bucket, followed by a watch, so that every process knows a change within milliseconds. */
import { type KV, NatsError } from "nats";
import type { Logger } from "../log.ts";
import { type Store, type Stores, storeRecord } from "./stores.ts";

const WRONG_LAST_SEQUENCE = 10_071;

/** Opens the stores and resolves when all of them have been read. */
export async function openStores(kv: KV, log: Logger): Promise<Stores> {
  const stores = new Map<string, Store>();
  const remember = (key: string, value: Uint8Array | undefined) => {
    if (value === undefined) stores.delete(key);
    else {
      const parsed = storeRecord.safeParse(parseJson(value));
      if (parsed.success) stores.set(key, parsed.data);
      else log.error({ store: key }, "store record cannot be read");
    }
  };
  await new Promise<void>((resolve, reject) => {
    void kv
      .watch({ initializedFn: resolve })
      .then(async (entries) => {
        for await (const { key, operation, value } of entries)
          remember(key, operation === "PUT" ? value : undefined);
      })
      .catch(reject);
  });

  const write = async (store: Store, revision: number): Promise<boolean> => {
    try {
      await kv.put(store.name, JSON.stringify(store), { previousSeq: revision });
    } catch (error) {
      if (isConflict(error)) return false;
      throw error;
    }
    stores.set(store.name, store);
    return true;
  };

  return {
    isReady: () => true,
    find: (name) => stores.get(name),
    list: () => [...stores.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    add: async (store) => {
      const entry = await kv.get(store.name);
      if (entry?.operation === "PUT") return false;
      return write(store, entry?.revision ?? 0);
    },
    update: async (name, change) => {
      for (;;) {
        const entry = await kv.get(name);
        if (entry === null || entry.operation !== "PUT") return undefined;
        const next = change(storeRecord.parse(entry.json()));
        if (await write(next, entry.revision)) return next;
      }
    },
    remove: async (name) => {
      const entry = await kv.get(name);
      if (entry === null || entry.operation !== "PUT") return false;
      await kv.delete(name);
      stores.delete(name);
      return true;
    },
  };
}

function isConflict(error: unknown): boolean {
  return error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE;
}

function parseJson(value: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(value).toString("utf8"));
  } catch {
    return undefined;
  }
}
