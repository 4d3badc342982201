/**
 * What the consumers of a subscription have given out, as one line. Events of one entity may come through several
 * consumers (`order.paid`, `order.cancelled`), so the lanes are merged in the order of the stream: while a lane is known
 * to have more to come, those behind it wait for it, though never for long.
 */
import type { Delivery } from "./delivery.ts";

/** A consumer that has events and does not give them out (paused, or read by somebody else) holds the others up no longer. */
const HOLD_MS = 1000;
/** Two consumers hear of two events at once; the second to arrive may be the first of the stream. */
const SETTLE_MS = 5;

export interface Lane {
  readonly push: (delivery: Delivery) => void;
  readonly size: () => number;
  /** How many events wait on the server, when that is learnt otherwise than from a delivery. */
  readonly setPending: (pending: number) => void;
  /** Resolves when there are at most so many deliveries in the lane, or the lanes are closed. */
  readonly whenBelow: (size: number) => Promise<void>;
}

export interface Lanes {
  /** `inStreamOrder`: one of those that are merged in the order of their common stream. */
  readonly open: (inStreamOrder: boolean) => Lane;
  /** The next delivery; undefined after `close`. Rejects after `fail`. One caller at a time. */
  readonly next: () => Promise<Delivery | undefined>;
  /** Everything that waits, in the order in which it would have come. */
  readonly waiting: () => Delivery[];
  /** Ends `next` and hands over what was still waiting. */
  readonly close: () => Delivery[];
  /** Makes `next` reject, at once and from then on. */
  readonly fail: (error: Error) => void;
}

interface Waiting {
  readonly delivery: Delivery;
  readonly arrivedAt: number;
}

interface Track {
  readonly inStreamOrder: boolean;
  readonly queue: Waiting[];
  pending: number;
  emptySince: number;
  wake: () => void;
}

export function createLanes(now: () => number = Date.now): Lanes {
  const tracks: Track[] = [];
  let isClosed = false;
  let failure: Error | undefined;
  let wake: () => void = () => undefined;

  const take = (track: Track): Delivery | undefined => {
    const taken = track.queue.shift();
    if (track.queue.length === 0) track.emptySince = now();
    track.wake();
    return taken?.delivery;
  };
  const close = () => {
    isClosed = true;
    const rest = inOrder(tracks);
    for (const track of tracks) {
      track.queue.length = 0;
      track.wake();
    }
    wake();
    return rest;
  };

  return {
    open: (inStreamOrder) => {
      const track = { inStreamOrder, queue: [], pending: 0, emptySince: now(), wake: () => undefined };
      tracks.push(track);
      return openLane(track, { now, wake: () => wake(), isClosed: () => isClosed });
    },
    next: async () => {
      for (;;) {
        if (failure !== undefined) throw failure;
        if (isClosed) return undefined;
        const choice = choose(tracks, now());
        if (choice.track !== undefined) return take(choice.track);
        await new Promise<void>((resolve) => {
          const timer = choice.waitMs === undefined ? undefined : setTimeout(resolve, choice.waitMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    waiting: () => inOrder(tracks),
    close,
    fail: (error) => {
      failure ??= error;
      wake();
    },
  };
}

function openLane(
  track: Track,
  { now, wake, isClosed }: { now: () => number; wake: () => void; isClosed: () => boolean },
): Lane {
  return {
    push: (delivery) => {
      track.pending = delivery.pending;
      track.queue.push({ delivery, arrivedAt: now() });
      wake();
    },
    size: () => track.queue.length,
    setPending: (pending) => {
      track.pending = pending;
      wake();
    },
    whenBelow: async (size) => {
      while (track.queue.length > size && !isClosed()) {
        await new Promise<void>((resolve) => {
          track.wake = resolve;
        });
      }
    },
  };
}

type Choice =
  | { readonly track: Track }
  /** Nothing can be taken now; look again after so long, or when something comes. */
  | { readonly track?: undefined; readonly waitMs?: number };

function choose(tracks: readonly Track[], at: number): Choice {
  const merged = chooseMerged(
    tracks.filter((track) => track.inStreamOrder),
    at,
  );
  const direct = lowest(
    tracks.filter((track) => !track.inStreamOrder),
    ({ arrivedAt }) => arrivedAt,
  );
  if (direct === undefined || merged.track === undefined) return direct ? { track: direct } : merged;
  const isFirst = headTime(direct) < headTime(merged.track);
  return isFirst ? { track: direct } : merged;
}

function chooseMerged(tracks: readonly Track[], at: number): Choice {
  const track = lowest(tracks, ({ delivery }) => delivery.streamSequence);
  if (track === undefined) return {};
  const empty = tracks.filter(({ queue }) => queue.length === 0);
  if (empty.length === 0) return { track };
  const holds = empty.filter(({ pending }) => pending > 0).map(({ emptySince }) => emptySince + HOLD_MS - at);
  const waitMs = Math.max(headTime(track) + SETTLE_MS - at, ...holds);
  return waitMs <= 0 ? { track } : { waitMs };
}

function lowest(tracks: readonly Track[], rank: (head: Waiting) => number): Track | undefined {
  let best: { track: Track; rank: number } | undefined;
  for (const track of tracks) {
    const [head] = track.queue;
    if (head !== undefined && (best === undefined || rank(head) < best.rank))
      best = { track, rank: rank(head) };
  }
  return best?.track;
}

function headTime({ queue }: Track): number {
  return queue[0]?.arrivedAt ?? 0;
}

function inOrder(tracks: readonly Track[]): Delivery[] {
  return tracks
    .flatMap(({ queue }) => queue.map(({ delivery }) => delivery))
    .sort((a, b) => a.streamSequence - b.streamSequence);
}
