/** What the other stages may know of a store, with its credentials opened when they are used. */
import type { SecretBox } from "../secret-box.ts";
import { openCredentials, sealCredentials, type Store, type Stores } from "./stores.ts";

type Values = Readonly<Record<string, string>>;

export interface StoreView extends Pick<Store, "connectedAt" | "options"> {
  readonly settings: Values;
  /** Undefined when the admin gave none. Throws when they were sealed with another key. */
  readonly credentials: () => Values | undefined;
}

export interface StoreAccess {
  readonly find: (name: string) => StoreView | undefined;
  /**
   * Changes the credentials and resolves with those that stand there then; undefined when there is no such store or it has
   * none. `change` sees the newest ones and is repeated when another process was faster.
   */
  readonly changeCredentials: (
    name: string,
    change: (credentials: Values) => Values,
  ) => Promise<Values | undefined>;
}

export function createStoreAccess(stores: Stores, secretBox: SecretBox, now: () => number): StoreAccess {
  const open = (store: Store): Values | undefined =>
    store.credentials === undefined ? undefined : openCredentials(store, secretBox);
  /** Asked for with each webhook; a store that changes is another record. */
  const views = new WeakMap<Store, StoreView>();
  const view = (store: Store): StoreView => {
    const known = views.get(store);
    if (known !== undefined) return known;
    const made = { ...store, settings: store.settings ?? {}, credentials: () => open(store) };
    views.set(store, made);
    return made;
  };
  return {
    find: (name) => {
      const store = stores.find(name);
      return store && view(store);
    },
    changeCredentials: async (name, change) => {
      const changed = await stores.update(name, (store) => {
        const known = open(store);
        if (known === undefined) return store;
        const sealed = sealCredentials(change(known), name, { secretBox, now: now() });
        return { ...store, credentials: { ...sealed, names: sealed.names.filter(isNamed) } };
      });
      return changed && open(changed);
    },
  };
}

/** What the hub itself keeps among the credentials begins with an underscore. */
function isNamed(name: string): boolean {
  return !name.startsWith("_");
}
