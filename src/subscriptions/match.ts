/** Whether a subscription wants an event, and if not, why not. Consumers filter by NATS subjects before; this is exact. */
import { compilePatterns } from "../matching/patterns.ts";
import { compileNames, compileWanted } from "../matching/wanted.ts";
import type { CanonicalEvent } from "../normalizers/canonical/event.ts";
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
export function compileMatch(wanted: Wanted): (event: CanonicalEvent) => boolean {
  const isWanted = compileWanted(wanted);
  if (wanted.where === undefined) return isWanted;
  const passes = compileWhere(wanted.where);
  return (event) => isWanted(event) && passes(event);
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

function no(reason: string): MatchExplanation {
  return { matches: false, reason };
}
