/** Makes the server what the records say: after a crash in the middle of a change, or when its data was restored. */
import { ownerOf } from "../consumers.ts";
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
async function restoreStream(
  stream: string,
  { consumers, subscriptions, now }: LifecycleDeps,
): Promise<void> {
  const there = await consumers.positions(stream);
  const wanted = subscriptions
    .list()
    .flatMap((subscription) => subscription.consumers)
    .filter((consumer) => consumer.stream === stream);
  for (const consumer of wanted) if (!there.has(consumer.name)) await consumers.ensure(consumer);
  const named = new Set(wanted.map(({ name }) => name));
  for (const [name, { createdAt }] of there) {
    const isOld = now() - Date.parse(createdAt) > ORPHAN_AGE_MS;
    if (isOld && ownerOf(name) !== undefined && !named.has(name)) await consumers.remove({ stream, name });
  }
}
