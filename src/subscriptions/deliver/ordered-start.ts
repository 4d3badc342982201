/** How a process begins to serve a subscription that wants its events in order. */
import { createTurns } from "../../turns.ts";
import type { Subscription } from "../subscription.ts";
import type { Order } from "./deliver.ts";
import { gather, type GatherDeps } from "./gather.ts";
import { createQueue } from "./queue.ts";
import type { OrderedServing, Serving } from "./turn.ts";
import { dropSettled, findUnsettled, type UnsettledDeps } from "./unsettled.ts";

/** What keeps the order of a subscription that wants it. */
export interface Ordered {
  readonly order: Order;
  /** How many messages each consumer had given out at the start. */
  readonly deliveries: ReadonlyMap<string, number>;
  /** One was lost on its way and comes again later: what follows must not be taken before it. */
  readonly onLost: () => void;
}

export interface OrderedStartDeps extends Omit<GatherDeps, "waiting"> {
  readonly waiting: GatherDeps["waiting"] & UnsettledDeps["waiting"];
  readonly consumers: UnsettledDeps["consumers"];
  readonly ackWaitMs: number;
}

/**
 * Starts with the knowledge of all that is given out and not settled; it is too early while some of that is with nobody. What
 * does not come for twice as long as the server waits for an acknowledgement was deleted from the stream.
 */
export function createOrderedStart(
  subscription: Subscription,
  serve: (ordered: Ordered) => Serving,
  deps: OrderedStartDeps,
): (onLost: () => void) => Promise<OrderedServing | undefined> {
  let silentSince: number | undefined;
  return async (onLost) => {
    const since = silentSince ?? deps.now();
    // Trouble says nothing of what would come.
    silentSince = undefined;
    const { waiting, withNobody, deliveries } = await findUnsettled(subscription, deps);
    if (withNobody > 0) {
      if ((await gather(subscription, deps)) > 0) return undefined;
      if (deps.now() - since < 2 * deps.ackWaitMs) {
        silentSince = since;
        return undefined;
      }
      deps.log.warn(
        { subscription: subscription.name, count: withNobody },
        "events were given out and are gone",
      );
    }
    const queue = createQueue();
    for (const entry of waiting) queue.wait(entry, entry.nextAt);
    const { stop } = serve({ order: { turns: createTurns(), queue }, deliveries, onLost });
    const tidy = async () => {
      const late = queue.dueBefore(deps.now() - deps.ackWaitMs);
      for (const event of await dropSettled(late, subscription, deps)) queue.done(event);
    };
    return { stop, tidy };
  };
}
