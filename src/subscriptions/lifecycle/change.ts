/** A known subscription becomes what its input says. What it had still to deliver is not lost by that. */
import { isDeepStrictEqual } from "node:util";
import { HubError } from "../../errors.ts";
import type { SubscriptionInput } from "../input.ts";
import type { ConsumerRef, Subscription } from "../subscription.ts";
import { ensureConsumers } from "./consumers.ts";
import { type Described, describe } from "./describe.ts";
import { followChange, placeStart, planConsumers, renameChanged } from "./plan.ts";
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
  const { consumers, removed } = await planNext(before, described, isRewound, deps);
  if (isDeepStrictEqual(merge(before, described, consumers), before)) return before;

  // New ones come before old ones go, unless they have the same name: all do where a subscription is rewound. What has
  // a new one's name otherwise is left from a change that did not come to its end.
  await removeAll(
    consumers.filter((each) => !before.consumers.includes(each)),
    deps,
  );
  await ensureConsumers(before, consumers, deps);
  const changed = await updateRecord(name, (current) => merge(current, described, consumers), deps);
  if (isRewound) await deps.waiting.clear(name);
  await removeAll(
    removed.filter((old) => !consumers.some((each) => isSameConsumer(each, old))),
    deps,
  );
  if (changed.access === undefined || changed.state === "disabled") return changed;
  return replaceAccess(name, changed.access, await deps.access.update(changed, changed.access), deps);
}

async function planNext(
  before: Subscription,
  described: Described,
  isRewound: boolean,
  deps: LifecycleDeps,
): Promise<{ consumers: ConsumerRef[]; removed: readonly ConsumerRef[] }> {
  const planned = planConsumers(described, deps.names);
  const followed = isRewound
    ? { consumers: await placeStart(planned, described.startAt, deps), removed: before.consumers }
    : await followChange(before.consumers, planned, deps);
  const reserved = before.access && (await deps.access.reserved(before.access));
  return { ...followed, consumers: renameChanged(followed, before.consumers, reserved) };
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

function isSameConsumer(a: ConsumerRef, b: ConsumerRef): boolean {
  return a.stream === b.stream && a.name === b.name;
}

async function removeAll(removed: readonly ConsumerRef[], { consumers }: LifecycleDeps): Promise<void> {
  for (const consumer of removed) await consumers.remove(consumer);
}
