/** The events that the subscriber has in hand: they are kept from being given out again, and awaited at the end. */
import type { Delivery } from "./delivery.ts";

/** An unsettled event that is older than this is given out again: its handler has most likely forgotten it. */
export const IN_HAND_MAX_MS = 10 * 60_000;
/** What consumers of the hub wait for an answer. */
const ACK_WAIT_MS = 30_000;

export interface Hand {
  readonly take: (delivery: Delivery) => void;
  readonly drop: (delivery: Delivery) => void;
  readonly held: () => Delivery[];
  /** Resolves when the hand is empty; after `timeoutMs` with what is still in it. */
  readonly whenEmpty: (timeoutMs: number) => Promise<Delivery[]>;
  /** The server gives out again what it has not heard of for so long; the shortest time counts. */
  readonly setAckWait: (ackWaitMs: number) => void;
  readonly stop: () => void;
}

/** `waiting` lists what was received and not handed out yet; it is kept too. */
export function createHand(waiting: () => readonly Delivery[], now: () => number = Date.now): Hand {
  const since = new Map<Delivery, number>();
  let onEmpty: () => void = () => undefined;
  let ackWait = ACK_WAIT_MS;

  const keep = () => {
    for (const delivery of waiting()) delivery.working();
    for (const [delivery, takenAt] of since) {
      if (now() - takenAt < IN_HAND_MAX_MS) delivery.working();
    }
  };
  let timer = setInterval(keep, ackWait / 3);

  return {
    take: (delivery) => {
      since.set(delivery, now());
    },
    drop: (delivery) => {
      since.delete(delivery);
      if (since.size === 0) onEmpty();
    },
    held: () => [...since.keys()],
    whenEmpty: async (timeoutMs) => {
      if (since.size > 0) {
        await new Promise<void>((resolve) => {
          const timeout = setTimeout(resolve, timeoutMs);
          onEmpty = () => {
            clearTimeout(timeout);
            resolve();
          };
        });
      }
      return [...since.keys()];
    },
    setAckWait: (ackWaitMs) => {
      if (ackWaitMs >= ackWait) return;
      ackWait = ackWaitMs;
      clearInterval(timer);
      timer = setInterval(keep, ackWait / 3);
    },
    stop: () => clearInterval(timer),
  };
}
