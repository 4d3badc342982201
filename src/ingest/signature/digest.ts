/** A plain hash over parts of which one is the secret. */
import { createHash } from "node:crypto";
import type { DigestScheme } from "../../normalizers/scheme.ts";
import type { VerifyInput } from "./input.ts";
import { type Compute, verifyKeyed } from "./keyed.ts";
import { refuse, type Verification } from "./outcome.ts";

export const computeDigest: Compute = (hash, _key, content) => {
  const digest = createHash(hash);
  for (const part of content) digest.update(part);
  return digest.digest();
};

/** A declaration that hashes no secret proves nothing, so nothing passes it. */
export function verifyDigest(scheme: DigestScheme, input: VerifyInput): Verification {
  return scheme.signs.includes("secret") ? verifyKeyed(scheme, input, computeDigest) : refuse("no_secret");
}
