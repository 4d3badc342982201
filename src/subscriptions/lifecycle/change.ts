/** A known subscription becomes what its input says. What it had still to deliver is not lost by that. */
import { HubError } from "../../errors.ts";
import type { SubscriptionInput } from "../input.ts";
import type { ConsumerRef, Subscription } from "../subscription.ts";
import { describe } from "./describe.ts";
import { followChange, placeStart, planConsumers, renameChanged } from "./plan.ts";
import { type LifecycleDeps, updateRecord, withAccess } from "./records.ts";

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
  const described = describe(name, input, before.endpoint?.secrets, deps.secretBox);
  const isRewound = input.startAt !== before.startAt;
  const planned = planConsumers(described, deps.names);
  const followed = isRewound
    ? { consumers: await placeStart(planned, input.startAt, deps), removed: before.consumers }
    : await followChange(before.consumers, planned, deps);
  const reserved = before.access && (await deps.access.reserved(before.access));
  const consumers = renameChanged(followed, before.consumers, reserved);

  // New ones come before old ones go, unless they have the same name: all do where a subscription is rewound. What has
  // a new one's name otherwise is left from a change that did not come to its end.
  await removeAll(
    consumers.filter((each) => !before.consumers.includes(each)),
    deps,
  );
  for (const consumer of consumers) await deps.consumers.ensure(consumer);
  const changed = await updateRecord(name, (current) => merge(current, described, consumers), deps);
  if (isRewound) await deps.waiting.clear(name);
  await removeAll(
    followed.removed.filter((old) => !consumers.some((each) => isSameConsumer(each, old))),
    deps,
  );
  if (changed.access === undefined || changed.state === "disabled") return changed;
  const access = await deps.access.update(changed, changed.access);
  return updateRecord(name, withAccess(access), deps);
}

/** What the input does not speak of stays: state, access, the secrets of the endpoint. */
function merge(
  { stores: _stores, platforms: _platforms, where: _where, ...current }: Subscription,
  described: ReturnType<typeof describe>,
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
