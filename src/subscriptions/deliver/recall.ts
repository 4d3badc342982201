/**
 * What is known of earlier attempts of an event, without asking the bucket about every event: the question costs more than
 * all other messages of a delivery together, and hardly any event was tried before.
 */
import { createRecent } from "../../recent.ts";
import type { Place, Waiting, WaitingDeliveries } from "./waiting.ts";

export interface Recall extends Pick<WaitingDeliveries, "save" | "remove"> {
  /** `isRepeated`: the server says that it gave the event out before. */
  readonly find: (place: Place, isRepeated: boolean) => Promise<Waiting | undefined>;
}

/** As many as a consumer leaves unacknowledged. */
const WRITTEN_MAX = 10_000;

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
  const written = createRecent<true>(WRITTEN_MAX);
  const keyOf = ({ stream, sequence }: Place) => `${stream} ${sequence}`;
  const newFrom = new Map<string, number>();
  const isNew = async ({ stream, sequence }: Place): Promise<boolean> => {
    const known = newFrom.get(stream) ?? (await nextSequence(stream));
    newFrom.set(stream, known);
    return sequence >= known;
  };
  return {
    find: async (place, isRepeated) => {
      const mayWait = isRepeated || written.get(keyOf(place)) || !(await isNew(place));
      return mayWait ? bucket.find(place) : undefined;
    },
    save: async (place, waiting) => {
      written.set(keyOf(place), true);
      await bucket.save(place, waiting);
    },
    remove: async (place) => {
      await bucket.remove(place);
      written.delete(keyOf(place));
    },
  };
}
