/** Up to which inbox message everything is settled, as the server knows it. */
import type { JetStreamManager } from "nats";
import type { Lane, Names } from "./names.ts";

/** Up to where everything in these lanes was acknowledged, `upTo` at most: a message that is known to be stored. */
export type ReadFloor = (lanes: readonly Lane[], upTo: number) => Promise<number>;

/**
 * A lane in which nothing is left says nothing by its own floor, which stays at its last message. Lanes are asked one by
 * one, and what is stored meanwhile may be missed; so nothing is said of what came after the question.
 */
export function createReadFloor(jsm: JetStreamManager, names: Names): ReadFloor {
  return async (lanes, upTo) => {
    const infos = await Promise.all(
      lanes.map(({ worker }) => jsm.consumers.info(names.streams.inbox, worker)),
    );
    const open = infos.filter(({ num_pending, num_ack_pending }) => num_pending + num_ack_pending > 0);
    return Math.min(upTo, ...open.map(({ ack_floor }) => ack_floor.stream_seq));
  };
}
