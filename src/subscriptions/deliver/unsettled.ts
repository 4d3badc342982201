/** What of a subscription is given out and not settled, when a process begins to serve it. */
import type { Consumers, Position } from "../consumers.ts";
import { overlaps } from "../lifecycle/plan.ts";
import type { ConsumerRef, Subscription } from "../subscription.ts";
import type { Held } from "./queue.ts";
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

/** Reads what waits and forgets what only seems to, because the subscription was changed, for example. */
export async function findUnsettled(subscription: Subscription, deps: UnsettledDeps): Promise<Unsettled> {
  const all = await deps.waiting.list(subscription.name);
  const states = await readStates(subscription, deps);
  const settled = new Set(await forgetSettled(all, states, deps));
  const kept = all.filter((entry) => !settled.has(entry));
  const unsettled = states.reduce((sum, { at }) => sum + (at?.unsettled ?? 0), 0);
  return {
    waiting: kept,
    withNobody: Math.max(0, unsettled - kept.length),
    deliveries: new Map(states.map(({ ref, at }) => [placeOf(ref), at?.deliveries ?? 0])),
  };
}

/**
 * Forgets of these events those that no consumer gives out any more, and returns them: they would hold up their entities
 * for ever. An event may be given out twice at once, and wait by the one when it is settled by the other.
 */
export async function dropSettled(
  events: readonly Held[],
  subscription: Subscription,
  deps: UnsettledDeps,
): Promise<readonly Held[]> {
  return events.length === 0 ? [] : forgetSettled(events, await readStates(subscription, deps), deps);
}

interface State {
  readonly ref: ConsumerRef;
  readonly at: Position | undefined;
}

function readStates({ consumers: refs }: Subscription, { consumers }: UnsettledDeps): Promise<State[]> {
  return Promise.all(refs.map(async (ref) => ({ ref, at: await consumers.position(ref) })));
}

type Published = Place & Pick<Held, "subject">;

async function forgetSettled<E extends Published>(
  events: readonly E[],
  states: readonly State[],
  { waiting }: UnsettledDeps,
): Promise<E[]> {
  const settled = events.filter((event) => !states.some((state) => mayGiveOut(state, event)));
  for (const event of settled) await waiting.remove(event);
  return settled;
}

/** The key of a consumer in `deliveries`. */
export function placeOf({ stream, name }: Pick<ConsumerRef, "stream" | "name">): string {
  return `${stream} ${name}`;
}

function mayGiveOut({ ref: { stream, filter, from }, at }: State, event: Published): boolean {
  if (stream !== event.stream || !overlaps(filter, event.subject)) return false;
  const isBefore = typeof from === "number" && event.sequence < from;
  return !isBefore && event.sequence > (at?.ackFloor ?? 0);
}
