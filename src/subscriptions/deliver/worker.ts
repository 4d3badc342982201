/** Serves every active HTTP subscription from this process, and follows their changes. */
import type { Collection } from "../../collection.ts";
import { createTurns } from "../../turns.ts";
import type { Subscription } from "../subscription.ts";
import { type Runner, type RunnerDeps, startRunner } from "./runner.ts";

export interface DeliveryWorker {
  /** Takes no more events and awaits those in hand. */
  readonly stop: () => Promise<void>;
}

/** Starts delivering. */
export function startDelivery(
  subscriptions: Pick<Collection<Subscription>, "list" | "onChange">,
  deps: RunnerDeps,
): DeliveryWorker {
  const runners = new Map<string, Runner>();
  /** A changed subscription is served anew when what was in hand before is done. */
  const turns = createTurns();
  let isStopping = false;

  const serve = (name: string, subscription: Subscription | undefined) =>
    turns(name, async () => {
      const earlier = runners.get(name);
      runners.delete(name);
      await earlier?.stop();
      if (isStopping || subscription?.state !== "active" || subscription.endpoint === undefined) return;
      runners.set(name, startRunner(subscription, subscription.endpoint, deps));
    });
  const follow = (name: string, subscription: Subscription | undefined) => {
    serve(name, subscription).catch((err: unknown) =>
      deps.log.error({ err, subscription: name }, "subscription cannot be served"),
    );
  };
  subscriptions.onChange(follow);
  for (const subscription of subscriptions.list()) follow(subscription.name, subscription);
  return {
    stop: async () => {
      isStopping = true;
      await Promise.all([...runners.keys()].map((name) => serve(name, undefined)));
    },
  };
}
