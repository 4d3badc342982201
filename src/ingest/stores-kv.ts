/** Stores in a bucket. */
import type { KV } from "nats";
import type { Logger } from "../log.ts";
import { openCollection } from "../nats/collection.ts";
import { type Stores, storeRecord } from "./stores.ts";

/** Opens the stores and resolves when all of them have been read. */
export async function openStores(kv: KV, log: Logger): Promise<Stores> {
  return openCollection({
    kv,
    record: storeRecord,
    log,
    onUnreadable: (store) => log.error({ store }, "store record cannot be read"),
  });
}
