/** When an endpoint may be tried: not too many attempts at once, not too often, and not while it does not work. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Attempt, blamesEndpoint } from "./attempt.ts";
import { type Circuit, createCircuit } from "./circuit.ts";
import { createRate } from "./rate.ts";
import { createSlots } from "./slots.ts";

/** "held": no attempt was made, and none makes sense before `waitMs`. */
export type Guarded = Attempt | Held;
export interface Held {
  readonly kind: "held";
  readonly waitMs: number;
}

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
  const waitForRate = ratePerSecond === undefined ? undefined : createRateWait(ratePerSecond, signal, now);
  const circuit = createCircuit({ probeMsMax: 2 * timeoutMs });

  const refusal = (): Held | undefined => {
    if (signal.aborted) return { kind: "held", waitMs: 0 };
    if (!mayStart()) return { kind: "held", waitMs: HELD_MS };
    const answer = circuit.admit(now());
    return answer === "yes" ? undefined : { kind: "held", waitMs: answer.waitMs };
  };
  const runInSlot = async (attempt: () => Promise<Attempt>): Promise<Guarded> => {
    if (circuit.state() === "closed") await waitForRate?.();
    const held = refusal();
    if (held) return held;
    const result = await attempt();
    report(result, circuit, now());
    return result;
  };
  return {
    run: async (attempt) => {
      await slots.take();
      try {
        return await runInSlot(attempt);
      } finally {
        slots.free();
      }
    },
    pausedMs: () => circuit.waitMs(now()),
    appetite: () => (circuit.state() === "closed" ? concurrency : 1),
  };
}

/** Resolves when one more attempt fits the rate, or when `signal` says that none will be made. */
function createRateWait(ratePerSecond: number, signal: AbortSignal, now: () => number) {
  const rate = createRate(ratePerSecond);
  return async (): Promise<void> => {
    while (!signal.aborted) {
      const waitMs = rate.take(now());
      if (waitMs === 0) return;
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  };
}

/** Tells the circuit what the attempt says of the endpoint; one that the hub cut off says nothing. */
function report(result: Attempt, circuit: Circuit, now: number): void {
  if (result.kind === "retry" && result.error === "stopped") return;
  if (!blamesEndpoint(result)) circuit.succeeded(now);
  else circuit.failed(now, result.kind === "retry" ? result.retryAfterMs : undefined);
}
