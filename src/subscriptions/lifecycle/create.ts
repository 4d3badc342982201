/** A new subscription: its record, then its consumers, then its access. */
import { HubError } from "../../errors.ts";
import { createSecret } from "../deliver/sign.ts";
import type { SubscriptionInput } from "../input.ts";
import { ownerOf } from "../secrets.ts";
import type { ConsumerRef, Subscription } from "../subscription.ts";
import { ensureConsumers } from "./consumers.ts";
import { grantAccess, type Issued } from "./credentials.ts";
import { type Described, describe } from "./describe.ts";
import { placeStart, planConsumers, withNames } from "./plan.ts";
import { type LifecycleDeps, timestamp } from "./records.ts";

export async function create(name: string, input: SubscriptionInput, deps: LifecycleDeps): Promise<Issued> {
  if (deps.subscriptions.find(name) !== undefined) throw taken(name);
  const at = timestamp(deps);
  const secret = input.deliver === "http" ? (input.secret ?? createSecret()) : undefined;
  const secrets = secret === undefined ? undefined : [seal(name, secret, at, deps)];
  const described = describe({ name, input, secrets }, deps.secretBox);
  const subscription: Subscription = {
    ...described,
    consumers: await placeConsumers(described, deps),
    state: input.enabled === false ? "disabled" : "active",
    ...(input.enabled === false ? { stopped: { at, reason: "created disabled" } } : {}),
    createdAt: at,
    updatedAt: at,
    activeSince: at,
  };
  if (!(await deps.subscriptions.add(subscription))) throw taken(name);
  try {
    await ensureConsumers(subscription, subscription.consumers, deps);
    const issued = await grantAccess(subscription, deps);
    return { ...issued, ...(secret === undefined ? {} : { secret }) };
  } catch (error) {
    await deps.subscriptions.remove(name);
    for (const consumer of subscription.consumers) await deps.consumers.remove(consumer);
    throw error;
  }
}

function seal(name: string, secret: string, createdAt: string, { secretBox }: LifecycleDeps) {
  return { sealed: secretBox.seal(secret, ownerOf(name)), createdAt };
}

async function placeConsumers(subscription: Described, deps: LifecycleDeps): Promise<ConsumerRef[]> {
  const { access, subscriptions, names } = deps;
  const planned = planConsumers(subscription, names);
  const others = subscriptions.list().flatMap((each) => (each.access ? [each.access] : []));
  const isReserving = subscription.deliver === "nats" && access.offer.kind === "given";
  const reserved = isReserving ? await access.reserve(subscription.name, planned.length, others) : undefined;
  const named = withNames(planned, reserved);
  // What has the names of a free account is left from a creation that did not come to its end.
  if (reserved) for (const consumer of named) await deps.consumers.remove(consumer);
  return placeStart(named, subscription.startAt, deps);
}

function taken(name: string): HubError {
  return new HubError("conflict", { explain: `a subscription named ${name} exists already` });
}
