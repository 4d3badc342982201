/** When each of the numbered orders or products arrived first, and what came that should not have. */
import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "./clock.ts";

export interface Arrivals {
  /** Notes the one whose id stands in the first bytes of an event. */
  readonly note: (data: Uint8Array) => void;
  /** Waits for so many of these; gives up when nothing has come for `quietMs`. */
  readonly collect: (wanted: {
    readonly from: number;
    readonly count: number;
    readonly expected: number;
    readonly quietMs: number;
  }) => Promise<{ readonly arrivedAt: Float64Array; readonly repeated: number; readonly unreadable: number }>;
}

const POLL_MS = 10;
/** Counting takes time too, which those who are measured would miss. */
const COUNTED_PER_MS = 20_000;
/** Its id stands near the front of an event and of a platform's body. */
const HEAD_BYTES = 120;
const ID = /"id":(?:"[^":]+:(?:order|product):)?(\d{12})/;

/** What is numbered higher than the last is somebody else's. */
export function createArrivals(firstId: number, lastId = Number.MAX_SAFE_INTEGER): Arrivals {
  let arrivedAt = new Float64Array(100_000);
  let [repeated, unreadable, lastAt] = [0, 0, 0];
  const seen = (from: number, count: number) =>
    arrivedAt.subarray(from, from + count).reduce((sum, at) => sum + (at > 0 ? 1 : 0), 0);
  return {
    note: ({ buffer, byteOffset, byteLength }) => {
      lastAt = monotonicMs();
      const head = Buffer.from(buffer, byteOffset, Math.min(HEAD_BYTES, byteLength)).toString("latin1");
      const id = Number(ID.exec(head)?.[1] ?? Number.NaN);
      if (id > lastId) return;
      const index = id - firstId;
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
        await sleep(POLL_MS + count / COUNTED_PER_MS);
      }
      return { arrivedAt: arrivedAt.slice(from, from + count), repeated, unreadable };
    },
  };
}
