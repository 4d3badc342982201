/** What an attempt means for its event, and how it is written down. */
import type { CanonicalEvent } from "../../normalizers/canonical/event.ts";
import type { DeliveryFailure } from "../../dead-letters/dead-letters.ts";
import type { Attempt } from "./attempt.ts";
import type { AttemptRecord } from "./attempts.ts";
import { nextDelay } from "./retry.ts";
import type { Place, Waiting } from "./waiting.ts";

/** `attempt` counts the tries of this event so far, this one included. */
export type Conclusion = { readonly attempt: number } & (
  | { readonly outcome: "delivered" | "dead" | "disabled" }
  | { readonly outcome: "retry"; readonly delayMs: number }
);

export interface Retrying {
  readonly retrySeconds: readonly number[];
  readonly random: () => number;
}

export function conclude(
  result: Attempt,
  attemptsBefore: number,
  { retrySeconds, random }: Retrying,
): Conclusion {
  const attempt = attemptsBefore + 1;
  if (result.kind === "delivered") return { outcome: "delivered", attempt };
  if (result.kind === "gone") return { outcome: "disabled", attempt };
  const retryAfterMs = result.kind === "retry" ? result.retryAfterMs : undefined;
  const delayMs = nextDelay({ attempt, retrySeconds, retryAfterMs, random });
  return delayMs === "exhausted" ? { outcome: "dead", attempt } : { outcome: "retry", attempt, delayMs };
}

export interface Told {
  readonly subscription: string;
  readonly event: CanonicalEvent;
  readonly entity: string;
  readonly endedAt: number;
}

/** For the log of attempts. */
export function toRecord(
  { subscription, event, entity, endedAt }: Told,
  result: Attempt,
  conclusion: Conclusion,
): AttemptRecord {
  const { attempt, outcome } = conclusion;
  return {
    subscription,
    eventId: event.id,
    type: event.type,
    entity,
    attempt,
    at: new Date(endedAt - result.durationMs).toISOString(),
    durationMs: Math.round(result.durationMs),
    outcome,
    ...("status" in result && result.status !== undefined ? { status: result.status } : {}),
    ...("error" in result ? { error: result.error } : {}),
    ...("text" in result && result.text ? { body: result.text } : {}),
    ...(outcome === "retry" ? { nextAt: new Date(endedAt + conclusion.delayMs).toISOString() } : {}),
  };
}

/** For the next attempt. */
export function toLast(result: Attempt): Pick<Waiting, "lastStatus" | "lastError"> {
  return {
    ...("status" in result && result.status !== undefined ? { lastStatus: result.status } : {}),
    lastError: describe(result),
  };
}

/** For the dead letter. */
export function toDeliveryFailure(place: Place, result: Attempt, attempts: number): DeliveryFailure {
  return {
    ...place,
    reason: describe(result),
    attempts,
    ...("status" in result ? { status: result.status } : {}),
    ...("text" in result ? { response: result.text } : {}),
  };
}

function describe(result: Attempt): string {
  return "reason" in result ? result.reason : `The endpoint answered ${result.status}.`;
}
