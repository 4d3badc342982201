/** When each of the numbered orders arrived first, and what came that should not have. */
import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "./clock.ts";

export interface Arrivals {
  /** Notes the order whose id stands in the first bytes of an event. */
  readonly note: (data: Uint8Array) => void;
  /** Waits for so many of these orders; gives up when nothing has come for `quietMs`. */
  readonly collect: (wanted: {
    readonly from: number;
    readonly count: number;
    readonly expected: number;
    readonly quietMs: number;
  }) => Promise<{ readonly arrivedAt: Float64Array; readonly repeated: number; readonly unreadable: number }>;
}

const POLL_MS = 10;
/** The order's id stands near the front of an event and of a platform's body. */
const HEAD_BYTES = 120;
const ID = /"id":(?:"[^":]+:order:)?(\d{12})/;

export function createArrivals(firstId: number): Arrivals {
  let arrivedAt = new Float64Array(100_000);
  let [repeated, unreadable, lastAt] = [0, 0, 0];
  const seen = (from: number, count: number) =>
    arrivedAt.subarray(from, from + count).reduce((sum, at) => sum + (at > 0 ? 1 : 0), 0);
  return {
    note: ({ buffer, byteOffset, byteLength }) => {
      lastAt = monotonicMs();
      const head = Buffer.from(buffer, byteOffset, Math.min(HEAD_BYTES, byteLength)).toString("latin1");
      const index = Number(ID.exec(head)?.[1] ?? Number.NaN) - firstId;
      if (!(index >= 0)) {
        unreadable += 1;
        return;
      }
      if (index >= arrivedAt.length) {
        const larger = new Float64Array(Math.max(index + 1, arrivedAt.length * 2));
        larger.set(arrivedAt);
        arrivedAt = larger;
      }
      if (arrivedAt[index] === 0) arrivedAt[index] = lastAt;
      else repeated += 1;
    },
    collect: async ({ from, count, expected, quietMs }) => {
      const startedAt = monotonicMs();
      while (seen(from, count) < expected && monotonicMs() - Math.max(lastAt, startedAt) < quietMs) {
        await sleep(POLL_MS);
      }
      return { arrivedAt: arrivedAt.slice(from, from + count), repeated, unreadable };
    },
  };
}
