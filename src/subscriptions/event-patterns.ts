/**
 * Patterns of event types: `order.paid`, `order.*`, `*.created`, and `*` (also written `*.*`) for every event.
 * They are checked against the vocabulary, because a type that cannot exist would be a wait for nothing.
 */
import { compilePatterns } from "../matching/patterns.ts";
import { eventTypes, resourceNames, signalNames } from "../normalizers/canonical/resources.ts";
import { nearest, suggest } from "./wording.ts";

export type PatternCheck = { readonly ok: true } | { readonly ok: false; readonly problem: string };

/** Whether an event can match the pattern; if not, the problem names the nearest pattern that one can. */
export function checkPattern(pattern: string): PatternCheck {
  if (typesOf([pattern]).length > 0) return { ok: true };
  return {
    ok: false,
    problem: `there is no event ${pattern}${suggest(nearest(pattern, candidates()))}`,
  };
}

export function matchesPattern(pattern: string, type: string): boolean {
  return compilePatterns([pattern])(type);
}

/** The event types of the vocabulary that the patterns mean. */
export function typesOf(patterns: readonly string[]): string[] {
  return eventTypes().filter(compilePatterns(patterns));
}

/** The first word of a type or pattern: the resource or signal, or `*`. */
export function resourceOf(type: string): string {
  return type.slice(0, type.indexOf("."));
}

/** Resources first: `order` is nearer to the meaning of `order.*` than to that of a single event. */
function candidates(): Set<string> {
  const types = eventTypes();
  return new Set([
    ...[...resourceNames(), ...signalNames()].map((resource) => `${resource}.*`),
    ...types,
    ...types.map((type) => `*${type.slice(type.indexOf("."))}`),
  ]);
}
