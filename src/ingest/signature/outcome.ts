/** What checking a request can come to. */

/** Reasons for the log, the metrics and the admin API; the sender learns none of them. */
export const REJECTION_REASONS = [
  "no_secret",
  "secret_unreadable",
  "missing_signature",
  "malformed_signature",
  "wrong_signature",
  /** A part of what is signed is not in the request. */
  "missing_content",
  "missing_timestamp",
  "stale_timestamp",
  /** The algorithm is not one that the platform signs with. */
  "wrong_algorithm",
  /** Signed with a key that is not among the platform's. */
  "unknown_key",
  /** The platform's keys could not be fetched, or it could not be asked. */
  "keys_unavailable",
  /** Asks to have an address fetched that is not the platform's. */
  "unknown_host",
  /** Signed for another app. */
  "wrong_audience",
  "wrong_shop",
  "unknown_shop",
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

export interface Refusal {
  readonly ok: false;
  readonly reason: RejectionReason;
}

export type Verification = { readonly ok: true } | Refusal;

export function refuse(reason: RejectionReason): Refusal {
  return { ok: false, reason };
}
