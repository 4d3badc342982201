/**
 * The plan of a subscription's consumers: one NATS subject filter each, no two of which let the same event through.
 * One filter per consumer, because a consumer with several collapses on streams with many subjects.
 */
import { compilePatterns, matchesAll } from "../matching/patterns.ts";
import type { Names } from "../nats/names.ts";
import { resourceOf, typesOf } from "./event-patterns.ts";
import type { Subscription } from "./subscription.ts";

export interface ConsumerFilter {
  readonly filter: string;
  /** It lets every event of its entities through, so that a gap in their sequence means loss. */
  readonly whole: boolean;
}

export type FilterPlan =
  | { readonly ok: true; readonly filters: readonly ConsumerFilter[] }
  | { readonly ok: false; readonly problem: string };

/**
 * `exact`: the filters together are what is wanted and nothing else, for subscribers that read their consumers themselves.
 * `per-resource`: all events of an entity come through one consumer, in order, and some of them may be unwanted, for a
 * reader that drops those.
 */
export type FilterMode = "exact" | "per-resource";

/** Each filter is a durable consumer on the server. */
export const FILTERS_MAX = 100;

/**
 * The filters for what is wanted. The events must have passed `checkPattern`. The plan speaks of today's vocabulary:
 * where `*.created` had to be spelled out beside `order.*`, a resource of a later version needs a new plan.
 */
export function planFilters(
  { events, stores, platforms }: Pick<Subscription, "events" | "stores" | "platforms">,
  mode: FilterMode,
  names: Pick<Names, "eventFilter">,
): FilterPlan {
  const patterns = mode === "exact" ? exactPatterns(events) : resourcePatterns(events);
  const wantedStores = orAny(stores);
  const wantedPlatforms = orAny(platforms);
  const problem = sizeProblem(patterns.length, wantedStores.length, wantedPlatforms.length);
  if (problem !== undefined) return { ok: false, problem };
  const filters = wantedPlatforms.flatMap((platform) =>
    wantedStores.flatMap((store) =>
      patterns.map((pattern) => ({
        filter: names.eventFilter({ platform, store, type: matchesAll(pattern) ? undefined : pattern }),
        whole: isWhole(pattern),
      })),
    ),
  );
  return { ok: true, filters };
}

/** Each name once; undefined stands for any. */
function orAny(names: readonly string[] | undefined): readonly (string | undefined)[] {
  return names === undefined ? [undefined] : [...new Set(names)];
}

function sizeProblem(patterns: number, stores: number, platforms: number): string | undefined {
  if (stores === 0) return "stores is empty: name a store, or leave it away for all";
  if (platforms === 0) return "platforms is empty: name a platform, or leave it away for all";
  const count = patterns * stores * platforms;
  if (count <= FILTERS_MAX) return undefined;
  const factors = `${patterns} for events x ${stores} for stores x ${platforms} for platforms`;
  return (
    `needs ${count} consumers (${factors}), and ${FILTERS_MAX} are the limit: take whole resources such as order.*, ` +
    "leave stores or platforms away for all of them, or divide it into several subscriptions"
  );
}

/**
 * Disjoint patterns with the same meaning. `order.*` and `*.created` overlap without one holding the other, today or in
 * a later version, so beside a whole resource a pattern of an action becomes the types that are not covered. All types
 * of a resource stay listed: a later version may add one that was not asked for.
 */
function exactPatterns(events: readonly string[]): string[] {
  if (events.some(matchesAll)) return ["*"];
  const resources = events.filter((pattern) => pattern.endsWith(".*"));
  const actions = events.filter((pattern) => pattern.startsWith("*."));
  const wide = resources.length === 0 ? actions : resources;
  const covered = compilePatterns(wide);
  const types = events.filter((pattern) => !pattern.includes("*"));
  const spelledOut = resources.length === 0 ? [] : typesOf(actions);
  return [...new Set([...wide, ...[...types, ...spelledOut].filter((type) => !covered(type))])];
}

/** At most one pattern per resource: a single type, or the whole resource. One pattern that says it all stays. */
function resourcePatterns(events: readonly string[]): string[] {
  const exact = exactPatterns(events);
  if (exact.length === 1) return exact;
  const whole = new Set(events.filter((pattern) => pattern.endsWith(".*")).map(resourceOf));
  const wanted = typesOf(events);
  return [...new Set(wanted.map(resourceOf))].flatMap((resource) => {
    const types = wanted.filter((type) => resourceOf(type) === resource);
    return types.length === 1 && !whole.has(resource) ? types : [`${resource}.*`];
  });
}

/** Every event of each resource that the pattern touches matches it. */
function isWhole(pattern: string): boolean {
  const wanted = typesOf([pattern]);
  const resources = new Set(wanted.map(resourceOf));
  return typesOf(Array.from(resources, (resource) => `${resource}.*`)).length === wanted.length;
}
