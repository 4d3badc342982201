/** A known subscription becomes what its input says. What it had still to deliver is not lost by that. */
import { isDeepStrictEqual } from "node:util";
import { HubError } from "../../errors.ts";
import type { SubscriptionInput } from "../input.ts";
import type { ConsumerRef, Subscription } from "../subscription.ts";
import { ensureConsumers } from "./consumers.ts";
import { type Described, describe } from "./describe.ts";
import { followChange, placeStart, planConsumers, withNames } from "./plan.ts";
import { type LifecycleDeps, replaceAccess, updateRecord } from "./records.ts";

/** Returns the same record when the input says what is already so. */
export async function change(
  before: Subscription,
  input: SubscriptionInput,
  deps: LifecycleDeps,
): Promise<Subscription> {
  const { name } = before;
  if (input.deliver !== before.deliver) {
    throw new HubError("conflict", {
      explain: `${name} delivers over ${before.deliver}: remove it first, or take another name`,
    });
  }
  const described = describe({ name, input, secrets: before.endpoint?.secrets, before }, deps.secretBox);
  const isRewound = described.startAt !== before.startAt;
  const next = await planNext(before, described, isRewound, deps);
  if (isDeepStrictEqual(merge(before, described, next.consumers), before)) return before;

  // Names repeat where a subscription is rewound, so the old ones go first; otherwise the new ones come first.
  if (isRewound) await removeAll(next.removed, deps);
  await ensureConsumers(before, next.consumers, deps);
  const changed = await updateRecord(name, (current) => merge(current, described, next.consumers), deps);
  if (isRewound) await deps.waiting.clear(name);
  else await removeAll(next.removed, deps);
  if (changed.access === undefined || changed.state === "disabled") return changed;
  return replaceAccess(name, changed.access, await deps.access.update(changed, changed.access), deps);
}

async function planNext(
  before: Subscription,
  described: Described,
  isRewound: boolean,
  deps: LifecycleDeps,
): Promise<{ consumers: ConsumerRef[]; removed: readonly ConsumerRef[] }> {
  const { access, subscriptions, names } = deps;
  const plain = planConsumers(described, names);
  const others = subscriptions
    .list()
    .flatMap((each) => (each.access && each.name !== before.name ? [each.access] : []));
  const reserved = before.access && (await access.reserve(before.name, plain.length, others));
  const planned = withNames(plain, reserved, before.consumers);
  return isRewound
    ? { consumers: await placeStart(planned, described.startAt, deps), removed: before.consumers }
    : followChange(before.consumers, planned, deps);
}

/** What the input does not speak of stays: state, access, the secrets of the endpoint. */
function merge(
  { stores: _stores, platforms: _platforms, where: _where, ...current }: Subscription,
  described: Described,
  consumers: ConsumerRef[],
): Subscription {
  const endpoint = described.endpoint && {
    ...described.endpoint,
    secrets: current.endpoint?.secrets ?? described.endpoint.secrets,
  };
  return { ...current, ...described, ...(endpoint ? { endpoint } : {}), consumers };
}

async function removeAll(removed: readonly ConsumerRef[], { consumers }: LifecycleDeps): Promise<void> {
  for (const consumer of removed) await consumers.remove(consumer);
}
