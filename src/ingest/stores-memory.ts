/** Stores in memory, with the behaviour of the bucket. */
import type { Store, Stores } from "./stores.ts";

/** Creates the stores given. */
export function createMemoryStores(initial: readonly Store[] = []): Stores {
  const stores = new Map(initial.map((store) => [store.name, store]));
  return {
    isReady: () => true,
    find: (name) => stores.get(name),
    list: () => [...stores.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    add: async (store) => {
      if (stores.has(store.name)) return false;
      stores.set(store.name, store);
      return true;
    },
    update: async (name, change) => {
      const store = stores.get(name);
      if (store === undefined) return undefined;
      const next = change(store);
      stores.set(name, next);
      return next;
    },
    remove: async (name) => stores.delete(name),
  };
}
