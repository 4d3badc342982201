/** NATS JWTs, version 2: three base64url parts, signed with an nkey. */
import { createHash } from "node:crypto";
import { nkeys } from "nats";

/** A key pair of an operator, account or user. The prefix of the public key (O, A, U) tells which. */
export interface KeyPair {
  getPublicKey(): string;
  getSeed(): Uint8Array;
  sign(data: Uint8Array): Uint8Array;
}

interface Nkeys {
  createOperator(): KeyPair;
  createAccount(): KeyPair;
  createUser(): KeyPair;
  fromSeed(seed: Uint8Array): KeyPair;
}

// The client library re-exports its key functions without types.
const typed: Nkeys = nkeys;

/** A new pair, as its seed. The seed is a secret. */
export function createSeed(kind: "operator" | "account" | "user"): string {
  const create = { operator: typed.createOperator, account: typed.createAccount, user: typed.createUser };
  return new TextDecoder().decode(create[kind]().getSeed());
}

/** Throws on text that is no seed. */
export function fromSeed(seed: string): KeyPair {
  return typed.fromSeed(new TextEncoder().encode(seed));
}

/** What a token says; the server checks `nats` by its `type`. */
export interface Claims {
  /** Public key of whom the token is about. */
  readonly sub: string;
  readonly name: string;
  readonly nats: Readonly<Record<string, unknown>>;
}

/** Signs claims as `issuer`, valid from `issuedAt` (milliseconds since 1970) for ever. */
export function signJwt(issuer: KeyPair, claims: Claims, issuedAt: number): string {
  const body = { iat: Math.floor(issuedAt / 1000), iss: issuer.getPublicKey(), ...claims };
  const jti = createHash("sha256").update(JSON.stringify(body)).digest("base64url");
  const signed = `${part({ typ: "JWT", alg: "ed25519-nkey" })}.${part({ jti, ...body })}`;
  const signature = issuer.sign(new TextEncoder().encode(signed));
  return `${signed}.${Buffer.from(signature).toString("base64url")}`;
}

/** What a token says, unchecked: servers check it. Throws on text that is no token. */
export function decodeJwt(token: string): unknown {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
}

/** The text of a .creds file: what a client needs to connect as this user. A secret. */
export function credsText(jwt: string, seed: string): string {
  return [
    "-----BEGIN NATS USER JWT-----",
    jwt,
    "------END NATS USER JWT------",
    "",
    "-----BEGIN USER NKEY SEED-----",
    seed,
    "------END USER NKEY SEED------",
    "",
  ].join("\n");
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
