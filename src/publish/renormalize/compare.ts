/** What was published for an entity because of a webhook, and what would be today. Pure. */
import type { CanonicalEvent } from "../../normalizers/canonical/event.ts";
import { diffStates, equalValues } from "../../normalizers/transition/diff.ts";
import type { State } from "../../normalizers/transition/row.ts";

export interface PathDifference {
  /** `order.totals.paid`, or an attribute of the event such as `time`. */
  readonly path: string;
  /** Missing where there was none. */
  readonly published?: unknown;
  readonly now?: unknown;
}

export type Comparison =
  | { readonly kind: "same" }
  /** It would be published, and was not. */
  | { readonly kind: "missing" }
  /** It was published, and would not be. */
  | { readonly kind: "extra" }
  | { readonly kind: "different"; readonly paths: readonly PathDifference[] };

const PATHS_MAX = 100;
const ATTRIBUTES = ["time", "firstseen", "partial"] as const;

/**
 * Compares the events of one webhook for one entity. Sequences are left out: one event more or less would make all later
 * ones differ.
 */
export function compareEvents(
  published: readonly CanonicalEvent[],
  now: readonly CanonicalEvent[],
): Comparison {
  const [before] = published;
  const [after] = now;
  if (before === undefined) return { kind: after === undefined ? "same" : "missing" };
  if (after === undefined) return { kind: "extra" };
  // All events of one change carry the same data.
  const paths = [
    ...compareTypes(published, now),
    ...ATTRIBUTES.flatMap((name) => compareValues(name, before[name], after[name])),
    ...compareData(before, after),
  ];
  return paths.length === 0 ? { kind: "same" } : { kind: "different", paths: paths.slice(0, PATHS_MAX) };
}

function compareTypes(published: readonly CanonicalEvent[], now: readonly CanonicalEvent[]) {
  const types = (events: readonly CanonicalEvent[]) => events.map(({ type }) => type);
  return compareValues("type", types(published), types(now));
}

function compareData(before: CanonicalEvent, after: CanonicalEvent): PathDifference[] {
  const resource = before.type.slice(0, before.type.indexOf("."));
  const [old, current] = [toState(before.data[resource]), toState(after.data[resource])];
  const differences = diffStates(old, current).changed.map((path) => {
    return toDifference(`${resource}.${path}`, valueAt(old, path), valueAt(current, path));
  });
  if (differences.length > 0) return differences;
  // Where the states are equal, what was said about the change may still differ.
  return [
    ...compareValues("changed", sorted(before.data.changed), sorted(after.data.changed)),
    ...compareValues("previous", before.data.previous, after.data.previous),
    ...compareValues("delta", before.data.delta, after.data.delta),
  ];
}

function compareValues(path: string, published: unknown, now: unknown): PathDifference[] {
  return equalValues(published, now) ? [] : [toDifference(path, published, now)];
}

function toDifference(path: string, published: unknown, now: unknown): PathDifference {
  return {
    path,
    ...(published === undefined ? {} : { published }),
    ...(now === undefined ? {} : { now }),
  };
}

function toState(value: unknown): State {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function valueAt(state: State, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => {
    return typeof value === "object" && value !== null && Object.hasOwn(value, key)
      ? Object.entries(value).find(([name]) => name === key)?.[1]
      : undefined;
  }, state);
}

function sorted(list: unknown): unknown {
  return Array.isArray(list) ? list.map(String).sort() : list;
}
