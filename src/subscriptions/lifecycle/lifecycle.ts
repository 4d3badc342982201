/**
 * The life of a subscription: created, changed, paused, resumed, disabled, removed. The record is written first and says
 * which consumers belong to it; what a crash left undone is done by `restore` at the next start.
 */
import { createTurns } from "../../turns.ts";
import type { SubscriptionInput } from "../input.ts";
import type { Subscription } from "../subscription.ts";
import { change } from "./change.ts";
import { create } from "./create.ts";
import { expireUsers, type Issued, rotate, withExpiredUsers } from "./credentials.ts";
import { type LifecycleDeps, findRecord } from "./records.ts";
import { restore } from "./restore.ts";
import { disable, pause, resume } from "./switch.ts";

export interface Lifecycle {
  /** Rejects with HubError `conflict` when the name is taken. */
  readonly create: (name: string, input: SubscriptionInput) => Promise<Issued>;
  /** Creates it, or makes the known one what the input says. */
  readonly put: (name: string, input: SubscriptionInput) => Promise<Issued & { readonly isNew: boolean }>;
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

/** Changes of one subscription happen one after the other within this process. */
export function createLifecycle(deps: LifecycleDeps): Lifecycle {
  const inTurn = createTurns();
  return {
    create: (name, input) => inTurn(name, () => create(name, input, deps)),
    put: (name, input) => inTurn(name, () => put(name, input, deps)),
    pause: (name) => inTurn(name, () => pause(name, deps)),
    disable: (name, reason) => inTurn(name, () => disable(name, reason, deps)),
    resume: (name, from) => inTurn(name, () => resume(name, from, deps)),
    rotate: (name, overlapSeconds) => inTurn(name, () => rotate(name, overlapSeconds, deps)),
    remove: (name) => inTurn(name, () => remove(name, deps)),
    expireUsers: async () => {
      for (const name of withExpiredUsers(deps)) await inTurn(name, () => expireUsers(name, deps));
    },
    restore: () => restore(deps),
  };
}

async function put(
  name: string,
  input: SubscriptionInput,
  deps: LifecycleDeps,
): Promise<Issued & { isNew: boolean }> {
  const before = deps.subscriptions.find(name);
  if (before === undefined) return { ...(await create(name, input, deps)), isNew: true };
  const changed = await change(before, input, deps);
  const isEnabled = changed.state !== "disabled";
  if (input.enabled === undefined || input.enabled === isEnabled) {
    return { subscription: changed, isNew: false };
  }
  const subscription = input.enabled
    ? await resume(name, "stopped", deps)
    : await disable(name, "disabled by an admin", deps);
  return { subscription, isNew: false };
}

async function remove(name: string, deps: LifecycleDeps): Promise<void> {
  const before = findRecord(name, deps);
  if (before.access) await deps.access.revoke(before, before.access);
  await deps.subscriptions.remove(name);
  for (const consumer of before.consumers) await deps.consumers.remove(consumer);
  await deps.waiting.forget(name);
  await deps.clearDirect(name);
}
