/** What follows from the result of a webhook or of a whole inbox message. The only place that decides about retries. */
import { PublishError } from "../nats/publisher.ts";
import { UnreadableRow } from "./entities.ts";

export const WEBHOOK_OUTCOMES = [
  "published",
  "unchanged",
  "stale",
  "ignored",
  "unknown_topic",
  "dead_lettered",
] as const;
export type WebhookOutcome = (typeof WEBHOOK_OUTCOMES)[number];

export type Settlement =
  | { readonly kind: "retry"; readonly delayMs: number }
  /** Trying again does not help: a person has to look. */
  | { readonly kind: "dead_letter" };

const DELAY_MS_MIN = 500;
const DELAY_MS_MAX = 30_000;
const DEFECT_ATTEMPTS_MAX = 8;

/**
 * What to do when processing failed. A broker that is away, slow, full or refuses is waited for, because the events of a
 * row that was written must come out. A stored row that cannot be read waits for a person at once. Any other error is a
 * defect, tried a few times because it may depend on the moment, then set aside so that it does not hold up what comes after.
 */
export function settleFailure(error: unknown, attempt: number): Settlement {
  if (error instanceof UnreadableRow) return { kind: "dead_letter" };
  const isTemporary = error instanceof PublishError ? error.failure !== "too_large" : isClientError(error);
  if (!isTemporary && attempt >= DEFECT_ATTEMPTS_MAX) return { kind: "dead_letter" };
  return { kind: "retry", delayMs: Math.min(DELAY_MS_MIN * 2 ** (attempt - 1), DELAY_MS_MAX) };
}

/** Errors of the client library carry a code such as `TIMEOUT` or `503`. */
function isClientError(error: unknown): boolean {
  return error instanceof Error && error.name === "NatsError";
}
