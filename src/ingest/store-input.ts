/** Whether what an admin tells about a store is what its platform needs. */
import { randomBytes } from "node:crypto";
import { HubError } from "../errors.ts";
import type { Field, Platform } from "../normalizers/platform.ts";
import type { Wire } from "../normalizers/wire.ts";
import { type KeySource, type SignatureScheme, takesKeys, takesSecrets } from "../normalizers/scheme.ts";
import { wireOf } from "../normalizers/registry.ts";
import { hasToken } from "./address.ts";
import { isPublicKeyText, readKeys } from "./signature/key-material.ts";

export type Values = Readonly<Record<string, string>>;

const TOKEN_BYTES = 24;
/** Of a shared secret; public keys may be longer. */
const SECRET_LENGTH_MAX = 1024;
/** A token is a segment of the address. */
const TOKEN = /^[A-Za-z0-9._~-]{16,256}$/;

/** The wire of that name. */
export function checkVariant(platform: Platform, variant: string | undefined): Wire {
  const wire = wireOf(platform, variant);
  if (wire !== undefined) return wire;
  const names = Object.keys(platform.variants ?? {});
  throw refuse(
    names.length === 0
      ? `variant: ${platform.id} has none`
      : `variant: ${variant} is not one of ${names.join(", ")}`,
  );
}

/** A tolerance is only for a wire that signs a moment; elsewhere it would promise what nothing keeps. */
export function checkTolerance({ schemes }: Wire, seconds: number | undefined): void {
  const signsTime = schemes.some((scheme) => "timestamp" in scheme && scheme.timestamp !== undefined);
  if (seconds === undefined || signsTime) return;
  throw refuse("options.timestampToleranceSeconds: this platform signs no moment");
}

/** Every setting that the platform needs is there, looks as it has to, and none is unknown. */
export function checkSettings({ settings = {} }: Platform, values: Values): void {
  checkFields("settings", settings, values);
}

/** Credentials are all or nothing: with some of them the platform's API cannot be read. */
export function checkCredentials({ credentials = {} }: Platform, values: Values): void {
  if (Object.keys(values).length > 0) checkFields("credentials", credentials, values);
}

/**
 * The secrets to store. Where the address holds the secret and none is given, one is made. Each has to be of a kind that
 * the wire can use, since one that it cannot would have every request refused.
 */
export function chooseSecrets(
  wire: Wire,
  given: readonly string[],
): { secrets: readonly string[]; made?: string } {
  const problems = given.flatMap((secret, at) => {
    const problem = problemOf(wire, secret);
    return problem === undefined ? [] : [`secrets.${at}: ${problem}`];
  });
  if (problems.length > 0) throw refuse(problems.join("; "));
  if (given.length > 0) return { secrets: given };
  if (hasToken(wire)) {
    const made = randomBytes(TOKEN_BYTES).toString("base64url");
    return { secrets: [made], made };
  }
  if (needsSecret(wire)) {
    throw refuse("secrets: needs at least one secret: without one every request would be refused");
  }
  return { secrets: given };
}

function problemOf(wire: Wire, secret: string): string | undefined {
  if (secret.includes("PRIVATE KEY-----")) return "is a private key; a store needs the public one";
  if (hasToken(wire)) {
    const isToken = TOKEN.test(secret) && /[^.]/.test(secret);
    return isToken ? undefined : "is a part of the address: needs 16 to 256 letters, digits and . _ ~ -";
  }
  if (isPublicKeyText(secret)) {
    if (!wire.schemes.some(takesKeys)) return "is a public key; this platform signs with a shared secret";
    return readKeys(secret).length > 0 ? undefined : "is no public key that can be read, or too weak a one";
  }
  if (secret.length > SECRET_LENGTH_MAX) return `is longer than ${SECRET_LENGTH_MAX} characters`;
  return wire.schemes.some(takesSecrets)
    ? undefined
    : "has to be a public key: PEM (also in base64), JWK or JWKS";
}

/** Where all keys are fetched, a store needs none of its own. */
function needsSecret({ schemes }: Wire): boolean {
  return schemes.every((scheme) => sourcesOf(scheme).every(({ kind }) => kind === "secret"));
}

function sourcesOf(scheme: SignatureScheme): readonly Pick<KeySource, "kind">[] {
  if (scheme.kind === "rsa" || scheme.kind === "ecdsa") return scheme.signatures.map(({ keys }) => keys);
  return scheme.kind === "jws" || scheme.kind === "jwt" ? [scheme.keys] : [{ kind: "secret" }];
}

function checkFields(what: string, fields: Readonly<Record<string, Field>>, values: Values): void {
  const unknown = Object.keys(values).filter((name) => !Object.hasOwn(fields, name));
  const problems = [
    ...unknown.map((name) => `${what}.${name}: is not one of ${Object.keys(fields).join(", ") || "any"}`),
    ...Object.entries(fields).flatMap(([name, field]) => {
      const problem = problemOfField(field, Object.hasOwn(values, name) ? values[name] : undefined);
      return problem === undefined ? [] : [`${what}.${name}: ${problem}`];
    }),
  ];
  if (problems.length > 0) throw refuse(problems.join("; "));
}

function problemOfField(
  { description, example, optional = false, pattern }: Field,
  value: string | undefined,
): string | undefined {
  if (value === "") return `is empty: ${description} (such as ${example})`;
  if (value === undefined) return optional ? undefined : `is missing: ${description} (such as ${example})`;
  const isWhole = pattern === undefined || pattern.exec(value)?.[0] === value;
  return isWhole ? undefined : `does not look like ${example}: ${description}`;
}

function refuse(explain: string): HubError {
  return new HubError("bad_request", { explain });
}
