/** Local times of a shop, written without an offset, as moments in UTC. */
import { fromMillis } from "./time.ts";

const LOCAL = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?$/;
const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * A local time of an IANA time zone as UTC RFC 3339. In the hour that the end of summer time repeats there are two such
 * moments: the earlier one counts, unless the later one lies not after `notAfter` (RFC 3339). A time that the start of summer
 * time leaves out is read as if it had not begun. Undefined for what is no local time (`0000-00-00 00:00:00`) or no zone.
 */
export function fromLocalTime(
  text: string | null | undefined,
  timeZone: string,
  notAfter?: string,
): string | undefined {
  const parts = LOCAL.exec(text ?? "");
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const isInCalendar =
    year > 0 && new Date(wall).getUTCMonth() === month - 1 && new Date(wall).getUTCDate() === day;
  const format = formatOf(timeZone);
  if (!isInCalendar || hour > 23 || minute > 59 || second > 59 || format === undefined) return undefined;
  const before = wall - offsetAt(wall - DAY_MS, format);
  const after = wall - offsetAt(wall + DAY_MS, format);
  const fitting = [before, after].filter((moment) => moment + offsetAt(moment, format) === wall);
  const [first = before, second_ = first] = fitting.sort((a, b) => a - b);
  const isPast = notAfter !== undefined && second_ <= Date.parse(notAfter);
  return fromMillis(isPast ? second_ : first);
}

/** Milliseconds that the zone's clocks are ahead of UTC at a moment. */
function offsetAt(moment: number, format: Intl.DateTimeFormat): number {
  const shown = Object.fromEntries(
    format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1000) * 1000;
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(timeZone, format);
    return format;
  } catch {
    return undefined;
  }
}
