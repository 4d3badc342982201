/** Pausing, disabling and resuming. In each of them the subscription keeps its place in the stream. */
import { HubError } from "../../errors.ts";
import type { Subscription } from "../subscription.ts";
import { isHeldByServer, pauseConsumers } from "./consumers.ts";
import { placeStart } from "./plan.ts";
import { findRecord, type LifecycleDeps, timestamp, updateRecord } from "./records.ts";

export async function pause(name: string, deps: LifecycleDeps): Promise<Subscription> {
  const before = findRecord(name, deps);
  if (before.state === "paused") return before;
  if (before.state === "disabled") {
    throw new HubError("conflict", { explain: `${name} is disabled: it gets no events until it is resumed` });
  }
  const stopped = { at: timestamp(deps), reason: "paused by an admin" };
  const paused: Subscription = { ...before, state: "paused", stopped };
  if (isHeldByServer(paused, deps)) await pauseConsumers(before.consumers, deps);
  return updateRecord(name, (current) => ({ ...current, state: "paused", stopped }), deps);
}

export async function disable(name: string, reason: string, deps: LifecycleDeps): Promise<Subscription> {
  const before = findRecord(name, deps);
  if (before.state === "disabled") return before;
  const stopped = { at: timestamp(deps), reason };
  const disabled: Subscription = { ...before, state: "disabled", stopped };
  if (isHeldByServer(disabled, deps)) await pauseConsumers(before.consumers, deps);
  // Several processes may find the same at once; the first one's word stays.
  const toDisabled = (current: Subscription): Subscription =>
    current.state === "disabled" ? current : { ...current, state: "disabled", stopped };
  const changed = await updateRecord(name, toDisabled, deps);
  if (changed.access) await deps.access.revoke(changed, changed.access);
  return changed;
}

export async function resume(
  name: string,
  from: "stopped" | "now",
  deps: LifecycleDeps,
): Promise<Subscription> {
  const before = findRecord(name, deps);
  if (before.state === "active") return before;
  if (from === "now") await skip(before, deps);
  else if (before.deliver === "nats") {
    for (const consumer of before.consumers) await deps.consumers.resume(consumer);
  }
  const access =
    before.access && before.state === "disabled"
      ? await deps.access.update(before, before.access)
      : undefined;
  const activeSince = timestamp(deps);
  return updateRecord(
    name,
    ({ stopped: _stopped, ...current }) => ({
      ...current,
      ...(access ? { access } : {}),
      state: "active",
      activeSince,
    }),
    deps,
  );
}

/** Makes the consumers anew, from now on. */
async function skip({ name, consumers }: Subscription, deps: LifecycleDeps): Promise<void> {
  const placed = await placeStart(consumers, "now", deps);
  for (const consumer of consumers) await deps.consumers.remove(consumer);
  for (const consumer of placed) await deps.consumers.ensure(consumer);
  await deps.waiting.clear(name);
  await updateRecord(name, (current) => ({ ...current, consumers: placed }), deps);
}
