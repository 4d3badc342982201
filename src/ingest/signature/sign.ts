/** Signs a request as its platform would: for samples and tests. */
import type { SignatureScheme } from "../../normalizers/platform.ts";
import { signHmac } from "./hmac.ts";

/** The headers that carry the signature of this body. */
export function sign(scheme: SignatureScheme, secret: string, body: Uint8Array): Record<string, string> {
  switch (scheme.kind) {
    case "hmac":
      return { [scheme.header]: signHmac(scheme, secret, body) };
  }
}
