/** Key pairs made for the tests, and the spellings in which platforms hand the public halves out. */
import { createPublicKey, generateKeyPairSync } from "node:crypto";

export interface KeyPair {
  /** PEM. */
  readonly privateKey: string;
  /** PEM. */
  readonly publicKey: string;
}

export function anRsaPair(bits = 2048): KeyPair {
  return generateKeyPairSync("rsa", {
    modulusLength: bits,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
}

export function anEcPair(namedCurve = "prime256v1"): KeyPair {
  return generateKeyPairSync("ec", {
    namedCurve,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
}

export function toJwk({ publicKey }: KeyPair, more: Readonly<Record<string, unknown>> = {}): object {
  return { ...createPublicKey(publicKey).export({ format: "jwk" }), ...more };
}

/** A key set of the pairs, by key id. */
export function toJwks(pairs: Readonly<Record<string, KeyPair>>): string {
  return JSON.stringify({
    keys: Object.entries(pairs).map(([kid, pair]) => toJwk(pair, { kid, use: "sig" })),
  });
}

/** One public key in every spelling that counts. */
export function spellingsOf(pair: KeyPair): Readonly<Record<string, string>> {
  const { publicKey } = pair;
  const key = createPublicKey(publicKey);
  return {
    PEM: publicKey,
    "PEM on one line": publicKey.replaceAll("\n", ""),
    "PEM with blanks for line breaks": publicKey.replaceAll("\n", " "),
    "PEM with Windows line breaks": publicKey.replaceAll("\n", "\r\n"),
    "PEM in base64": Buffer.from(publicKey).toString("base64"),
    JWK: JSON.stringify(toJwk(pair)),
    "JWK, written wide": JSON.stringify(toJwk(pair), undefined, 2),
    "key set": toJwks({ one: pair }),
    "list of JWK": JSON.stringify([toJwk(pair)]),
    "bare base64": key.export({ type: "spki", format: "der" }).toString("base64"),
  };
}
