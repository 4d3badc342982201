/** An event in the subscriber's hand. */
import type { EventOf, EventType } from "../normalizers/canonical/typed-event.ts";
import { backoffMs } from "./backoff.ts";
import type { Gap, Place } from "./continuity.ts";
import type { Delivery } from "./delivery.ts";

export interface Received<T extends EventType = EventType> {
  readonly event: EventOf<T>;
  /** `<store>:<resource>:<entity id>`; of a signal its own id. */
  readonly entity: string;
  /** The event's own; signals have none. */
  readonly sequence: number | undefined;
  /** 1 when it is given out for the first time. */
  readonly attempt: number;
  readonly redelivered: boolean;
  /** Events of this entity that went before it are missing. */
  readonly gap?: Gap;
  /** A later event of this entity was given out before. */
  readonly late: boolean;
  /** With `duplicates: "deliver"`: this process has had it before. */
  readonly duplicate: boolean;
  readonly isSettled: () => boolean;
  /** After `nak`: in how many milliseconds it comes again. */
  readonly returnsInMs: () => number | undefined;
  /** It is done. Only the first of `ack`, `nak` and `term` counts. */
  readonly ack: () => void;
  /** It is to come again after so long; without a time after 1 s, and longer with each attempt, up to 5 minutes. */
  readonly nak: (delayMs?: number) => void;
  /** It cannot be handled and is not to come again. */
  readonly term: (reason?: string) => void;
  /** It takes longer. The client says so by itself while an event is in hand, for up to 10 minutes. */
  readonly working: () => void;
}

export interface Settling {
  readonly onDone: () => void;
  readonly onReturned: () => void;
}

export interface Standing extends Place {
  readonly entity: string;
  readonly sequence: number | undefined;
  readonly duplicate: boolean;
}

export function toReceived<T extends EventType>(
  event: EventOf<T>,
  delivery: Delivery,
  standing: Standing,
  { onDone, onReturned }: Settling,
): Received<T> {
  let isSettled = false;
  let returnsInMs: number | undefined;
  const settle = (answer: () => void, then: () => void) => {
    if (isSettled) return;
    isSettled = true;
    answer();
    then();
  };
  const { attempt } = delivery;
  return {
    event,
    attempt,
    redelivered: attempt > 1,
    ...standing,
    isSettled: () => isSettled,
    returnsInMs: () => returnsInMs,
    ack: () => settle(delivery.ack, onDone),
    nak: (delayMs = backoffMs(attempt)) =>
      settle(() => {
        returnsInMs = delayMs;
        delivery.nak(delayMs);
      }, onReturned),
    term: (reason) => settle(() => delivery.term(reason), onDone),
    working: () => {
      if (!isSettled) delivery.working();
    },
  };
}
