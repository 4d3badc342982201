/**
 * Public keys of platforms, fetched and cached. Where they are fetched from is pinned by the declaration and the store's
 * settings; a sender can make us fetch again only now and then, however many keys it makes up.
 */
import { type NamedKey, readKeys } from "./key-material.ts";
import { type Refusal, refuse } from "./outcome.ts";
import type { PlatformFetch } from "./platform-fetch.ts";

export interface KeyPlace {
  readonly url: string;
  readonly cacheSeconds: number;
}

export type KeysFound = { readonly ok: true; readonly keys: readonly NamedKey[] } | Refusal;

export interface Keys {
  /** The key of that id, or all where the signature names none. Requests for one place at once share one fetch. */
  readonly find: (place: KeyPlace, id?: string) => Promise<KeysFound>;
  /** The keys of a text, such as those that a store pins; read once. */
  readonly read: (text: string) => readonly NamedKey[];
}

export interface KeysDeps {
  readonly fetch: PlatformFetch;
  /** Milliseconds. */
  readonly now: () => number;
}

interface Cached {
  readonly keys: readonly NamedKey[];
  readonly fetchedAt: number;
}

const PLACES_MAX = 2000;
/** An unknown key may be a new one; looked up at most this often. */
const AGAIN_AFTER_MS = 60_000;
/** After a failure. */
const RETRY_AFTER_MS = 5000;
/** What one host may be asked in a minute for places that gave no keys before: senders name them. */
const FETCHES_PER_MINUTE = 20;
const MINUTE_MS = 60_000;

const NOTHING = Promise.resolve(undefined);

export function createKeys({ fetch, now }: KeysDeps): Keys {
  const cache = new Map<string, Cached>();
  const failedAt = new Map<string, number>();
  const running = new Map<string, Promise<Cached | undefined>>();
  const pinned = new Map<string, readonly NamedKey[]>();
  const allow = createBudget(now);

  const load = async (url: string): Promise<Cached | undefined> => {
    const answer = await fetch(url);
    const keys = answer?.status === 200 ? readKeys(answer.text) : [];
    if (keys.length === 0) {
      remember(failedAt, url, now());
      return undefined;
    }
    const cached = { keys, fetchedAt: now() };
    remember(cache, url, cached);
    failedAt.delete(url);
    return cached;
  };
  const loadOnce = (url: string): Promise<Cached | undefined> => {
    const present = running.get(url);
    if (present !== undefined) return present;
    if (now() - (failedAt.get(url) ?? Number.NEGATIVE_INFINITY) < RETRY_AFTER_MS) return NOTHING;
    if (!cache.has(url) && !allow(url)) return NOTHING;
    const loading = load(url).finally(() => running.delete(url));
    running.set(url, loading);
    return loading;
  };
  return {
    find: async ({ url, cacheSeconds }, id) => {
      const cached = cache.get(url);
      const age = cached === undefined ? Number.POSITIVE_INFINITY : now() - cached.fetchedAt;
      if (cached !== undefined && age <= cacheSeconds * 1000) {
        const found = pick(cached.keys, id);
        if (found.ok || age < AGAIN_AFTER_MS) return found;
      }
      // Keys that were good an hour ago are better than none while the platform does not answer.
      const fresh = (await loadOnce(url)) ?? (age <= 2 * cacheSeconds * 1000 ? cached : undefined);
      return fresh === undefined ? refuse("keys_unavailable") : pick(fresh.keys, id);
    },
    read: (text) => {
      const known = pinned.get(text) ?? readKeys(text);
      if (!pinned.has(text)) remember(pinned, text, known);
      return known;
    },
  };
}

/** Keys without an id of their own count for every id: there is nothing else to choose by. */
export function pick(keys: readonly NamedKey[], id: string | undefined): KeysFound {
  const fitting = id === undefined ? keys : keys.filter((key) => key.id === undefined || key.id === id);
  return fitting.length === 0 ? refuse("unknown_key") : { ok: true, keys: fitting };
}

/** The oldest place is forgotten when there are too many. */
function remember<V>(map: Map<string, V>, url: string, value: V): void {
  map.delete(url);
  map.set(url, value);
  const [oldest] = map.keys();
  if (map.size > PLACES_MAX && oldest !== undefined) map.delete(oldest);
}

function createBudget(now: () => number): (url: string) => boolean {
  const spent = new Map<string, { readonly since: number; readonly count: number }>();
  return (url) => {
    const { host } = new URL(url);
    const before = spent.get(host);
    const isOver = before === undefined || now() - before.since >= MINUTE_MS;
    const { since, count } = isOver ? { since: now(), count: 0 } : before;
    if (count >= FETCHES_PER_MINUTE) return false;
    remember(spent, host, { since, count: count + 1 });
    return true;
  };
}
