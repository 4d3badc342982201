/** Which events of an ordered subscription wait for another try and hold up the later ones of their entity. */
import { createRecent } from "../../recent.ts";
import { placeKey, type Place } from "./waiting.ts";

/** An event that is not settled. */
export interface Held extends Place {
  readonly entity: string;
  /** The NATS subject that it was published on. */
  readonly subject: string;
}

export interface Queue {
  /** When the event that this one has to wait for is due, in milliseconds since 1970; undefined when there is none. */
  readonly blockedUntil: (event: Held) => number | undefined;
  readonly wait: (event: Held, nextAt: number) => void;
  readonly done: (event: Held) => void;
  /** Whether it was settled a while ago: what is on its way to the server meanwhile may be given out again. */
  readonly isDone: (place: Place) => boolean;
  /** What was due before that moment. */
  readonly dueBefore: (moment: number) => Held[];
}

interface Due {
  readonly event: Held;
  readonly nextAt: number;
}

/** More than can be given out to one process while an acknowledgement is on its way. */
const DONE_MAX = 10_000;

export function createQueue(): Queue {
  const entities = new Map<string, Map<number, Due>>();
  const settled = createRecent<true>(DONE_MAX);
  // Events come from two streams, whose sequences say nothing about each other.
  const keyOf = ({ stream, entity }: Held) => `${stream} ${entity}`;
  return {
    blockedUntil: (event) => {
      const waiting = entities.get(keyOf(event));
      const earlier = [...(waiting ?? [])].filter(([sequence]) => sequence < event.sequence);
      return earlier.length === 0 ? undefined : Math.max(...earlier.map(([, { nextAt }]) => nextAt));
    },
    wait: (event, nextAt) => {
      const key = keyOf(event);
      const waiting = entities.get(key) ?? new Map<number, Due>();
      entities.set(key, waiting.set(event.sequence, { event, nextAt }));
    },
    done: (event) => {
      settled.set(placeKey(event), true);
      const key = keyOf(event);
      const waiting = entities.get(key);
      waiting?.delete(event.sequence);
      if (waiting?.size === 0) entities.delete(key);
    },
    isDone: (place) => settled.get(placeKey(place)) === true,
    dueBefore: (moment) =>
      [...entities.values()]
        .flatMap((waiting) => [...waiting.values()])
        .flatMap(({ event, nextAt }) => (nextAt < moment ? [event] : [])),
  };
}
