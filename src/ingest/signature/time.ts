/** When a request was signed, and whether that is near enough to now. */
import type { SignedTime } from "../../normalizers/scheme.ts";
import type { RequestView } from "../request.ts";
import { readPath, readQuery } from "../source.ts";
import type { VerifyInput } from "./input.ts";
import { type Refusal, refuse } from "./outcome.ts";

/** With a zone: without one it would be read in the zone of this machine. */
const ISO = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)$/;

/** The moment in the request's own spelling. */
export function readTime(
  { source }: SignedTime,
  request: RequestView,
  fields: ReadonlyMap<string, string>,
): string | undefined {
  if ("header" in source) return request.header(source.header);
  if ("query" in source) return readQuery(request.query, source.query);
  return "field" in source ? fields.get(source.field) : readPath(request.spelled(), source.json);
}

/** Too old and too new are refused alike: a signature made for the future could be kept for then. */
export function checkTime(
  time: SignedTime,
  text: string,
  { now, toleranceSeconds = time.toleranceSeconds }: Pick<VerifyInput, "now" | "toleranceSeconds">,
): Refusal | undefined {
  const at = toMs(time.format, text);
  if (at === undefined) return refuse("missing_timestamp");
  return Math.abs(now - at) <= toleranceSeconds * 1000 ? undefined : refuse("stale_timestamp");
}

/** A moment as a platform would write it. */
export function writeTime({ format }: SignedTime, now: number): string {
  if (format === "iso") return new Date(now).toISOString();
  return String(format === "seconds" ? Math.floor(now / 1000) : now);
}

function toMs(format: SignedTime["format"], text: string): number | undefined {
  if (format === "iso") {
    const ms = ISO.test(text) ? Date.parse(text) : Number.NaN;
    return Number.isNaN(ms) ? undefined : ms;
  }
  if (!/^\d{1,15}$/.test(text)) return undefined;
  return Number(text) * (format === "seconds" ? 1000 : 1);
}
