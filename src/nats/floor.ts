/** Up to which inbox message everything is settled, as the server knows it. */
import type { JetStreamManager } from "nats";
import { orMissing } from "./missing.ts";
import type { Lane, Names } from "./names.ts";

/** Up to where everything in these lanes was acknowledged, `upTo` at most: a message that is known to be stored. */
export type ReadFloor = (lanes: readonly Lane[], upTo: number) => Promise<number>;

/**
 * A lane of which nothing is in hand says nothing by its own floor, which stays at its last message; so the stream is asked
 * for what comes next in it. A consumer's own count of what waits can be behind for a moment after a message was
 * stored. Lanes are asked one by one, and what is stored meanwhile may be missed; so nothing
 * is said of what came after the question.
 */
export function createReadFloor(jsm: JetStreamManager, names: Names): ReadFloor {
  const { inbox } = names.streams;
  const floorOf = async ({ worker, filter }: Lane): Promise<number> => {
    const { ack_floor, num_ack_pending, delivered } = await jsm.consumers.info(inbox, worker);
    if (num_ack_pending > 0) return ack_floor.stream_seq;
    const next = { seq: delivered.stream_seq + 1, next_by_subj: filter };
    const waiting = await orMissing(jsm.streams.getMessage(inbox, next), "message");
    return waiting ? waiting.seq - 1 : Number.POSITIVE_INFINITY;
  };
  return async (lanes, upTo) => Math.min(upTo, ...(await Promise.all(lanes.map(floorOf))));
}
