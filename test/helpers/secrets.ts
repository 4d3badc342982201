/** Secrets that fit a wire: what its platform signs with, and what the store keeps. */
import type { Wire } from "../../src/normalizers/wire.ts";
import type { SignatureScheme } from "../../src/normalizers/scheme.ts";
import { anEcPair, anRsaPair, type KeyPair } from "./key-pairs.ts";

export interface SecretPair {
  readonly signing: string;
  readonly stored: string;
}

const made = new Map<string, KeyPair>();

/** The same for the same name; of another name it is another one. */
export function secretFor({ schemes }: Pick<Wire, "schemes">, name: string): SecretPair {
  const type = keyType(schemes[0]);
  if (type !== undefined) {
    const pair = made.get(`${type}.${name}`) ?? (type === "ec" ? anEcPair() : anRsaPair());
    made.set(`${type}.${name}`, pair);
    return { signing: pair.privateKey, stored: pair.publicKey };
  }
  // Letters that every rule takes: as text, in an address, as base64 and as hexadecimal.
  const text = Buffer.from(`secret-${name}`).toString("hex");
  return { signing: text, stored: text };
}

function keyType(scheme: SignatureScheme | undefined): "rsa" | "ec" | undefined {
  switch (scheme?.kind) {
    case "rsa":
      return "rsa";
    case "ecdsa":
      return "ec";
    case "jws":
    case "jwt": {
      const algorithms: readonly string[] = scheme.algorithms;
      if (algorithms.includes("RS256")) return "rsa";
      return algorithms.includes("ES256") ? "ec" : undefined;
    }
    default:
      return undefined;
  }
}
