/** Signs what goes to endpoints: Standard Webhooks, symmetric (https://www.standardwebhooks.com). */
import { createHmac, randomBytes } from "node:crypto";

export interface Signing {
  /** The event's id: equal on every attempt, so that the receiver can tell a repetition. */
  readonly id: string;
  readonly body: Uint8Array;
  /** One signature for each, so that a receiver that knows any of them is content while secrets rotate. */
  readonly secrets: readonly string[];
  readonly now: number;
}

const SECRET_PREFIX = "whsec_";
const SECRET_BYTES = 32;
const SECRET_BYTES_MIN = 24;

/** A new secret in the form that the libraries of Standard Webhooks take. */
export function createSecret(): string {
  return `${SECRET_PREFIX}${randomBytes(SECRET_BYTES).toString("base64")}`;
}

/** The headers of one attempt. Throws a `SecretError` without secrets or with a weak one: nothing goes out unsigned. */
export function sign({ id, body, secrets, now }: Signing): Record<string, string> {
  if (secrets.length === 0) throw new SecretError("no secret");
  const webhookId = encodeId(id);
  const timestamp = String(Math.floor(now / 1000));
  const signatures = secrets.map((secret) => {
    const hmac = createHmac("sha256", keyOf(secret)).update(`${webhookId}.${timestamp}.`).update(body);
    return `v1,${hmac.digest("base64")}`;
  });
  return {
    "webhook-id": webhookId,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}

/**
 * An event's id as a header value. Ids hold entity ids of any characters, so the id is percent-encoded except for its
 * colons: `decodeURIComponent` gives it back. The full stop is encoded too, because it separates the signed parts.
 */
export function encodeId(id: string): string {
  // Half of a surrogate pair cannot be encoded; the buffer replaces it.
  const text = Buffer.from(id).toString();
  return encodeURIComponent(text).replaceAll("%3A", ":").replaceAll(".", "%2E");
}

/** The endpoint's secrets cannot be used; the message does not repeat them. */
export class SecretError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SecretError";
  }
}

function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.replace(SECRET_PREFIX, ""), "base64");
  if (!secret.startsWith(SECRET_PREFIX) || key.length < SECRET_BYTES_MIN) {
    throw new SecretError("malformed secret");
  }
  return key;
}
