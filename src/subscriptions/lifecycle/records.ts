/** What every step of a subscription's life needs, and how its record is found and changed. */
import { isDeepStrictEqual } from "node:util";
import type { Collection } from "../../collection.ts";
import { HubError } from "../../errors.ts";
import type { Names } from "../../nats/names.ts";
import type { SecretBox } from "../../secret-box.ts";
import type { Access, AccessState } from "../access.ts";
import type { Consumers } from "../consumers.ts";
import type { WaitingDeliveries } from "../deliver/waiting.ts";
import type { Subscription } from "../subscription.ts";

export interface LifecycleDeps {
  readonly subscriptions: Collection<Subscription>;
  readonly consumers: Consumers;
  readonly access: Access;
  readonly waiting: Pick<WaitingDeliveries, "clear" | "forget">;
  /** Drops what was addressed to the subscription and not delivered. */
  readonly clearDirect: (subscription: string) => Promise<void>;
  /** Whether a record of this name is kept that this version of the hub cannot read. */
  readonly isUnreadable: (name: string) => boolean;
  readonly secretBox: SecretBox;
  readonly names: Names;
  readonly now: () => number;
}

export function timestamp({ now }: Pick<LifecycleDeps, "now">): string {
  return new Date(now()).toISOString();
}

/** Throws HubError `not_found` when there is none. */
export function findRecord(name: string, { subscriptions }: LifecycleDeps): Subscription {
  const subscription = subscriptions.find(name);
  if (subscription === undefined) throw noSuch(name);
  return subscription;
}

/** Changes the record as it is stored now. Rejects with HubError `not_found` when there is none. */
export async function updateRecord(
  name: string,
  change: (current: Subscription) => Subscription,
  deps: LifecycleDeps,
): Promise<Subscription> {
  const updatedAt = timestamp(deps);
  const changed = await deps.subscriptions.update(name, (current) => ({ ...change(current), updatedAt }));
  if (changed === undefined) throw noSuch(name);
  return changed;
}

export function withAccess(access: AccessState): (current: Subscription) => Subscription {
  return (current) => ({ ...current, access });
}

/** Rejects with HubError `conflict` when the access is no longer the one that `next` was made from. */
export async function replaceAccess(
  name: string,
  before: AccessState,
  next: AccessState,
  deps: LifecycleDeps,
): Promise<Subscription> {
  return updateRecord(name, (current) => ({ ...current, access: after(name, current, before, next) }), deps);
}

/** A user that another process made meanwhile must not get lost. */
function after(name: string, { access }: Subscription, before: AccessState, next: AccessState): AccessState {
  if (isDeepStrictEqual(access, before)) return next;
  throw new HubError("conflict", { explain: `the access of ${name} was changed meanwhile: try again` });
}

function noSuch(name: string): HubError {
  return new HubError("not_found", { explain: `there is no subscription ${name}` });
}
