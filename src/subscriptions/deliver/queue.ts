/** Which events of an ordered subscription wait for another try and hold up the later ones of their entity. */
import type { Place } from "./waiting.ts";

export interface Queue {
  /** When the event that this one has to wait for is due, in milliseconds since 1970; undefined when there is none. */
  readonly blockedUntil: (entity: string, place: Place) => number | undefined;
  readonly wait: (entity: string, place: Place, nextAt: number) => void;
  readonly done: (entity: string, place: Place) => void;
}

export function createQueue(): Queue {
  const entities = new Map<string, Map<number, number>>();
  // Events come from two streams, whose sequences say nothing about each other.
  const keyOf = (entity: string, { stream }: Place) => `${stream} ${entity}`;
  return {
    blockedUntil: (entity, place) => {
      const waiting = entities.get(keyOf(entity, place));
      const earlier = [...(waiting ?? [])].filter(([sequence]) => sequence < place.sequence);
      return earlier.length === 0 ? undefined : Math.max(...earlier.map(([, nextAt]) => nextAt));
    },
    wait: (entity, place, nextAt) => {
      const key = keyOf(entity, place);
      const waiting = entities.get(key) ?? new Map<number, number>();
      entities.set(key, waiting.set(place.sequence, nextAt));
    },
    done: (entity, place) => {
      const key = keyOf(entity, place);
      const waiting = entities.get(key);
      waiting?.delete(place.sequence);
      if (waiting?.size === 0) entities.delete(key);
    },
  };
}
