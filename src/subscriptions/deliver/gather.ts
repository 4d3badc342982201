/**
 * Writes down what of an ordered subscription is with nobody: given out to a process that has just stopped or died, or over
 * a connection that broke. The server gives such events out again, each when its own wait for an acknowledgement is over
 * and so in no certain order: none is tried before all of them are known.
 */
import type { Subscription } from "../subscription.ts";
import { type Message, putOff, type PutOffDeps } from "./deliver.ts";

/** As much of a consumer as is needed here. */
interface Source {
  readonly fetch: (options: { max_messages: number; expires: number }) => Promise<AsyncIterable<Message>>;
}

export interface GatherDeps extends Omit<PutOffDeps, "subscription"> {
  readonly js: {
    readonly consumers: { readonly get: (stream: string, name: string) => Promise<Source> };
  };
}

/** Short beside the time for which the lease is held without being renewed. */
const GATHER_MS = 1000;
const AT_ONCE = 200;

/** Takes what is given out in a second and gives it back; resolves with how much of it was new. */
export async function gather(subscription: Subscription, deps: GatherDeps): Promise<number> {
  const found = subscription.consumers.map(async ({ stream, name }) => {
    const consumer = await deps.js.consumers.get(stream, name);
    let count = 0;
    for await (const message of await consumer.fetch({ max_messages: AT_ONCE, expires: GATHER_MS })) {
      if (await putOff(message, GATHER_MS, { ...deps, subscription })) count += 1;
    }
    return count;
  });
  return (await Promise.all(found)).reduce((sum, count) => sum + count, 0);
}
