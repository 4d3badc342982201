/** Stores in memory, with the behaviour of the bucket. */
import { createMemoryCollection } from "../collection.ts";
import type { Store, Stores } from "./stores.ts";

/** Creates the stores given. */
export function createMemoryStores(initial: readonly Store[] = []): Stores {
  return createMemoryCollection(initial);
}
