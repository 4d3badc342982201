/** What HMAC and plain digests have in common: shared secrets, and signatures in a header. */
import { timingSafeEqual } from "node:crypto";
import type { DigestScheme, Hash, HmacScheme } from "../../normalizers/scheme.ts";
import type { VerifyInput } from "./input.ts";
import { type Key, keysOf } from "./key.ts";
import { decodeSignature, readSignatures } from "./list.ts";
import { type Refusal, refuse, type Verification } from "./outcome.ts";
import { type Content, contentOf, type SignedBy } from "./parts.ts";
import { checkTime, readTime } from "./time.ts";

export type Compute = (hash: Hash, key: Key, content: Content) => Buffer;

type KeyedScheme = HmacScheme | DigestScheme;

const HASH_BYTES: Readonly<Record<Hash, number>> = { sha256: 32, sha1: 20, sha512: 64, md5: 16 };

/** Whether one of the secrets made one of the signatures. Every step that cannot be done is a refusal. */
export function verifyKeyed(scheme: KeyedScheme, input: VerifyInput, compute: Compute): Verification {
  const { request, secrets, settings } = input;
  if (secrets.length === 0) return refuse("no_secret");
  const given = readSignatures(scheme.signature, request.header);
  if (!given.ok) return given;
  const time = scheme.kind === "hmac" ? scheme.timestamp : undefined;
  const timestamp = time && readTime(time, request, given.fields);
  if (time !== undefined && (timestamp === undefined || timestamp === "")) return refuse("missing_timestamp");
  const signatures = decodeAll(given.texts, scheme);
  if (signatures.length === 0) return refuse("malformed_signature");
  const refusal = checkSecrets(
    scheme,
    { signatures, secrets, by: { request, settings, timestamp } },
    compute,
  );
  return refusal ?? (time && checkTime(time, timestamp ?? "", input)) ?? { ok: true };
}

interface Candidates {
  readonly signatures: readonly Buffer[];
  readonly secrets: readonly string[];
  readonly by: SignedBy;
}

/** Undefined when one of the secrets made one of the signatures. */
function checkSecrets(
  scheme: KeyedScheme,
  { signatures, secrets, by }: Candidates,
  compute: Compute,
): Refusal | undefined {
  let isUsable = false;
  for (const secret of secrets) {
    for (const key of keysOf(scheme.key, secret, by)) {
      isUsable = true;
      const content = contentOf(scheme.signs, by, key);
      if (content === undefined) return refuse("missing_content");
      const expected = compute(scheme.hash, key, content);
      if (signatures.some((signature) => timingSafeEqual(signature, expected))) return undefined;
    }
  }
  return refuse(isUsable ? "wrong_signature" : "no_secret");
}

/** The signature of a sender with this secret; undefined when the secret or a part does not fit the scheme. */
export function computeKeyed(
  scheme: KeyedScheme,
  secret: string,
  by: SignedBy,
  compute: Compute,
): string | undefined {
  const [key] = keysOf(scheme.key, secret, by);
  const content = key === undefined ? undefined : contentOf(scheme.signs, by, key);
  if (key === undefined || content === undefined) return undefined;
  return compute(scheme.hash, key, content).toString(scheme.encoding === "hex" ? "hex" : "base64");
}

function decodeAll(texts: readonly string[], { encoding, hash }: KeyedScheme): Buffer[] {
  const signatures: Buffer[] = [];
  for (const text of texts) {
    const signature = decodeSignature(text, encoding, HASH_BYTES[hash]);
    if (signature !== undefined) signatures.push(signature);
  }
  return signatures;
}
