/** Nothing is signed: the address holds the secret. */
import { isSameText } from "./compare.ts";
import type { VerifyInput } from "./input.ts";
import { isPublicKeyText } from "./key-material.ts";
import { refuse, type Verification } from "./outcome.ts";

export function verifyUnsigned({ request, secrets }: VerifyInput): Verification {
  const usable = secrets.filter((secret) => secret !== "" && !isPublicKeyText(secret));
  if (usable.length === 0) return refuse("no_secret");
  const { token } = request;
  if (token === undefined || token === "") return refuse("missing_signature");
  return usable.some((secret) => isSameText(token, secret)) ? { ok: true } : refuse("wrong_signature");
}
