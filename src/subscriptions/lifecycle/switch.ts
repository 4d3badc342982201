/** Pausing, disabling and resuming. In each of them the subscription keeps its place in the stream. */
import type { Subscription } from "../subscription.ts";
import { placeStart } from "./plan.ts";
import { findRecord, type LifecycleDeps, timestamp, updateRecord } from "./records.ts";

export async function pause(name: string, deps: LifecycleDeps): Promise<Subscription> {
  const before = findRecord(name, deps);
  if (before.state !== "active") return before;
  if (before.deliver === "nats") {
    for (const consumer of before.consumers) await deps.consumers.pause(consumer);
  }
  const stopped = { at: timestamp(deps), reason: "paused by an admin" };
  return updateRecord(name, (current) => ({ ...current, state: "paused", stopped }), deps);
}

export async function disable(name: string, reason: string, deps: LifecycleDeps): Promise<Subscription> {
  const before = findRecord(name, deps);
  if (before.state === "disabled") return before;
  // Who can still connect is held back instead, as by a pause.
  const isHeld = before.deliver === "nats" && before.state === "active" && !deps.access.canRevoke;
  if (isHeld) for (const consumer of before.consumers) await deps.consumers.pause(consumer);
  const stopped = { at: timestamp(deps), reason };
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
