/** How long a webhook waits for the platform's API, where, and when it is given up. */

export interface HydrationPolicy {
  /** One request, from the connection to the end of the answer. */
  readonly timeoutMs: number;
  /** How long a webhook waits in the process for its next request; what takes longer goes to the waiting room. */
  readonly inHandMs: number;
  /** The pause after the first failure; it doubles with each that follows. */
  readonly pauseMsMin: number;
  readonly pauseMsMax: number;
  /** The first pause after the API refused the credentials: only a person can mend that. */
  readonly refusedMs: number;
  /** A webhook whose reads fail for this long becomes a dead letter. */
  readonly giveUpMs: number;
}

export const HYDRATION_POLICY: HydrationPolicy = {
  timeoutMs: 10_000,
  inHandMs: 10_000,
  pauseMsMin: 500,
  pauseMsMax: 15 * 60_000,
  refusedMs: 60_000,
  giveUpMs: 24 * 3_600_000,
};

const DOUBLINGS_MAX = 30;

/**
 * The pause in milliseconds after so many failures in a row (at least 1). Its second half is random, from 0 up to, not
 * including, 1, so that what failed together does not come back together.
 */
export function pauseAfter(
  failures: number,
  { firstMs, maxMs }: { readonly firstMs: number; readonly maxMs: number },
  random: () => number,
): number {
  const fullMs = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, DOUBLINGS_MAX));
  return Math.round(fullMs / 2 + (fullMs / 2) * random());
}
