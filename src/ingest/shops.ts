/** Which store a platform means by its own name of a shop: an index that follows the stores. */
import type { Store, Stores } from "./stores.ts";

export interface Shops {
  /** By the store's `externalId`. Of several the one that comes first by name. */
  readonly find: (platform: string, externalId: string, variant: string | undefined) => Store | undefined;
}

/** Looks names up in one step, however many stores there are. */
export function createShops(stores: Pick<Stores, "list" | "find" | "onChange">): Shops {
  const names = new Map<string, Set<string>>();
  const keys = new Map<string, string>();
  const forget = (name: string) => {
    const key = keys.get(name);
    if (key !== undefined) names.get(key)?.delete(name);
    keys.delete(name);
  };
  const learn = (name: string, store: Store | undefined) => {
    forget(name);
    if (store?.externalId === undefined) return;
    const key = keyOf(store.platform, store.externalId, store.variant);
    keys.set(name, key);
    const known = names.get(key);
    if (known === undefined) names.set(key, new Set([name]));
    else known.add(name);
  };
  stores.onChange(learn);
  for (const store of stores.list()) learn(store.name, store);
  return {
    find: (platform, externalId, variant) => {
      const [first] = [...(names.get(keyOf(platform, externalId, variant)) ?? [])].sort();
      return first === undefined ? undefined : stores.find(first);
    },
  };
}

function keyOf(platform: string, externalId: string, variant: string | undefined): string {
  return JSON.stringify([platform, variant ?? "", externalId]);
}
