/** Checks a request by the scheme that its platform declares. Whatever is missing or odd is a refusal. */
import type { SignatureScheme } from "../../normalizers/scheme.ts";
import { verifyHmac } from "./hmac.ts";

/** Reasons for the log, the metrics and the admin API; the sender learns none of them. */
export const REJECTION_REASONS = [
  "no_secret",
  "secret_unreadable",
  "missing_signature",
  "malformed_signature",
  "wrong_signature",
  "wrong_shop",
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

export interface SignedRequest {
  /** The value of a header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  readonly body: Uint8Array;
}

export type Verification = { readonly ok: true } | { readonly ok: false; readonly reason: RejectionReason };

/** Whether one of the secrets signed this request. Without a secret nothing is accepted. */
export function verify(
  scheme: SignatureScheme,
  request: SignedRequest,
  secrets: readonly string[],
): Verification {
  if (secrets.length === 0) return { ok: false, reason: "no_secret" };
  return scheme.kind === "hmac"
    ? verifyHmac(scheme, request, secrets)
    : { ok: false, reason: "missing_signature" };
}
