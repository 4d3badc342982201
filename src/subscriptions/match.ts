/** Whether a subscription wants an event, and if not, why not. Consumers filter by NATS subjects before; this is exact. */
import type { CanonicalEvent } from "../normalizers/canonical/event.ts";
import { compilePatterns } from "./event-patterns.ts";
import type { Subscription } from "./subscription.ts";
import { compileWhere } from "./where.ts";
import { explainWhere } from "./where-explain.ts";
import { listSome } from "./wording.ts";

export type Wanted = Pick<Subscription, "events" | "stores" | "platforms" | "where">;

export type MatchExplanation =
  | { readonly matches: true }
  | { readonly matches: false; readonly reason: string };

const PATTERNS_TOLD = 5;

/** For many events: everything that depends on the subscription alone is worked out once. Never throws for an event. */
export function compileMatch({
  events,
  stores,
  platforms,
  where,
}: Wanted): (event: CanonicalEvent) => boolean {
  const isWantedType = compilePatterns(events);
  const isWantedStore = compileNames(stores);
  const isWantedPlatform = compileNames(platforms);
  const passes = where === undefined ? () => true : compileWhere(where);
  return (event) =>
    isWantedType(event.type) &&
    isWantedStore(event.store) &&
    isWantedPlatform(event.platform) &&
    passes(event);
}

/** The same answer as `compileMatch`, with the first reason against the event. It tells no personal data. */
export function explainMatch(
  { events, stores, platforms, where }: Wanted,
  event: CanonicalEvent,
): MatchExplanation {
  if (!compilePatterns(events)(event.type))
    return no(`wants ${listSome(events, PATTERNS_TOLD)}, this is ${event.type}`);
  if (!compileNames(stores)(event.store)) return no(`does not want store ${event.store}`);
  if (!compileNames(platforms)(event.platform)) return no(`does not want platform ${event.platform}`);
  const reason = where === undefined ? undefined : explainWhere(where, event);
  return reason === undefined ? { matches: true } : no(`where: ${reason}`);
}

/** Absent means any. */
function compileNames(names: readonly string[] | undefined): (name: string) => boolean {
  if (names === undefined) return () => true;
  const wanted = new Set(names);
  return (name) => wanted.has(name);
}

function no(reason: string): MatchExplanation {
  return { matches: false, reason };
}
