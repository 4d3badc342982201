/**
 * What a request to a webhook address can come to, and the answer to each. An error makes a platform try again and, after
 * some, give the address up; so an error stands only where trying again can help or where nobody has proved who they are.
 */
import type { ErrorCode } from "../errors.ts";

interface Answer {
  /** No error: the answer is 200. */
  readonly error?: ErrorCode;
  readonly log: "debug" | "info" | "warn";
  /** Comes by the thousand when it comes, so the log says it once in a while; the metrics count all. */
  readonly many?: true;
}

export const INGEST_OUTCOMES = {
  stored: { log: "info" },
  duplicate: { log: "info" },
  handshake: { log: "info" },
  /** Unknown platform or store: looks like any wrong address. */
  no_store: { error: "not_found", log: "warn" },
  not_verified: { error: "not_verified", log: "warn" },
  empty_body: { error: "empty_body", log: "warn" },
  unsupported_encoding: { error: "unsupported_encoding", log: "warn" },
  too_large: { error: "too_large", log: "warn" },
  too_many_headers: { error: "too_many_headers", log: "warn" },
  too_slow: { error: "too_slow", log: "warn" },
  /** The broker did not take it in time. */
  unavailable: { error: "unavailable", log: "warn" },
  overloaded: { error: "overloaded", log: "warn", many: true },
  store_overloaded: { error: "store_overloaded", log: "warn", many: true },
} as const satisfies Record<string, Answer>;

export type IngestOutcome = keyof typeof INGEST_OUTCOMES;

/** The answer to an outcome. */
export function answerTo(outcome: IngestOutcome): Answer {
  return INGEST_OUTCOMES[outcome];
}
