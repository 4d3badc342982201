/** Checks a request by the schemes that its wire declares. Whatever is missing or odd is a refusal. */
import type { Authenticity } from "../../normalizers/canonical/event.ts";
import type { SignatureScheme } from "../../normalizers/scheme.ts";
import { verifyCallback } from "./callback.ts";
import { verifyDigest } from "./digest.ts";
import { verifyHmac } from "./hmac.ts";
import type { VerifyInput } from "./input.ts";
import { verifyJws } from "./jws.ts";
import { verifyJwt } from "./jwt.ts";
import { type Refusal, refuse, type Verification } from "./outcome.ts";
import { coversBody } from "./parts.ts";
import { verifyPublicKey } from "./public-key.ts";
import { verifyStatic } from "./static.ts";
import { verifyUnsigned } from "./unsigned.ts";

export type Verified = { readonly ok: true; readonly authenticity: Authenticity } | Refusal;

/**
 * Whether the request passes one of the schemes. Answers at once where shared secrets decide, which is the common case;
 * a promise only where keys or the platform may have to be asked.
 */
export function verify(
  schemes: readonly SignatureScheme[],
  input: VerifyInput,
): Verified | Promise<Verified> {
  return verifyFrom(schemes, input, 0, refuse("no_secret"));
}

/** What a scheme proves: `signature` only where the body is part of what is signed. */
export function authenticityOf(scheme: SignatureScheme): Authenticity {
  switch (scheme.kind) {
    case "hmac":
    case "digest":
    case "rsa":
    case "ecdsa":
      return coversBody(scheme.signs) ? "signature" : "path";
    case "jws":
      return "signature";
    case "jwt":
      return scheme.token === "body" ? "signature" : "path";
    case "static":
    case "callback":
    case "unsigned":
      return "path";
  }
}

function verifyFrom(
  schemes: readonly SignatureScheme[],
  input: VerifyInput,
  from: number,
  before: Refusal,
): Verified | Promise<Verified> {
  let refusal = before;
  for (let at = from; at < schemes.length; at += 1) {
    const scheme = schemes[at];
    if (scheme === undefined) break;
    const checked = check(scheme, input);
    if (checked instanceof Promise) {
      const present = refusal;
      return checked.then((result) =>
        result.ok
          ? { ok: true, authenticity: authenticityOf(scheme) }
          : verifyFrom(schemes, input, at + 1, telling(present, result)),
      );
    }
    if (checked.ok) return { ok: true, authenticity: authenticityOf(scheme) };
    refusal = telling(refusal, checked);
  }
  return refusal;
}

/** Of several schemes' reasons, the one of the scheme that the request tried to satisfy. */
function telling(before: Refusal, now: Refusal): Refusal {
  const says = ({ reason }: Refusal) => reason !== "no_secret" && reason !== "missing_signature";
  if (says(before)) return before;
  return says(now) || before.reason === "no_secret" ? now : before;
}

function check(scheme: SignatureScheme, input: VerifyInput): Verification | Promise<Verification> {
  switch (scheme.kind) {
    case "hmac":
      return verifyHmac(scheme, input);
    case "digest":
      return verifyDigest(scheme, input);
    case "rsa":
    case "ecdsa":
      return verifyPublicKey(scheme, input);
    case "jws":
      return verifyJws(scheme, input);
    case "jwt":
      return verifyJwt(scheme, input);
    case "static":
      return verifyStatic(scheme, input);
    case "callback":
      return verifyCallback(scheme, input);
    case "unsigned":
      return verifyUnsigned(input);
  }
}
