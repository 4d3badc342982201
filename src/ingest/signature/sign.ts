/** Signs a request as its platform would: for samples and tests. */
import type { SignatureScheme } from "../../normalizers/scheme.ts";
import { signHmac } from "./hmac.ts";

/** The headers that carry the signature of this body. */
export function sign(scheme: SignatureScheme, secret: string, body: Uint8Array): Record<string, string> {
  if (scheme.kind !== "hmac") return {};
  const [header = ""] = scheme.signature.headers;
  return { [header]: signHmac(scheme, secret, body) };
}
