/**
 * How many requests one store's API is asked, at once and over time. A budget counts for one process; where several serve
 * the same store, the platform's own words (limit headers, 429) slow each of them down.
 */
import type { Api } from "../../normalizers/hydration.ts";
import type { AnswerHeaders } from "./request.ts";

export type Limits = Api["limits"];

export interface Budget {
  /** Takes a place as soon as a request may be made; "late" when that is after `deadlineAt`. A place is given back. */
  readonly take: (deadlineAt: number) => Promise<"taken" | "late">;
  readonly giveBack: () => void;
  /** Nothing is asked for so long. */
  readonly pause: (ms: number) => void;
  /** What an answer says about the limits. */
  readonly learn: (headers: AnswerHeaders) => void;
  /** How long a request that comes now has to wait, as far as is known. */
  readonly waitMs: () => number;
  /** Nobody waits any longer: all get "late". */
  readonly stop: () => void;
}

interface Waiter {
  readonly deadlineAt: number;
  readonly resolve: (result: "taken" | "late") => void;
}

/** A timer never waits longer than this, whatever a platform's header says. */
const TIMER_MS_MAX = 60_000;
const RESET_MS_MAX = 24 * 3_600_000;

export function createBudget(limits: Limits, now: () => number): Budget {
  const gapMs = 1000 / limits.perSecond;
  let free = limits.concurrency;
  let waiting: Waiter[] = [];
  let nextAt = 0;
  let pausedUntil = 0;
  /** Until the platform's own window ends, its reads are spread over it. */
  let slow = { gapMs, until: 0 };
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const startAt = () => Math.max(nextAt, pausedUntil, now());
  const dropLate = () => {
    const from = startAt();
    const late = waiting.filter(({ deadlineAt }) => isStopped || deadlineAt < from);
    if (late.length === 0) return;
    waiting = waiting.filter((waiter) => !late.includes(waiter));
    for (const { resolve } of late) resolve("late");
  };
  const pump = () => {
    clearTimeout(timer);
    dropLate();
    while (free > 0 && waiting.length > 0 && startAt() <= now()) {
      free -= 1;
      nextAt = now() + (slow.until > now() ? Math.max(gapMs, slow.gapMs) : gapMs);
      waiting.shift()?.resolve("taken");
      dropLate();
    }
    if (waiting.length === 0) return;
    const firstLateAt = Math.min(...waiting.map(({ deadlineAt }) => deadlineAt)) + 1;
    const wakeAt = free > 0 ? Math.min(startAt(), firstLateAt) : firstLateAt;
    timer = setTimeout(pump, Math.min(Math.max(1, Math.ceil(wakeAt - now())), TIMER_MS_MAX));
  };
  return {
    take: (deadlineAt) =>
      new Promise((resolve) => {
        waiting.push({ deadlineAt, resolve });
        pump();
      }),
    giveBack: () => {
      free += 1;
      pump();
    },
    pause: (ms) => {
      pausedUntil = Math.max(pausedUntil, now() + ms);
      pump();
    },
    learn: (headers) => {
      const { remaining, resetMs } = readLimits(headers, limits, now());
      if (remaining === undefined || resetMs === undefined) return;
      if (remaining === 0) pausedUntil = Math.max(pausedUntil, now() + resetMs);
      else slow = { gapMs: resetMs / remaining, until: now() + resetMs };
    },
    waitMs: () => startAt() - now() + waiting.length * gapMs,
    stop: () => {
      isStopped = true;
      pump();
    },
  };
}

const UNIT_MS = { seconds: 1000, milliseconds: 1, unix_seconds: 1000 } as const;

function readLimits(headers: AnswerHeaders, { remainingHeader, resetHeader }: Limits, now: number) {
  const remaining = numberIn(headers, remainingHeader);
  const reset = numberIn(headers, resetHeader?.name);
  if (remaining === undefined || reset === undefined || resetHeader === undefined) return {};
  const ms = reset * UNIT_MS[resetHeader.unit] - (resetHeader.unit === "unix_seconds" ? now : 0);
  return { remaining: Math.floor(remaining), resetMs: Math.min(Math.max(0, ms), RESET_MS_MAX) };
}

function numberIn(headers: AnswerHeaders, name: string | undefined): number | undefined {
  const [text] = name === undefined ? [] : [headers[name.toLowerCase()]].flat();
  const value = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}
