/**
 * Public keys in the spellings that platforms hand out: PEM (also on one line or in base64), JWK, key set or list, bare
 * base64. Whatever looks like one is never a shared secret: everybody knows it.
 */
import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { z } from "zod";

export interface NamedKey {
  /** Undefined where the key has no name. */
  readonly id: string | undefined;
  readonly key: KeyObject;
}

const RSA_BITS_MIN = 2048;
const KEYS_MAX = 50;
const PEM = /-----BEGIN (PUBLIC KEY|RSA PUBLIC KEY|CERTIFICATE)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g;
/** `-----BEGIN` in base64. */
const PEM_IN_BASE64 = "LS0tLS1CRUdJTi";
/** How the base64 of DER begins: SPKI of RSA at both offsets, SPKI of EC, PKCS #1. */
const BARE = /^M[A-Za-z0-9+/]{2,8}(?:ANBgkqhkiG9w0BAQ|MA0GCSqGSIb3DQEBAQ|wE[wA]YHKoZIzj0CAQ|gKCA[QYg])/;
const JSON_START = /^(?:\{|\[\s*\{)\s*"/;

const jwk = z.looseObject({ kty: z.string(), kid: z.string().optional(), use: z.string().optional() });
const jwks = z.object({ keys: z.array(z.unknown()).max(KEYS_MAX) });
const listed = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  publicKey: z.string(),
});

/** Whether a secret is meant as public keys; cheap, since it is asked for every secret of every request. */
export function isPublicKeyText(secret: string): boolean {
  const start = secret.trimStart();
  switch (start[0]) {
    case "-":
      return start.startsWith("-----BEGIN");
    case "L":
      return start.startsWith(PEM_IN_BASE64);
    case "M":
      return BARE.test(start);
    case "{":
    case "[":
      return JSON_START.test(start);
    default:
      return false;
  }
}

/** The keys of a text; empty when it holds none that counts. */
export function readKeys(text: string): NamedKey[] {
  const trimmed = text.trim();
  if (/^[{[]/.test(trimmed)) return readDocument(trimmed);
  if (BARE.test(trimmed)) return named(undefined, readBare(trimmed));
  const pem = trimmed.startsWith(PEM_IN_BASE64) ? Buffer.from(trimmed, "base64").toString("latin1") : trimmed;
  return [...pem.matchAll(PEM)].slice(0, KEYS_MAX).flatMap(([, label = "", content = ""]) => {
    const text = `-----BEGIN ${label}-----\n${fold(content)}\n-----END ${label}-----\n`;
    return named(
      undefined,
      toKey(() => createPublicKey(text)),
    );
  });
}

function readBare(text: string): KeyObject | undefined {
  const der = Buffer.from(text, "base64");
  return (
    toKey(() => createPublicKey({ key: der, format: "der", type: "spki" })) ??
    toKey(() => createPublicKey({ key: der, format: "der", type: "pkcs1" }))
  );
}

function named(id: string | undefined, key: KeyObject | undefined): NamedKey[] {
  return key === undefined ? [] : [{ id, key }];
}

/** A JWK, a key set, or a list of keys in some member of an object: `{"keys":[{"id":"1","publicKey":"..."}]}`. */
function readDocument(text: string): NamedKey[] {
  const value = parse(text);
  const set = jwks.safeParse(value);
  const single = jwk.safeParse(value);
  const candidates: readonly unknown[] = single.success
    ? [single.data]
    : set.success
      ? set.data.keys
      : listsOf(value).slice(0, KEYS_MAX);
  return candidates.flatMap(readEntry);
}

function readEntry(entry: unknown): NamedKey[] {
  const web = jwk.safeParse(entry);
  if (web.success) {
    if (web.data.use !== undefined && web.data.use !== "sig") return [];
    // Only the public members: a private key in a key set is a mistake, but not ours to use.
    const { kty, n, e, crv, x, y } = web.data;
    const key = toKey(() => createPublicKey({ key: webKey({ kty, n, e, crv, x, y }), format: "jwk" }));
    return named(web.data.kid, key);
  }
  const inList = listed.safeParse(entry);
  if (!inList.success) return [];
  const { id, publicKey } = inList.data;
  if (publicKey.includes("-----BEGIN")) return readKeys(publicKey).map(({ key }) => ({ id, key }));
  return named(id, readBare(publicKey));
}

function webKey(members: Readonly<Record<string, unknown>>): JsonWebKey {
  const texts = Object.entries(members).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return Object.fromEntries(texts);
}

function listsOf(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value;
  return Object.values(value).flatMap((member) => (Array.isArray(member) ? member : []));
}

/** Undefined for what is no key, for kinds that nobody signs webhooks with, and for keys that are too weak. */
function toKey(make: () => KeyObject): KeyObject | undefined {
  try {
    const key = make();
    const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
    if (key.asymmetricKeyType === "rsa") return modulusLength >= RSA_BITS_MIN ? key : undefined;
    return key.asymmetricKeyType === "ec" && namedCurve !== undefined ? key : undefined;
  } catch {
    return undefined;
  }
}

function fold(content: string): string {
  return (content.replace(/\s/g, "").match(/.{1,64}/g) ?? []).join("\n");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
