/**
 * Moments as text. `Date` holds milliseconds only and platforms send up to nine fraction digits, which decide between
 * two changes of one second; so fractions are carried over as text.
 */
const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2}))?(?:\.(\d{1,9})\d*)?(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * A moment as UTC RFC 3339 (`2026-09-27T21:15:56Z`, fraction kept when it is not zero).
 * A moment without zone is read as UTC. Returns undefined for anything that is no such moment.
 */
export function toTimestamp(text: string | null | undefined): string | undefined {
  const parts = split(text);
  return parts && `${parts.second}${parts.fraction === "" ? "" : `.${parts.fraction}`}Z`;
}

/**
 * A moment as a version: UTC with exactly nine fraction digits, so that comparing text compares time.
 * Returns undefined where `toTimestamp` does.
 */
export function toVersion(text: string | null | undefined): string | undefined {
  const parts = split(text);
  return parts && `${parts.second}.${parts.fraction.padEnd(9, "0")}Z`;
}

/** A moment in milliseconds since 1970 as UTC RFC 3339. */
export function fromMillis(millis: number): string {
  return new Date(millis).toISOString().replace(".000Z", "Z");
}

function split(text: string | null | undefined): { second: string; fraction: string } | undefined {
  const match = text ? ISO.exec(text) : null;
  if (match === null) return undefined;
  const [, day = "", minute = "", seconds = "00", fraction = "", zone = "Z"] = match;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const millis = Date.parse(`${day}T${minute}:${seconds}${offset}`);
  if (Number.isNaN(millis) || !isInCalendar(day)) return undefined;
  const kept = fraction === "" ? "" : fraction.replace(/0+$/, "");
  // In UTC already, so it is taken as it stands. Hour 24 belongs to the next day.
  if (offset === "Z" && !minute.startsWith("24"))
    return { second: `${day}T${minute}:${seconds}`, fraction: kept };
  const utc = new Date(millis).toISOString();
  return utc.length === 24 ? { second: utc.slice(0, 19), fraction: kept } : undefined;
}

/** `Date.parse` takes February 30 for March 2. */
function isInCalendar(day: string): boolean {
  return day.slice(8) <= "28" || new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}
