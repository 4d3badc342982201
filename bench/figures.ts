/** Turns the records of a load and of its arrivals into figures. */
import type { LoadRecord } from "./load.ts";

export interface Figures {
  readonly accepted: number;
  /** Answers by status; 0 is a connection that broke. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Accepted per second, from the first request to the last answer. */
  readonly rate: number;
  /** Arrived at the subscriber per second, from the first request to the last arrival. */
  readonly endToEndRate: number;
  readonly answerMs: Percentiles;
  /** From the request to its arrival at the subscriber. */
  readonly arrivalMs: Percentiles;
  /** Accepted and not yet at the subscriber when the last answer came. */
  readonly behind: number;
  /** From the last answer to the last arrival. */
  readonly drainMs: number;
  readonly arrived: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

export function toFigures(
  { startedAt, sentAt, answeredAt, statuses }: LoadRecord,
  arrivedAt: Float64Array,
): Figures {
  const counts: Record<string, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  const accepted = counts[200] ?? 0;
  const stoppedAt = max(answeredAt);
  const lastArrivalAt = Math.max(max(arrivedAt), startedAt);
  const arrivals = arrivedAt.filter((at) => at > 0);
  return {
    accepted,
    statuses: counts,
    rate: perSecond(accepted, stoppedAt - startedAt),
    endToEndRate: perSecond(arrivals.length, lastArrivalAt - startedAt),
    answerMs: percentiles(answeredAt.map((at, index) => at - (sentAt[index] ?? 0))),
    arrivalMs: percentiles(
      arrivedAt.map((at, index) => (at > 0 ? at - (sentAt[index] ?? 0) : -1)).filter((ms) => ms >= 0),
    ),
    behind: accepted - arrivals.filter((at) => at <= stoppedAt).length,
    drainMs: Math.max(0, lastArrivalAt - stoppedAt),
    arrived: arrivals.length,
  };
}

/** The middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

export function percentiles(values: Float64Array): Percentiles {
  const sorted = values.toSorted();
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

function max(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function perSecond(count: number, ms: number): number {
  return ms > 0 ? (count * 1000) / ms : 0;
}
