/** What of a subscription is given out and not settled, when a process begins to serve it. */
import type { Consumers, Position } from "../consumers.ts";
import { overlaps } from "../lifecycle/plan.ts";
import type { ConsumerRef, Subscription } from "../subscription.ts";
import type { Place, Waiting, WaitingDeliveries } from "./waiting.ts";

export interface Unsettled {
  /** Those that wait for another try or for their turn. */
  readonly waiting: readonly (Waiting & Place)[];
  /** How many more there are: in the hands of a process that works on them or died, or on their way to one that stopped. */
  readonly withNobody: number;
  /** How many messages each consumer has given out so far, by `<stream> <name>`. */
  readonly deliveries: ReadonlyMap<string, number>;
}

export interface UnsettledDeps {
  readonly waiting: Pick<WaitingDeliveries, "list" | "remove">;
  readonly consumers: Pick<Consumers, "position">;
}

/**
 * Reads what waits and forgets what only seems to: an entry whose event no consumer gives out any more, because the
 * subscription was changed, would otherwise hold up its entity for ever.
 */
export async function findUnsettled(
  { name, consumers: refs }: Subscription,
  { waiting, consumers }: UnsettledDeps,
): Promise<Unsettled> {
  const all = await waiting.list(name);
  const states = await Promise.all(refs.map(async (ref) => ({ ref, at: await consumers.position(ref) })));
  const kept: (Waiting & Place)[] = [];
  for (const entry of all) {
    if (states.some(({ ref, at }) => mayGiveOut(ref, at, entry))) kept.push(entry);
    else await waiting.remove(entry);
  }
  const unsettled = states.reduce((sum, { at }) => sum + (at?.unsettled ?? 0), 0);
  return {
    waiting: kept,
    withNobody: Math.max(0, unsettled - kept.length),
    deliveries: new Map(states.map(({ ref, at }) => [placeOf(ref), at?.deliveries ?? 0])),
  };
}

/** The key of a consumer in `deliveries`. */
export function placeOf({ stream, name }: Pick<ConsumerRef, "stream" | "name">): string {
  return `${stream} ${name}`;
}

function mayGiveOut(
  { stream, filter, from }: ConsumerRef,
  position: Position | undefined,
  entry: Waiting & Place,
): boolean {
  if (stream !== entry.stream || !overlaps(filter, entry.subject)) return false;
  const isBefore = typeof from === "number" && entry.sequence < from;
  return !isBefore && entry.sequence > (position?.ackFloor ?? 0);
}
