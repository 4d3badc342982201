/**
 * Stops attempts at an endpoint that does not work, so that its events wait instead of using up their attempts, and lets
 * one through from time to time to see whether it works again. Lives in one hub process; time is an argument.
 */

export type CircuitState = "closed" | "open" | "half_open";

export interface CircuitOptions {
  /** Failures in a row that open it. */
  readonly failuresMax?: number;
  readonly pauseMsMin?: number;
  readonly pauseMsMax?: number;
  /** A probe that has told nothing for this long is given up; must be longer than an attempt may take. */
  readonly probeMsMax?: number;
  readonly random?: () => number;
}

export interface Circuit {
  /** "yes": make an attempt and report how it went. Otherwise ask again after `waitMs`. */
  readonly admit: (now: number) => "yes" | { readonly waitMs: number };
  /** For how long `admit` would say no, in milliseconds; asking changes nothing. */
  readonly waitMs: (now: number) => number;
  readonly succeeded: (now: number) => void;
  /**
   * A failure of the endpoint, not of the event: see `blamesEndpoint`. A `Retry-After` speaks for the endpoint, so it
   * opens the circuit at once and for as long as asked.
   */
  readonly failed: (now: number, retryAfterMs?: number) => void;
  readonly state: () => CircuitState;
}

const JITTER = 0.15;
const PROBE_WAIT_MS = 1000;

/** A closed circuit; without options it opens after 5 failures in a row, for 5 seconds that double up to 5 minutes. */
export function createCircuit({
  failuresMax = 5,
  pauseMsMin = 5000,
  pauseMsMax = 300_000,
  probeMsMax = 120_000,
  random = Math.random,
}: CircuitOptions = {}): Circuit {
  let state: CircuitState = "closed";
  let failures = 0;
  /** Pauses since it was last closed; each is twice as long as the one before. */
  let pauses = 0;
  let openUntil = 0;
  let probedAt = 0;

  const open = (now: number, pauseMs: number) => {
    state = "open";
    openUntil = now + pauseMs;
  };
  const nextPauseMs = (): number => {
    const pauseMs = Math.min(pauseMsMin * 2 ** pauses, pauseMsMax);
    pauses += 1;
    return Math.round(pauseMs * (1 + JITTER * (2 * random() - 1)));
  };
  const probe = (now: number): "yes" => {
    state = "half_open";
    probedAt = now;
    return "yes";
  };

  const waitMs = (now: number): number => {
    if (state === "closed") return 0;
    if (state === "open") return Math.max(openUntil - now, 0);
    return Math.min(PROBE_WAIT_MS, Math.max(probedAt + probeMsMax - now, 0));
  };

  return {
    admit: (now) => {
      const left = waitMs(now);
      if (left > 0) return { waitMs: left };
      return state === "closed" ? "yes" : probe(now);
    },
    waitMs,
    succeeded: () => {
      // While it is open, results belong to attempts that were begun before; the probe will tell.
      if (state === "open") return;
      state = "closed";
      failures = 0;
      pauses = 0;
    },
    failed: (now, retryAfterMs = 0) => {
      if (state === "open") {
        openUntil = Math.max(openUntil, now + retryAfterMs);
        return;
      }
      failures += 1;
      if (state === "half_open" || failures >= failuresMax) open(now, Math.max(nextPauseMs(), retryAfterMs));
      else if (retryAfterMs > 0) open(now, retryAfterMs);
    },
    state: () => state,
  };
}
