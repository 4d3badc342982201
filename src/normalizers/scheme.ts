/**
 * How platforms sign, as data: one record per scheme, checked by one verifier per kind in `ingest/signature/`. The store's
 * stored variant and secrets decide what is checked, never the shape of a request alone.
 */

/** Where a value stands in a request. */
export type Source =
  | { readonly header: string }
  /** A dotted path in the payload. A string on the way is read as JSON, for envelopes that nest JSON in strings. */
  | { readonly json: string }
  /** A field of a form body. */
  | { readonly form: string }
  /** A parameter of the address. */
  | { readonly query: string }
  /** What follows the store's name in the address, for senders that name the topic nowhere else. */
  | { readonly path: "topic" }
  /** SHA-256 of the body, for platforms that send no id of the delivery. */
  | { readonly digest: "body" }
  | { readonly constant: string }
  /** The first that is there and not empty. */
  | { readonly firstOf: readonly Source[] };

/** A part of what is signed, in order. */
export type SignedPart =
  | "body"
  | "body-base64"
  /** Lower-case hexadecimal SHA-256 of the body. */
  | "body-sha256"
  /** The address that the platform was told, with its query: made from PUBLIC_URL, not from what a proxy passes on. */
  | "url"
  /** Path and query of that address. */
  | "path"
  /** The query string as received. */
  | "query"
  /** The moment that the scheme's `timestamp` names, in its own spelling. */
  | "timestamp"
  | "secret"
  | { readonly text: string }
  | { readonly header: string }
  /** The text of a value in the payload, as the body spells it. */
  | { readonly json: string }
  /** A setting of the store, such as the app's key. */
  | { readonly setting: string };

export type Hash = "sha256" | "sha1" | "sha512" | "md5";
/** `either`: senders of both spellings were seen. */
export type Encoding = "base64" | "hex" | "either";

/** Where signatures stand: in one header (or one of its alternates), as they are or inside a list. */
export interface SignatureSource {
  /** Lower case; the first that is there counts. */
  readonly headers: readonly string[];
  /** In front of each signature (`sha256=`). */
  readonly prefix?: string;
  /** `t=1,v1=ab,v1=cd` is `{ separator: ",", assign: "=", key: "v1" }`; any of several signatures is enough. */
  readonly list?: { readonly separator: string; readonly assign: string; readonly key: string };
}

/** When the request was signed, and how far that may be from now. */
export interface SignedTime {
  /** A header, a field of the signature header's list, a value in the payload, or a parameter of the address. */
  readonly source:
    | { readonly header: string }
    | { readonly field: string }
    | { readonly json: string }
    | { readonly query: string };
  readonly format: "seconds" | "milliseconds" | "iso";
  /** A store's option `timestampToleranceSeconds` goes before it. */
  readonly toleranceSeconds: number;
}

/** How the secret becomes the key. Default: its UTF-8 text. */
export interface KeyRule {
  /** Dropped from the front of the secret (`whsec_`). */
  readonly prefix?: string;
  readonly decode?: "text" | "hex" | "base64";
  readonly normalize?: "NFKD";
  /** Other spellings that some senders sign with. */
  readonly forms?: readonly ("plain" | "html-escaped")[];
  /** The key is an HMAC of these parts under the secret, as hexadecimal text. */
  readonly derive?: { readonly hash: Hash; readonly signs: readonly SignedPart[] };
}

/** HMAC of signed parts, sent in a header. */
export interface HmacScheme {
  readonly kind: "hmac";
  readonly signature: SignatureSource;
  readonly hash: Hash;
  readonly encoding: Encoding;
  readonly signs: readonly SignedPart[];
  readonly timestamp?: SignedTime;
  readonly key?: KeyRule;
}

/** A plain hash of parts of which one is the secret. */
export interface DigestScheme {
  readonly kind: "digest";
  readonly signature: SignatureSource;
  readonly hash: Hash;
  readonly encoding: Encoding;
  readonly signs: readonly SignedPart[];
  readonly key?: KeyRule;
}

/**
 * Public keys. The store's secrets may be keys themselves (PEM, base64 of PEM, JWK or JWKS): then only those count. Otherwise
 * the keys are fetched over https from a place that the declaration or the store's settings pin, and cached.
 */
export type KeySource =
  | { readonly kind: "secret" }
  /** A key set at a fixed address; `{name}` is a setting of the store. */
  | { readonly kind: "jwks"; readonly url: string; readonly cacheSeconds: number }
  /** A PEM at a path that a header names; only the host is ours to choose, so the path has to match exactly. */
  | {
      readonly kind: "pem";
      readonly origin: string;
      readonly path: { readonly header: string; readonly pattern: RegExp };
      readonly cacheSeconds: number;
    };

/** RSA (PKCS #1 v1.5) or ECDSA over signed parts. One of `signatures` is enough. */
export interface PublicKeyScheme {
  readonly kind: "rsa" | "ecdsa";
  /** Each with the keys it was made with: platforms that roll keys send two. */
  readonly signatures: readonly { readonly signature: SignatureSource; readonly keys: KeySource }[];
  readonly hash: "sha256" | "sha512";
  readonly encoding: "base64" | "hex";
  readonly signs: readonly SignedPart[];
  readonly timestamp?: SignedTime;
  /** Values of the payload that have to equal a setting of the store: whose webhook it is. */
  readonly audience?: { readonly anyOf: readonly Source[]; readonly setting: string };
}

/** Detached JWS (RFC 7515, RFC 7797 with `b64: false`) over the body. */
export interface JwsScheme {
  readonly kind: "jws";
  readonly signature: SignatureSource;
  readonly algorithms: readonly ("RS256" | "ES256")[];
  readonly keys: KeySource;
}

/** The body, or a bearer token, is a signed JWT; `exp` and `nbf` are honoured. A JWT body is the payload. */
export interface JwtScheme {
  readonly kind: "jwt";
  readonly token: "body" | { readonly header: string };
  readonly algorithms: readonly ("RS256" | "ES256" | "HS256")[];
  readonly keys: KeySource;
  readonly leewaySeconds: number;
  readonly claims?: Readonly<Record<string, { readonly setting: string } | { readonly constant: string }>>;
}

/** The secret itself is sent, in a header or in the body; it says who sends, not what. */
export interface StaticScheme {
  readonly kind: "static";
  readonly token: { readonly header: string } | { readonly json: string } | { readonly form: string };
  /** In front of the secret (`Bearer `). */
  readonly prefix?: string;
  /** What is sent is a hash of the secret. */
  readonly hashed?: { readonly hash: Hash; readonly encoding: "hex" | "base64" };
}

/** The platform is asked whether it sent this token. */
export interface CallbackScheme {
  readonly kind: "callback";
  readonly token: { readonly header: string };
  /** `{token}` is the token, encoded. */
  readonly url: string;
  readonly auth: "basic" | "bearer";
}

/** Nothing is signed: the address holds a secret that nobody can guess, and money is believed only after reading it back. */
export interface UnsignedScheme {
  readonly kind: "unsigned";
  readonly reason: string;
}

/**
 * A store of a platform with several schemes is checked by each that its secrets fit, in order; a platform where the admin
 * has to choose declares variants instead.
 */
export type SignatureScheme =
  | HmacScheme
  | DigestScheme
  | PublicKeyScheme
  | JwsScheme
  | JwtScheme
  | StaticScheme
  | CallbackScheme
  | UnsignedScheme;

/** Whether a store can prove itself by a key whose public half it shows. */
export function takesKeys(scheme: SignatureScheme): boolean {
  if (scheme.kind === "jwt") return scheme.algorithms.some((algorithm) => algorithm !== "HS256");
  return scheme.kind === "rsa" || scheme.kind === "ecdsa" || scheme.kind === "jws";
}

/** Whether store and hub share a secret. */
export function takesSecrets(scheme: SignatureScheme): boolean {
  return scheme.kind === "jwt" ? scheme.algorithms.includes("HS256") : !takesKeys(scheme);
}
