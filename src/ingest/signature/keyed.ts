/** What HMAC and plain digests have in common: shared secrets, and signatures in a header. */
import { timingSafeEqual } from "node:crypto";
import type { DigestScheme, Hash, HmacScheme } from "../../normalizers/scheme.ts";
import type { VerifyInput } from "./input.ts";
import { type Key, keysOf } from "./key.ts";
import { decodeSignature, readSignatures } from "./list.ts";
import { refuse, type Verification } from "./outcome.ts";
import { type Content, contentOf } from "./parts.ts";
import { checkTime, readTime } from "./time.ts";

export type Compute = (hash: Hash, key: Key, content: Content) => Buffer;

export const HASH_BYTES: Readonly<Record<Hash, number>> = { sha256: 32, sha1: 20, sha512: 64, md5: 16 };

/** Whether one of the secrets made one of the signatures. Every step that cannot be done is a refusal. */
export function verifyKeyed(
  scheme: HmacScheme | DigestScheme,
  input: VerifyInput,
  compute: Compute,
): Verification {
  const { request, secrets, settings, now } = input;
  if (secrets.length === 0) return refuse("no_secret");
  const given = readSignatures(scheme.signature, request.header);
  if (!given.ok) return given;
  const time = "timestamp" in scheme ? scheme.timestamp : undefined;
  const timestamp = time && readTime(time, request, given.fields);
  if (time !== undefined && (timestamp === undefined || timestamp === "")) return refuse("missing_timestamp");
  const signatures = given.texts.flatMap(
    (text) => decodeSignature(text, scheme.encoding, HASH_BYTES[scheme.hash]) ?? [],
  );
  if (signatures.length === 0) return refuse("malformed_signature");
  for (const secret of secrets) {
    for (const key of keysOf(scheme.key, secret, { request, settings, timestamp })) {
      const content = contentOf(scheme.signs, { request, settings, timestamp, secret: String(key) });
      if (content === undefined) return refuse("missing_content");
      const expected = compute(scheme.hash, key, content);
      if (!signatures.some((signature) => timingSafeEqual(signature, expected))) continue;
      return (time && checkTime(time, timestamp ?? "", now)) ?? { ok: true };
    }
  }
  return refuse("wrong_signature");
}

/** The signature of a sender with this secret; undefined when the secret or a part does not fit the scheme. */
export function computeKeyed(
  scheme: HmacScheme | DigestScheme,
  secret: string,
  by: Omit<Parameters<typeof contentOf>[1], "secret">,
  compute: Compute,
): string | undefined {
  const [key] = keysOf(scheme.key, secret, by);
  const content = key === undefined ? undefined : contentOf(scheme.signs, { ...by, secret: String(key) });
  if (key === undefined || content === undefined) return undefined;
  return compute(scheme.hash, key, content).toString(scheme.encoding === "hex" ? "hex" : "base64");
}
