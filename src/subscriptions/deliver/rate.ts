/** Limits the attempts a second at one endpoint in one hub process. Time is an argument. */

export interface Rate {
  /** 0: one attempt may be made, and is counted. Otherwise nothing is counted; ask again after that many milliseconds. */
  readonly take: (now: number) => number;
}

/**
 * A token bucket, kept as the moment at which it will be full again. It holds a tenth of a second's worth, at least one
 * token, so that a timer that wakes late costs no throughput and an endpoint sees no bursts. The rate may be below 1.
 */
export function createRate(ratePerSecond: number): Rate {
  const tokenMs = 1000 / ratePerSecond;
  const slackMs = (Math.max(1, ratePerSecond / 10) - 1) * tokenMs;
  let fullAt = Number.NEGATIVE_INFINITY;
  return {
    take: (now) => {
      // More than a whole bucket is missing only when the clock was set back; the millisecond is for rounding.
      if (fullAt > now + slackMs + tokenMs + 1) fullAt = now;
      const waitMs = Math.ceil(Math.max(fullAt, now) - now - slackMs);
      if (waitMs > 0) return waitMs;
      fullAt = Math.max(fullAt, now) + tokenMs;
      return 0;
    },
  };
}
