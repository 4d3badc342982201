/** Signs a request as its platform would: for samples and tests. */
import { createHmac, createPrivateKey, type KeyObject, sign as signBytes } from "node:crypto";
import type {
  DigestScheme,
  HmacScheme,
  JwsScheme,
  JwtScheme,
  PublicKeyScheme,
  SignatureScheme,
  SignatureSource,
  SignedTime,
  StaticScheme,
} from "../../normalizers/scheme.ts";
import { viewRequest } from "../request.ts";
import { computeDigest } from "./digest.ts";
import { computeHmac } from "./hmac.ts";
import { computeKeyed } from "./keyed.ts";
import { contentOf, type SignedBy } from "./parts.ts";
import { tokenFor } from "./static.ts";
import { writeTime } from "./time.ts";

export interface SignOptions {
  readonly scheme: SignatureScheme;
  /** For RSA, ECDSA and tokens signed so: the private key as PEM. */
  readonly secret: string;
  readonly body: Uint8Array;
  /** The address as the platform was told. */
  readonly url?: string;
  /** Those of the sample, names in lower case; some are signed. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly now: number;
}

export interface SignedRequest {
  /** The given ones with the signature and its time. */
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/** How long a signed token counts, as far as its body does not say so itself. */
const TOKEN_SECONDS = 300;

/** Throws when the secret does not fit the scheme: then there is nothing that a platform could send. */
export function sign(options: SignOptions): SignedRequest {
  const { scheme, secret, body } = options;
  switch (scheme.kind) {
    case "hmac":
    case "digest":
      return signKeyed(scheme, options);
    case "rsa":
    case "ecdsa":
      return signWithKey(scheme, options);
    case "jws":
      return withHeader(options, scheme.signature, detached(scheme, options));
    case "jwt": {
      const token = makeToken(scheme, options);
      if (scheme.token === "body") return { headers: { ...options.headers }, body: Buffer.from(token) };
      return { headers: { ...options.headers, [scheme.token.header]: `Bearer ${token}` }, body };
    }
    case "static":
      return addToken(scheme, options);
    case "callback":
      return { headers: { ...options.headers, [scheme.token.header]: secret }, body };
    case "unsigned":
      return { headers: { ...options.headers }, body };
  }
}

interface Timed {
  readonly headers: Readonly<Record<string, string>>;
  readonly by: SignedBy;
  /** What a list holds beside the signature. */
  readonly fields: readonly (readonly [string, string])[];
}

function signKeyed(scheme: HmacScheme | DigestScheme, options: SignOptions): SignedRequest {
  const timed = stamp("timestamp" in scheme ? scheme.timestamp : undefined, options);
  const compute = scheme.kind === "hmac" ? computeHmac : computeDigest;
  const text = computeKeyed(scheme, options.secret, timed.by, compute);
  if (text === undefined) throw new Error("the secret or a signed part does not fit the scheme");
  return withHeader({ ...options, headers: timed.headers }, scheme.signature, text, timed.fields);
}

function signWithKey(scheme: PublicKeyScheme, options: SignOptions): SignedRequest {
  const timed = stamp(scheme.timestamp, options);
  const content = contentOf(scheme.signs, timed.by);
  const [first] = scheme.signatures;
  if (content === undefined || first === undefined) throw new Error("a signed part is missing");
  const text = signBytes(scheme.hash, join(content), createPrivateKey(options.secret)).toString(
    scheme.encoding,
  );
  return withHeader({ ...options, headers: timed.headers }, first.signature, text, timed.fields);
}

/** Puts the moment of signing where the scheme wants it; a moment inside the payload stays as it is. */
function stamp(
  time: SignedTime | undefined,
  { headers = {}, body, url = "", settings = {}, now }: SignOptions,
): Timed {
  const text = time && writeTime(time, now);
  const all =
    time !== undefined && text !== undefined && "header" in time.source
      ? { ...headers, [time.source.header]: text }
      : headers;
  const query = url.includes("?") ? url.slice(url.indexOf("?") + 1) : "";
  const request = viewRequest({ header: (name) => all[name], body, url, query });
  const fields =
    time !== undefined && text !== undefined && "field" in time.source
      ? [[time.source.field, text] as const]
      : [];
  return { headers: all, by: { request, settings, timestamp: text }, fields };
}

function withHeader(
  { headers = {}, body }: Pick<SignOptions, "headers" | "body">,
  { headers: [name = ""], prefix = "", list }: SignatureSource,
  text: string,
  fields: readonly (readonly [string, string])[] = [],
): SignedRequest {
  const signature = `${prefix}${text}`;
  const value =
    list === undefined
      ? signature
      : [...fields, [list.key, signature]].map((pair) => pair.join(list.assign)).join(list.separator);
  return { headers: { ...headers, [name]: value }, body };
}

function detached({ algorithms }: JwsScheme, { secret, body }: SignOptions): string {
  const key = createPrivateKey(secret);
  const algorithm = algorithmOf(key, algorithms);
  const header = encode({ alg: algorithm, b64: false, crit: ["b64"] });
  return `${header}..${signToken(key, [header, ".", body])}`;
}

function makeToken(
  { algorithms, claims = {} }: JwtScheme,
  { secret, body, settings = {}, now }: SignOptions,
): string {
  const given: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
  const seconds = Math.floor(now / 1000);
  const expected = Object.entries(claims).map(([name, claim]) => [
    name,
    "constant" in claim ? claim.constant : settings[claim.setting],
  ]);
  // The body's own text stays as it is inside, since numbers may be longer than JSON.parse can hold.
  const added = { iat: seconds, exp: seconds + TOKEN_SECONDS, ...Object.fromEntries(expected) };
  const text = Buffer.from(body).toString("utf8").trim();
  const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
  if (!isObject) throw new Error("the claims have to be an object");
  const missing = Object.fromEntries(Object.entries(added).filter(([name]) => !Object.hasOwn(given, name)));
  const front = JSON.stringify(missing).slice(1, -1);
  const inner = text.slice(1, -1).trim();
  const payload = Buffer.from(`{${[front, inner].filter((part) => part !== "").join(",")}}`).toString(
    "base64url",
  );
  if (!secret.includes("-----BEGIN")) {
    const content = `${encode({ alg: "HS256", typ: "JWT" })}.${payload}`;
    return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
  }
  const key = createPrivateKey(secret);
  const content = `${encode({ alg: algorithmOf(key, algorithms), typ: "JWT" })}.${payload}`;
  return `${content}.${signToken(key, [content])}`;
}

function algorithmOf(key: KeyObject, algorithms: readonly string[]): string {
  const algorithm = key.asymmetricKeyType === "ec" ? "ES256" : "RS256";
  if (!algorithms.includes(algorithm)) throw new Error("the key does not fit the scheme");
  return algorithm;
}

function signToken(key: KeyObject, content: readonly (string | Uint8Array)[]): string {
  return signBytes("sha256", join(content), { key, dsaEncoding: "ieee-p1363" }).toString("base64url");
}

function addToken(scheme: StaticScheme, { secret, body, headers = {} }: SignOptions): SignedRequest {
  const token = `${scheme.prefix ?? ""}${tokenFor(scheme, secret)}`;
  if ("header" in scheme.token) return { headers: { ...headers, [scheme.token.header]: token }, body };
  const text = Buffer.from(body).toString("utf8");
  if ("form" in scheme.token) {
    const field = new URLSearchParams({ [scheme.token.form]: token }).toString();
    return { headers: { ...headers }, body: Buffer.from(text === "" ? field : `${text}&${field}`) };
  }
  // Only members of the payload itself are known to hold secrets.
  const member = `${JSON.stringify(scheme.token.json)}:${JSON.stringify(token)}`;
  return {
    headers: { ...headers },
    body: Buffer.from(text.replace(/^\s*\{/, `{${member},`).replace(/,\s*\}$/, "}")),
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function join(content: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(content.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
}
