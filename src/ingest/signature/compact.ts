/** The compact form that JWS and JWT share: `<header>.<payload>.<signature>` in base64url. */
import { createHmac, type KeyObject, timingSafeEqual, verify as verifyBytes } from "node:crypto";
import { z } from "zod";
import { decodeJson } from "../../normalizers/decode.ts";
import { type Refusal, refuse } from "./outcome.ts";

export type Algorithm = "RS256" | "ES256" | "HS256";

const TOKEN_LENGTH_MAX = 5_000_000;
const HEADER_LENGTH_MAX = 8192;
const BASE64URL = /^[A-Za-z0-9_-]*$/;

const protectedHeader = z.object({
  alg: z.string(),
  kid: z.string().optional(),
  crit: z.array(z.string()).optional(),
  b64: z.boolean().optional(),
});

export interface Compact {
  readonly ok: true;
  readonly header: z.infer<typeof protectedHeader>;
  readonly algorithm: Algorithm;
  readonly headerText: string;
  readonly payloadText: string;
  readonly signature: Buffer;
}

/** Splits a token and checks its header: the algorithm is one of the declared ones, and nothing critical is unknown. */
export function readCompact(
  token: string,
  algorithms: readonly Algorithm[],
  known: readonly string[],
): Compact | Refusal {
  if (token.length > TOKEN_LENGTH_MAX) return refuse("malformed_signature");
  const [headerText = "", payloadText = "", signatureText = "", ...more] = token.split(".");
  const texts = [headerText, payloadText, signatureText];
  if (more.length > 0 || headerText === "" || signatureText === "" || headerText.length > HEADER_LENGTH_MAX) {
    return refuse("malformed_signature");
  }
  if (!texts.every((text) => BASE64URL.test(text))) return refuse("malformed_signature");
  const decoded = decodeJson(Buffer.from(headerText, "base64url"));
  const parsed = protectedHeader.safeParse(decoded.ok ? decoded.value : undefined);
  if (!parsed.success) return refuse("malformed_signature");
  const header = parsed.data;
  if (header.crit?.some((name) => !known.includes(name))) return refuse("malformed_signature");
  const algorithm = algorithms.find((name) => name === header.alg);
  if (algorithm === undefined) return refuse("wrong_algorithm");
  const signature = Buffer.from(signatureText, "base64url");
  // Letters that end in spare bits have several spellings; only the one that is written counts.
  if (signature.toString("base64url") !== signatureText) return refuse("malformed_signature");
  return { ok: true, header, algorithm, headerText, payloadText, signature };
}

/** Whether the key is of the algorithm's kind and made the signature over the parts, joined. */
export function isSigned(
  algorithm: Exclude<Algorithm, "HS256">,
  key: KeyObject,
  content: readonly (string | Uint8Array)[],
  signature: Buffer,
): boolean {
  const bytes = Buffer.concat(content.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
  if (algorithm === "RS256") {
    return key.asymmetricKeyType === "rsa" && verifyBytes("sha256", bytes, key, signature);
  }
  const isP256 = key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1";
  return isP256 && verifyBytes("sha256", bytes, { key, dsaEncoding: "ieee-p1363" }, signature);
}

/** Whether one of the secrets made the signature. */
export function isSignedWithSecret(secrets: readonly string[], content: string, signature: Buffer): boolean {
  return secrets.some((secret) => {
    const expected = createHmac("sha256", secret).update(content).digest();
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  });
}
