/**
 * Writes down what of an ordered subscription is with nobody: given out to a process that has just stopped or died, or over
 * a connection that broke. The server gives such events out again, each when its own wait for an acknowledgement is over
 * and so in no certain order: none is tried before all of them are known.
 */
import type { JetStreamClient } from "nats";
import type { Subscription } from "../subscription.ts";
import { putOff, type PutOffDeps } from "./deliver.ts";

export interface GatherDeps extends Omit<PutOffDeps, "subscription"> {
  readonly js: JetStreamClient;
}

/** Short beside the time for which the lease is held without being renewed. */
const GATHER_MS = 1000;
const AT_ONCE = 200;

/** Takes what is given out in a second and gives it back. Rejects when something cannot be written down. */
export async function gather(subscription: Subscription, deps: GatherDeps): Promise<void> {
  const { consumers } = subscription;
  await Promise.all(
    consumers.map(async ({ stream, name }) => {
      const consumer = await deps.js.consumers.get(stream, name);
      const messages = await consumer.fetch({ max_messages: AT_ONCE, expires: GATHER_MS });
      for await (const message of messages) await putOff(message, GATHER_MS, { ...deps, subscription });
    }),
  );
}
