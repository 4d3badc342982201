/** Which events a subscription wants, worked out once for many events. */
import { compilePatterns } from "./patterns.ts";

export interface Wanted {
  /** Patterns: `order.paid`, `order.*`, `*.created` or `*`. */
  readonly events: readonly string[];
  /** Names of stores; absent means any. */
  readonly stores?: readonly string[] | undefined;
  /** Ids of platforms; absent means any. */
  readonly platforms?: readonly string[] | undefined;
}

/** What is asked of an event. */
export interface About {
  readonly type: string;
  readonly store: string;
  readonly platform: string;
}

/** Never throws for an event. Content filters come on top (`where.ts`). */
export function compileWanted({ events, stores, platforms }: Wanted): (event: About) => boolean {
  const isWantedType = compilePatterns(events);
  const isWantedStore = compileNames(stores);
  const isWantedPlatform = compileNames(platforms);
  return ({ type, store, platform }) =>
    isWantedType(type) && isWantedStore(store) && isWantedPlatform(platform);
}

/** Absent means any. */
export function compileNames(names: readonly string[] | undefined): (name: string) => boolean {
  if (names === undefined) return () => true;
  const wanted = new Set(names);
  return (name) => wanted.has(name);
}
