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
const RETRY_AFTER_MS_MAX = 24 * 3600 * 1000;
/** The three forms of RFC 9110, section 5.6.7; anything looser would be guessed at by `Date.parse`. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d{2}:\d{2}:\d{2}( GMT| \d{4})$/;

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

/** The pause that a `Retry-After` header asks for, at most a day; undefined when it says nothing that is understood. */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? "";
  const afterMs = /^\d+$/.test(text) ? Number(text) * 1000 : parseHttpDate(text) - now;
  return Number.isNaN(afterMs) ? undefined : Math.min(Math.max(afterMs, 0), RETRY_AFTER_MS_MAX);
}

function parseHttpDate(text: string): number {
  if (!HTTP_DATE.test(text)) return Number.NaN;
  // The oldest form names no zone, and `Date.parse` would take it for local time.
  return Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
}
