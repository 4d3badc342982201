/** When somebody who was asked too much wants to be asked again. */

const RETRY_AFTER_MS_MAX = 24 * 3600 * 1000;
/** The three forms of RFC 9110, section 5.6.7; anything looser would be guessed at by `Date.parse`. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d{2}:\d{2}:\d{2}( GMT| \d{4})$/;

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
