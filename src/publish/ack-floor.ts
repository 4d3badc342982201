/** Whether an inbox message was settled with all before it. */
import type { ReadFloor } from "../nats/floor.ts";
import type { Names } from "../nats/names.ts";

const REFRESH_MS_MIN = 100;

/**
 * Tells whether the message of that inbox sequence was acknowledged with all before it. `stored` is a later message that is
 * known to be in the inbox, such as the one in hand: the floor is asked for up to there, so that one look answers for many.
 * The server is asked at most ten times a second; in between the answer may be a "no" that a fresh look would make a "yes",
 * which costs a publish more.
 */
export function createAckFloor(
  readFloor: ReadFloor,
  names: Names,
): (inboxSequence: number, stored: number) => Promise<boolean> {
  let floor = 0;
  let refreshedAt = 0;
  let refresh: Promise<void> | undefined;
  return async (inboxSequence, stored) => {
    if (inboxSequence <= floor) return true;
    if (refresh === undefined && Date.now() - refreshedAt >= REFRESH_MS_MIN) {
      refresh = readFloor(names.lanes, Math.max(inboxSequence, stored))
        .then((read) => {
          floor = Math.max(floor, read);
          refreshedAt = Date.now();
        })
        .finally(() => {
          refresh = undefined;
        });
    }
    await refresh;
    return inboxSequence <= floor;
  };
}
