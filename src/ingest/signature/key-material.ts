/** Public keys in the spellings that platforms hand out: PEM (also on one line or in base64), JWK, key set, bare base64. */
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

const jwk = z.looseObject({ kty: z.string(), kid: z.string().optional(), use: z.string().optional() });
const jwks = z.object({ keys: z.array(z.unknown()).max(KEYS_MAX) });
const listed = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  publicKey: z.string(),
});

/** Whether a secret is meant as public keys; cheap, since it is asked for every secret of every request. */
export function isPublicKeyText(secret: string): boolean {
  const start = secret.trimStart();
  return start.startsWith("-----BEGIN") || start.startsWith(PEM_IN_BASE64) || /^\{\s*"/.test(start);
}

/** The keys of a text; empty when it holds none that counts. */
export function readKeys(text: string): NamedKey[] {
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) return readDocument(trimmed);
  const pem = trimmed.startsWith(PEM_IN_BASE64) ? Buffer.from(trimmed, "base64").toString("latin1") : trimmed;
  return [...pem.matchAll(PEM)].flatMap(([, label = "", content = ""]) => {
    const key = toKey(() =>
      createPublicKey(`-----BEGIN ${label}-----\n${fold(content)}\n-----END ${label}-----\n`),
    );
    return key === undefined ? [] : [{ id: undefined, key }];
  });
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
    return key === undefined ? [] : [{ id: web.data.kid, key }];
  }
  const named = listed.safeParse(entry);
  if (!named.success) return [];
  const { id, publicKey } = named.data;
  if (publicKey.includes("-----BEGIN")) return readKeys(publicKey).map(({ key }) => ({ id, key }));
  const key = toKey(() =>
    createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" }),
  );
  return key === undefined ? [] : [{ id, key }];
}

function webKey(members: Readonly<Record<string, unknown>>): JsonWebKey {
  const texts = Object.entries(members).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return Object.fromEntries(texts);
}

function listsOf(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
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
