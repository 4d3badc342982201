/** When an endpoint may be tried: not too many attempts at once, not too often, and not while it does not work. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Attempt, blamesEndpoint } from "./attempt.ts";
import { createCircuit } from "./circuit.ts";
import { createRate } from "./rate.ts";
import { createSlots } from "./slots.ts";

export type Guarded = Attempt | { readonly kind: "held"; readonly waitMs: number };

export interface EndpointGuard {
  /** Makes the attempt as soon as the endpoint may be tried; "held" when that is too long to wait for. */
  readonly run: (attempt: () => Promise<Attempt>) => Promise<Guarded>;
  /** For how long the endpoint is not tried, in milliseconds; 0 when it may be. */
  readonly pausedMs: () => number;
  /** How many events are worth taking now: one while it is not known whether the endpoint works again. */
  readonly appetite: () => number;
}

export interface EndpointGuardOptions {
  readonly concurrency: number;
  readonly ratePerSecond?: number | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Asked right before an attempt; false holds it. */
  readonly mayStart: () => boolean;
  readonly now: () => number;
}

const HELD_MS = 1000;

export function createEndpointGuard(options: EndpointGuardOptions): EndpointGuard {
  const { concurrency, ratePerSecond, timeoutMs, signal, mayStart, now } = options;
  const slots = createSlots(concurrency);
  const rate = ratePerSecond === undefined ? undefined : createRate(ratePerSecond);
  const circuit = createCircuit({ probeMsMax: 2 * timeoutMs });

  const waitForRate = async (): Promise<void> => {
    for (;;) {
      const waitMs = rate?.take(now()) ?? 0;
      if (waitMs === 0 || signal.aborted) return;
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const admitted = async (attempt: () => Promise<Attempt>): Promise<Guarded> => {
    if (circuit.state() === "closed") await waitForRate();
    if (signal.aborted) return { kind: "held", waitMs: 0 };
    if (!mayStart()) return { kind: "held", waitMs: HELD_MS };
    const answer = circuit.admit(now());
    if (answer !== "yes") return { kind: "held", waitMs: answer.waitMs };
    const result = await attempt();
    if (result.kind === "retry" && result.error === "stopped") return result;
    if (blamesEndpoint(result)) {
      circuit.failed(now(), result.kind === "retry" ? result.retryAfterMs : undefined);
    } else {
      circuit.succeeded(now());
    }
    return result;
  };
  return {
    run: async (attempt) => {
      await slots.take();
      try {
        return await admitted(attempt);
      } finally {
        slots.free();
      }
    },
    pausedMs: () => circuit.waitMs(now()),
    appetite: () => (circuit.state() === "closed" ? concurrency : 1),
  };
}
