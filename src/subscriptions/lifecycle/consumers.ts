/** The consumers of a subscription on the server, in the state that the subscription is in. */
import type { ConsumerRef, Subscription } from "../subscription.ts";
import type { LifecycleDeps } from "./records.ts";

type Stoppable = Pick<Subscription, "deliver" | "state" | "access">;
type Deps = Pick<LifecycleDeps, "consumers" | "access">;

/** Creates those that are missing. What is held back stays held back, also in a consumer that is new. */
export async function ensureConsumers(
  subscription: Stoppable,
  wanted: readonly ConsumerRef[],
  deps: Deps,
): Promise<void> {
  for (const consumer of wanted) await deps.consumers.ensure(consumer);
  if (isHeldByServer(subscription, deps)) await pauseConsumers(wanted, deps);
}

/**
 * Whether it is the server that has to hold the events back: the hub itself delivers over HTTP only, and a disabled
 * subscriber has lost its access where the hub can take it away.
 */
export function isHeldByServer({ deliver, state }: Stoppable, { access }: Pick<Deps, "access">): boolean {
  if (deliver !== "nats" || state === "active") return false;
  return state === "paused" || !access.canRevoke;
}

export async function pauseConsumers(
  consumers: readonly ConsumerRef[],
  deps: Pick<Deps, "consumers">,
): Promise<void> {
  for (const consumer of consumers) await deps.consumers.pause(consumer);
}
