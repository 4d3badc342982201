/** When an event is tried again at its endpoint. */

/**
 * The pauses between attempts unless the subscription sets its own, as Standard Webhooks recommends: the first attempt
 * is made at once, the last one about three days later.
 */
export const RETRY_SECONDS = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;

export interface FailedAttempt {
  /** The first one is 1. */
  readonly attempt: number;
  readonly retrySeconds: readonly number[];
  /** What the endpoint asked for: it is not tried sooner. */
  readonly retryAfterMs?: number | undefined;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

const JITTER = 0.15;

/**
 * The pause in milliseconds after a failed attempt, or "exhausted" when the schedule has no more. It varies by 15 % so
 * that events that failed together do not come back together; after a `Retry-After` only upwards.
 */
export function nextDelay(failed: FailedAttempt): number | "exhausted" {
  const seconds = failed.retrySeconds[failed.attempt - 1];
  if (seconds === undefined) return "exhausted";
  const random = failed.random();
  const pauseMs = seconds * 1000 * (1 + JITTER * (2 * random - 1));
  const askedMs = (failed.retryAfterMs ?? 0) * (1 + JITTER * random);
  return Math.round(Math.max(pauseMs, askedMs));
}
