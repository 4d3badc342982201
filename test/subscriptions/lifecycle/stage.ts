/** A lifecycle over memory for its tests, and the inputs that they start from. */
import { createLogger } from "../../../src/log.ts";
import { createSecretBox } from "../../../src/secret-box.ts";
import type { AccessOffer } from "../../../src/subscriptions/access.ts";
import type { SubscriptionInput } from "../../../src/subscriptions/input.ts";
import { createLifecycle, type Lifecycle } from "../../../src/subscriptions/lifecycle/lifecycle.ts";
import type { Subscription } from "../../../src/subscriptions/subscription.ts";
import { createMemoryStage, type MemoryStage } from "../../helpers/subscriptions.ts";

export const NOW = Date.parse("2026-11-01T12:00:00Z");
export const secretBox = createSecretBox("ab".repeat(32));

export const NATS: SubscriptionInput = { events: ["order.*"], deliver: "nats" };
export const HTTP: SubscriptionInput = {
  events: ["order.*"],
  deliver: "http",
  url: "https://crm.example.com/hook",
};

export interface TestLifecycle extends Lifecycle {
  readonly stage: MemoryStage;
  readonly clock: { now: number };
  readonly record: (name: string) => Subscription;
  /** Filters of the subscription's consumers on the server, with where they start. */
  readonly consumers: () => [string, number | string][];
  readonly paused: () => boolean[];
}

export function aLifecycle(
  options: { offer?: AccessOffer; subscriptions?: readonly Subscription[] } = {},
): TestLifecycle {
  const clock = { now: NOW };
  const stage = createMemoryStage({
    ...options,
    now: () => clock.now,
    log: createLogger("silent"),
    secretBox,
    deadLetters: { count: async () => 0 },
  });
  const { all } = stage.deps.consumers;
  return {
    ...createLifecycle(stage.deps),
    stage,
    clock,
    record: (name) => {
      const found = stage.deps.subscriptions.find(name);
      if (found === undefined) throw new Error(`no subscription ${name}`);
      return found;
    },
    consumers: () => [...all.values()].map(({ ref }) => [ref.filter, ref.from]),
    paused: () => [...all.values()].map(({ isPaused }) => isPaused),
  };
}
