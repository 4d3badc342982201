/** HMAC in a header, over the bytes as received and whatever else the scheme names. */
import { createHmac } from "node:crypto";
import type { HmacScheme } from "../../normalizers/scheme.ts";
import type { VerifyInput } from "./input.ts";
import { type Compute, verifyKeyed } from "./keyed.ts";
import type { Verification } from "./outcome.ts";

export const computeHmac: Compute = (hash, key, content) => {
  const hmac = createHmac(hash, key);
  for (const part of content) hmac.update(part);
  return hmac.digest();
};

export function verifyHmac(scheme: HmacScheme, input: VerifyInput): Verification {
  return verifyKeyed(scheme, input, computeHmac);
}
