/** Whether what an admin tells about a store is what its platform needs. */
import { randomBytes } from "node:crypto";
import { HubError } from "../errors.ts";
import type { Field, Platform, Wire } from "../normalizers/platform.ts";
import type { KeySource, SignatureScheme } from "../normalizers/scheme.ts";
import { wireOf } from "../normalizers/registry.ts";
import { hasToken } from "./address.ts";

export type Values = Readonly<Record<string, string>>;

const TOKEN_BYTES = 24;
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

/** Every setting that the platform needs is there, looks as it has to, and none is unknown. */
export function checkSettings({ settings = {} }: Platform, values: Values): void {
  checkFields("settings", settings, values);
}

/** Credentials are all or nothing: with some of them the platform's API cannot be read. */
export function checkCredentials({ credentials = {} }: Platform, values: Values): void {
  if (Object.keys(values).length > 0) checkFields("credentials", credentials, values);
}

/** The secrets to store. Where the address holds the secret and none is given, one is made. */
export function chooseSecrets(
  wire: Wire,
  given: readonly string[],
): { secrets: readonly string[]; made?: string } {
  const isPrivate = given.findIndex((secret) => secret.includes("PRIVATE KEY-----"));
  if (isPrivate >= 0) throw refuse(`secrets.${isPrivate}: is a private key; a store needs the public one`);
  if (!hasToken(wire)) {
    if (given.length === 0 && needsSecret(wire)) {
      throw refuse("secrets: needs at least one secret: without one every request would be refused");
    }
    return { secrets: given };
  }
  const odd = given.findIndex((secret) => !TOKEN.test(secret));
  if (odd >= 0) {
    throw refuse(`secrets.${odd}: is a part of the address: needs 16 to 256 letters, digits and . _ ~ -`);
  }
  if (given.length > 0) return { secrets: given };
  const made = randomBytes(TOKEN_BYTES).toString("base64url");
  return { secrets: [made], made };
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
  const problems: string[] = [];
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(fields, name))
      problems.push(`${what}.${name}: is not one of ${Object.keys(fields).join(", ") || "any"}`);
  }
  for (const [name, { description, example, optional = false, pattern }] of Object.entries(fields)) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === "") {
      if (!optional) problems.push(`${what}.${name}: is missing: ${description} (such as ${example})`);
    } else if (pattern !== undefined && pattern.exec(value)?.[0] !== value) {
      problems.push(`${what}.${name}: does not look like ${example}: ${description}`);
    }
  }
  if (problems.length > 0) throw refuse(problems.join("; "));
}

function refuse(explain: string): HubError {
  return new HubError("bad_request", { explain });
}
