/** Serves every active HTTP subscription from this process, and follows their changes. */
import type { Collection } from "../../collection.ts";
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
  const runners = new Map<string, Promise<Runner | undefined>>();
  let isStopping = false;

  const start = (subscription: Subscription | undefined): Runner | undefined => {
    if (isStopping || subscription?.state !== "active" || subscription.endpoint === undefined)
      return undefined;
    return startRunner(subscription, subscription.endpoint, deps);
  };
  /** A changed subscription is served anew when what was in hand before is done. */
  const serve = (name: string, subscription: Subscription | undefined) => {
    const earlier = runners.get(name) ?? Promise.resolve(undefined);
    const next = earlier
      .then((runner) => runner?.stop())
      .then(() => start(subscription))
      .catch((err: unknown) => {
        deps.log.error({ err, subscription: name }, "subscription cannot be served");
        return undefined;
      });
    runners.set(name, next);
  };
  subscriptions.onChange(serve);
  for (const subscription of subscriptions.list()) serve(subscription.name, subscription);
  return {
    stop: async () => {
      isStopping = true;
      await Promise.all(Array.from(runners.values(), async (runner) => (await runner)?.stop()));
    },
  };
}
