const FIRST_MS = 1000;
const MOST_MS = 5 * 60_000;

/** Milliseconds until the next try: 1 s after the first attempt, then twice as long each time, at most 5 minutes. */
export function backoffMs(attempt: number): number {
  return Math.min(FIRST_MS * 2 ** Math.min(attempt - 1, 20), MOST_MS);
}
