/** Makes the server what the records say: after a crash in the middle of a change, or when its data was restored. */
import { ownerOf } from "../consumers.ts";
import { ensureConsumers } from "./consumers.ts";
import type { LifecycleDeps } from "./records.ts";

/** A consumer without a record is left alone for so long: its record may be on its way to this process. */
const ORPHAN_AGE_MS = 60_000;

export async function restore(deps: LifecycleDeps): Promise<void> {
  const { names, subscriptions, access } = deps;
  for (const stream of [names.streams.commerce, names.streams.direct]) await restoreStream(stream, deps);
  const grants = subscriptions
    .list()
    .flatMap((grant) => (grant.access && grant.state !== "disabled" ? [{ grant, state: grant.access }] : []));
  await access.restore(grants);
}

/** Creates the consumers that are missing and removes those that no record names any more. */
async function restoreStream(stream: string, deps: LifecycleDeps): Promise<void> {
  const { consumers, subscriptions } = deps;
  const there = await consumers.positions(stream);
  const named = new Set<string>();
  for (const subscription of subscriptions.list()) {
    const wanted = subscription.consumers.filter((consumer) => consumer.stream === stream);
    for (const { name } of wanted) named.add(name);
    const missing = wanted.filter(({ name }) => !there.has(name));
    if (missing.length > 0) await ensureConsumers(subscription, missing, deps);
  }
  for (const [name, { createdAt }] of there) {
    if (!named.has(name) && isOrphan(name, createdAt, deps)) await consumers.remove({ stream, name });
  }
}

/** The consumers of a subscription whose record a newer version of the hub wrote belong to it still. */
function isOrphan(name: string, createdAt: string, { now, isUnreadable }: LifecycleDeps): boolean {
  const owner = ownerOf(name);
  const isOld = now() - Date.parse(createdAt) > ORPHAN_AGE_MS;
  return isOld && owner !== undefined && !isUnreadable(owner);
}
