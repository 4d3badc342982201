/**
 * A map that remembers the keys set last and forgets the others. It takes no memory for what it does not hold, unlike the
 * caches of `lru-cache`, so each of many subscriptions can have one; and clients depend on nats alone.
 */
export interface Recent<V> {
  readonly get: (key: string) => V | undefined;
  /** Makes it the youngest; the oldest goes when there are too many. */
  readonly set: (key: string, value: V) => void;
  readonly delete: (key: string) => void;
}

export function createRecent<V>(max: number): Recent<V> {
  const entries = new Map<string, V>();
  return {
    get: (key) => entries.get(key),
    set: (key, value) => {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= max) return;
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    },
    delete: (key) => {
      entries.delete(key);
    },
  };
}
