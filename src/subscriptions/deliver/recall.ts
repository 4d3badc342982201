/**
 * What is known of earlier attempts of an event. Each question to the bucket is a message to the server and one back, and
 * hardly any event was tried before, so it is asked only where there may be something to know.
 */
import { createRecent } from "../../recent.ts";
import { MAX_ACK_PENDING } from "../consumers.ts";
import { placeKey, type Place, type Waiting, type WaitingDeliveries } from "./waiting.ts";

export interface Recall extends Pick<WaitingDeliveries, "save" | "remove"> {
  /** `isRepeated`: the server says that it gave the event out before. */
  readonly find: (place: Place, isRepeated: boolean) => Promise<Waiting | undefined>;
}

/**
 * A recall for one who begins to serve a subscription. What was published before that may have been tried over a consumer
 * that is no more, so the bucket is asked about it; what comes later was not tried unless it is repeated, or this process
 * wrote it down: a server that was killed may have forgotten that it gave it out. What it forgot of another process's events
 * is tried sooner than it should be, and counts its attempts anew.
 */
export function createRecall(
  bucket: Pick<WaitingDeliveries, "find" | "save" | "remove">,
  nextSequence: (stream: string) => Promise<number>,
): Recall {
  const written = createRecent<true>(MAX_ACK_PENDING);
  const newFrom = new Map<string, number>();
  const findNewFrom = async (stream: string): Promise<number> => {
    const next = await nextSequence(stream);
    newFrom.set(stream, next);
    return next;
  };
  const isNew = async ({ stream, sequence }: Place): Promise<boolean> =>
    sequence >= (newFrom.get(stream) ?? (await findNewFrom(stream)));
  return {
    find: async (place, isRepeated) => {
      const mayWait = isRepeated || written.get(placeKey(place)) || !(await isNew(place));
      return mayWait ? bucket.find(place) : undefined;
    },
    save: async (place, waiting) => {
      written.set(placeKey(place), true);
      await bucket.save(place, waiting);
    },
    remove: async (place) => {
      await bucket.remove(place);
      written.delete(placeKey(place));
    },
  };
}
