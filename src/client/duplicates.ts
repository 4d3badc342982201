/** Which events are in hand or done, so that one that is given out again is not handled twice in this process. */
import { createRecent } from "../recent.ts";

export interface Duplicates {
  /** `in_hand`: its first delivery is still being worked on; `done`: it was settled. */
  readonly stateOf: (key: string) => "in_hand" | "done" | undefined;
  readonly take: (key: string) => void;
  readonly finish: (key: string) => void;
  /** It may come again. */
  readonly release: (key: string) => void;
}

/** Remembers so many events that are done. Those in hand are always known. */
export function createDuplicates(doneMax: number): Duplicates {
  const inHand = new Set<string>();
  const done = createRecent<true>(doneMax);
  return {
    stateOf: (key) => {
      if (inHand.has(key)) return "in_hand";
      return done.get(key) ? "done" : undefined;
    },
    take: (key) => {
      inHand.add(key);
    },
    finish: (key) => {
      inHand.delete(key);
      done.set(key, true);
    },
    release: (key) => {
      inHand.delete(key);
    },
  };
}
