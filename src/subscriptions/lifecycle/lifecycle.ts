/**
 * The life of a subscription: created, changed, paused, resumed, disabled, removed. The record is written first and says
 * which consumers belong to it; what a crash left undone is done by `restore` at the next start.
 */
import { createTurns } from "../../turns.ts";
import type { SubscriptionInput } from "../input.ts";
import type { Subscription } from "../subscription.ts";
import { change } from "./change.ts";
import { create } from "./create.ts";
import { expireUsers, type Issued, rotate } from "./credentials.ts";
import { type LifecycleDeps, findRecord } from "./records.ts";
import { restore } from "./restore.ts";
import { disable, pause, resume } from "./switch.ts";

export type Effect = "created" | "changed" | "unchanged";

export interface Lifecycle {
  /** Rejects with HubError `conflict` when the name is taken. */
  readonly create: (name: string, input: SubscriptionInput) => Promise<Issued>;
  /** Creates it, or makes the known one what the input says; what it does not say stays or gets its default. */
  readonly put: (name: string, input: SubscriptionInput) => Promise<Issued & { readonly effect: Effect }>;
  /** Holds events back until `resume`. The following reject with HubError `not_found` when there is none. */
  readonly pause: (name: string) => Promise<Subscription>;
  /** Ends deliveries and takes a NATS subscriber's access away; the place is kept. */
  readonly disable: (name: string, reason: string) => Promise<Subscription>;
  /** Goes on where it stopped, or from now on. */
  readonly resume: (name: string, from: "stopped" | "now") => Promise<Subscription>;
  /** Gives it a new secret or new credentials; the earlier ones count until the overlap is over. */
  readonly rotate: (name: string, overlapSeconds: number) => Promise<Issued>;
  readonly remove: (name: string) => Promise<void>;
  /** Ends the access of users whose overlap is over. */
  readonly expireUsers: () => Promise<void>;
  /** Makes the server what the records say, after a crash or a restore. */
  readonly restore: () => Promise<void>;
}

export function createLifecycle(deps: LifecycleDeps): Lifecycle {
  // Steps of two changes of one subscription must not mix; between processes the records decide.
  const turns = createTurns();
  return {
    create: (name, input) => turns(name, () => create(name, input, deps)),
    put: (name, input) => turns(name, () => put(name, input, deps)),
    pause: (name) => turns(name, () => pause(name, deps)),
    disable: (name, reason) => turns(name, () => disable(name, reason, deps)),
    resume: (name, from) => turns(name, () => resume(name, from, deps)),
    rotate: (name, overlapSeconds) => turns(name, () => rotate(name, overlapSeconds, deps)),
    remove: (name) => turns(name, () => remove(name, deps)),
    expireUsers: () => expireUsers(deps, turns),
    restore: () => restore(deps),
  };
}

async function put(
  name: string,
  input: SubscriptionInput,
  deps: LifecycleDeps,
): Promise<Issued & { effect: Effect }> {
  const before = deps.subscriptions.find(name);
  if (before === undefined) return { ...(await create(name, input, deps)), effect: "created" };
  const changed = await change(before, input, deps);
  const subscription = await enable(changed, input.enabled, deps);
  return { subscription, effect: subscription === before ? "unchanged" : "changed" };
}

/** A paused subscription is enabled: it only holds its events back. */
async function enable(
  subscription: Subscription,
  enabled: boolean | undefined,
  deps: LifecycleDeps,
): Promise<Subscription> {
  const { name, state } = subscription;
  if (enabled === undefined || enabled === (state !== "disabled")) return subscription;
  return enabled ? resume(name, "stopped", deps) : disable(name, "disabled by an admin", deps);
}

async function remove(name: string, deps: LifecycleDeps): Promise<void> {
  const before = findRecord(name, deps);
  if (before.access) await deps.access.revoke(before, before.access);
  await deps.subscriptions.remove(name);
  for (const consumer of before.consumers) await deps.consumers.remove(consumer);
  await deps.waiting.forget(name);
  await deps.clearDirect(name);
}
