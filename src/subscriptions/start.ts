/** Puts the fourth stage together: records, consumers, access, delivery over HTTP, and what the admin API needs of them. */
import type { DeadLetters } from "../dead-letters/dead-letters.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { openCollection } from "../nats/collection.ts";
import type { Broker } from "../nats/connect.ts";
import type { Names } from "../nats/names.ts";
import type { SecretBox } from "../secret-box.ts";
import type { Access } from "./access.ts";
import { ACK_WAIT_MS, type Consumers, createConsumers } from "./consumers.ts";
import { type Attempts, createAttempts } from "./deliver/attempts.ts";
import { createEgress } from "../egress/egress.ts";
import { createLeases } from "./deliver/lease.ts";
import { createWaitingDeliveries, type WaitingDeliveries } from "./deliver/waiting.ts";
import { startDelivery } from "./deliver/worker.ts";
import { createDirect } from "./direct.ts";
import { createLifecycle, type Lifecycle } from "./lifecycle/lifecycle.ts";
import { createOperations, type Operations } from "./operations.ts";
import type { SubscriptionRouteDeps } from "./routes.ts";
import { subscriptionRecord } from "./subscription.ts";

export interface SubscriptionStageDeps {
  readonly broker: Broker;
  readonly names: Names;
  readonly replicas: number;
  readonly isStore: (name: string) => boolean;
  readonly platforms: readonly { readonly id: string }[];
  readonly access: Access;
  readonly egressAllow: readonly string[];
  readonly secretBox: SecretBox;
  readonly deadLetters: DeadLetters;
  readonly publicUrl: string;
  /** How long a process may be silent about a delivery before another makes it; 30 seconds without it. */
  readonly ackWaitMs?: number | undefined;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, "deliveries" | "deliverySeconds">;
  readonly now: () => number;
}

export interface SubscriptionStage {
  readonly routes: SubscriptionRouteDeps;
  readonly attempts: Attempts;
  readonly lifecycle: Lifecycle;
  readonly consumers: Pick<Consumers, "positions">;
  readonly waiting: Pick<WaitingDeliveries, "find">;
  /** Takes no more events, awaits the deliveries in hand for a while, then cuts them off. */
  readonly stop: () => Promise<void>;
}

const EXPIRE_EVERY_MS = 250;
const STOP_MS_MAX = 5000;

export async function startSubscriptions(deps: SubscriptionStageDeps): Promise<SubscriptionStage> {
  const { broker, names, log, ackWaitMs = ACK_WAIT_MS } = deps;
  const { js, jsm, publisher } = broker;
  const { subscriptions, isUnreadable } = await openSubscriptions(deps);
  const egress = createEgress({ allow: deps.egressAllow });
  const kv = await js.views.kv(names.buckets.deliveries);
  const waiting = createWaitingDeliveries(kv, jsm, names.buckets.deliveries);
  const attempts = createAttempts({ js, jsm, publisher, names });
  const direct = createDirect({ js, jsm, publisher, names, publicUrl: deps.publicUrl, now: deps.now });
  const consumers = createConsumers(jsm, { replicas: deps.replicas, ackWaitMs });
  const lifecycle = createLifecycle({
    ...deps,
    subscriptions,
    consumers,
    waiting,
    clearDirect: direct.clear,
    isUnreadable,
  });
  await lifecycle.restore();

  const delivery = startDelivery(subscriptions, {
    ...deps,
    js,
    egress,
    ackWaitMs,
    directStream: names.streams.direct,
    attempts,
    waiting,
    consumers,
    random: Math.random,
    leases: createLeases(kv, ackWaitMs),
    disable: createDisable(lifecycle, createOperations(publisher, names), log),
    onAttempt: ({ kind, durationMs }) => {
      deps.metrics.deliveries.inc({ result: kind });
      deps.metrics.deliverySeconds.observe(durationMs / 1000);
    },
  });
  const expiry = setInterval(() => {
    lifecycle.expireUsers().catch((err: unknown) => log.warn({ err }, "earlier credentials are still valid"));
  }, EXPIRE_EVERY_MS);
  return {
    lifecycle,
    attempts,
    consumers,
    waiting,
    routes: {
      subscriptions,
      lifecycle,
      direct,
      names,
      log,
      inputChecks: { platforms: deps.platforms, egress, now: deps.now },
      views: { access: deps.access, names, isStore: deps.isStore },
      statistics: { consumers, attempts, waiting, deadLetters: deps.deadLetters },
    },
    stop: async () => {
      clearInterval(expiry);
      const cut = setTimeout(() => void egress.close(), STOP_MS_MAX);
      await delivery.stop();
      clearTimeout(cut);
      await egress.close();
    },
  };
}

async function openSubscriptions({ broker, names, log }: SubscriptionStageDeps) {
  const unreadable = new Set<string>();
  const subscriptions = await openCollection({
    kv: await broker.js.views.kv(names.buckets.subscriptions),
    record: subscriptionRecord,
    log,
    onUnreadable: (subscription) => {
      unreadable.add(subscription);
      log.error({ subscription }, "subscription record cannot be read");
    },
  });
  return { subscriptions, isUnreadable: (name: string) => unreadable.has(name) };
}

/** Several attempts and several processes may find the same; one event tells of it. */
function createDisable(lifecycle: Lifecycle, operations: Operations, log: Logger) {
  return async (name: string, reason: string): Promise<void> => {
    const { updatedAt, stopped } = await lifecycle.disable(name, reason);
    const at = stopped?.at ?? updatedAt;
    await operations.tell("subscription.disabled", `${name}:${at}`, { subscription: name, at, reason });
    log.warn({ subscription: name, reason }, "subscription disabled");
  };
}
