/**
 * Counts by flow what went by a lane and is not known to be settled. The server tells up to which message a lane is
 * settled, so the counts are kept in two generations: the older is forgotten as a whole when its last message is settled.
 */
export interface Unsettled {
  readonly count: (flow: string) => number;
  readonly add: (flow: string) => void;
  /** Tells that a message was stored. */
  readonly noteStored: (sequence: number) => void;
}

interface Generation {
  readonly counts: Map<string, number>;
  total: number;
  /** Sequence of its last message; 0 while none is stored. */
  last: number;
}

const ASK_MS_MIN = 100;
/** Flows that are counted; beyond them all start anew, which only lets some into the prompt lane. */
const FLOWS_MAX = 50_000;

/** Asks for the floor when so many are unsettled, ten times a second at most, and only when something is added. */
export function createUnsettled(
  readFloor: (upTo: number) => Promise<number>,
  askFrom: number,
  now: () => number,
): Unsettled {
  let older = newGeneration();
  let newer = newGeneration();
  let askedAt = 0;
  let isAsking = false;

  const forget = (floor: number) => {
    if (older.last > 0 && floor >= older.last) older = newGeneration();
    if (older.last === 0 && newer.last > 0) {
      older = newer.last <= floor ? newGeneration() : newer;
      newer = newGeneration();
    }
  };
  const ask = () => {
    const last = newer.last || older.last;
    if (isAsking || older.total + newer.total < askFrom || last === 0 || now() - askedAt < ASK_MS_MIN) return;
    isAsking = true;
    askedAt = now();
    readFloor(last)
      .then(forget, () => undefined)
      .finally(() => {
        isAsking = false;
      });
  };
  return {
    count: (flow) => (older.counts.get(flow) ?? 0) + (newer.counts.get(flow) ?? 0),
    add: (flow) => {
      if (newer.counts.size >= FLOWS_MAX) newer = newGeneration();
      newer.counts.set(flow, (newer.counts.get(flow) ?? 0) + 1);
      newer.total += 1;
      ask();
    },
    noteStored: (sequence) => {
      newer.last = Math.max(newer.last, sequence);
    },
  };
}

function newGeneration(): Generation {
  return { counts: new Map(), total: 0, last: 0 };
}
