/** Keys of an external cluster's operator, with which the hub makes accounts there as it does on its own server. */
import { readFile } from "node:fs/promises";
import { credsAuthenticator, type NatsConnection } from "nats";
import { z } from "zod";
import { ConfigError } from "../../config.ts";
import type { OperatorFiles } from "../../config-nats.ts";
import type { Logger } from "../../log.ts";
import { decodeJwt, fromSeed, type KeyPair, signJwt } from "../embedded/jwt.ts";
import type { Signers } from "./claims.ts";
import type { Resolver } from "./resolver.ts";
import { exportedServices, type Service } from "./services.ts";

const userInfo = z.object({ data: z.object({ account: z.string().regex(/^A[A-Z2-7]{55}$/) }) });
const signingKey = z.union([z.string(), z.object({ key: z.string() }).transform(({ key }) => key)]);
const accountClaims = z.looseObject({
  sub: z.string(),
  name: z.string(),
  nats: z.looseObject({
    exports: z.array(z.looseObject({ subject: z.string() })).optional(),
    signing_keys: z.array(signingKey).optional(),
  }),
});
type AccountClaims = z.infer<typeof accountClaims>;

/** Reads the keys. Rejects with ConfigError when one is missing or of another kind. */
export async function readSigners(files: OperatorFiles, connection: NatsConnection): Promise<Signers> {
  const operator = await readSeed("NATS_OPERATOR_SEED_FILE", files.operatorSeedFile, "SO");
  const hub = await readSeed("NATS_ACCOUNT_SEED_FILE", files.accountSeedFile, "SA");
  return { operator, hub, hubAccount: await ownAccount(connection) };
}

/** How to log in as a user of the system account. */
export async function systemAuthenticator({ systemCredsFile }: OperatorFiles) {
  return credsAuthenticator(await read("NATS_SYSTEM_CREDS", systemCredsFile));
}

/**
 * Sees to it that the hub's account exports what subscribers import; adds what is missing. Rejects with ConfigError when
 * the keys do not belong to the account.
 */
export async function ensureExports(
  streams: readonly string[],
  deps: { signers: Signers; resolver: Resolver; log: Logger; now: () => number },
): Promise<void> {
  const { signers, resolver, log, now } = deps;
  const known = await resolver.find(signers.hubAccount);
  if (known === undefined) {
    throw new ConfigError([
      "NATS_OPERATOR_SEED_FILE: the servers' account resolver cannot be asked; it has to be of type full",
    ]);
  }
  const claims = accountClaims.parse(decodeJwt(known));
  requireSigner(claims, signers);
  const exported = claims.nats.exports?.map(({ subject }) => subject) ?? [];
  const missing = streams
    .flatMap(exportedServices)
    .filter(({ subject }) => !exported.some((wide) => covers(wide, subject)));
  if (missing.length === 0) return;
  await resolver.put(withExports(claims, missing, signers.operator, now()));
  const subjects = missing.map(({ subject }) => subject);
  log.warn(
    { account: signers.hubAccount, subjects },
    "exports were added to the hub's account; keep them when you push it yourself",
  );
}

/** Whether every subject of `narrow` is one of `wide`. */
function covers(wide: string, narrow: string): boolean {
  const [left, right] = [wide.split("."), narrow.split(".")];
  for (const [at, token] of left.entries()) {
    const other = right[at];
    if (other === undefined) return false;
    if (token === ">") return true;
    if (other === ">" || (token !== "*" && token !== other)) return false;
  }
  return left.length === right.length;
}

function requireSigner({ sub, nats }: AccountClaims, { hub }: Signers): void {
  const key = hub.getPublicKey();
  if (key === sub || nats.signing_keys?.includes(key)) return;
  throw new ConfigError([
    `NATS_ACCOUNT_SEED_FILE: ${key} is neither the key of the account that NATS_CREDS logs in to (${sub}) nor one of its signing keys`,
  ]);
}

function withExports(
  { iat: _iat, iss: _iss, jti: _jti, ...claims }: AccountClaims,
  missing: readonly Service[],
  operator: KeyPair,
  now: number,
): string {
  const added = missing.map(({ name, subject, responseType }) => {
    return { name, subject, type: "service", token_req: true, response_type: responseType };
  });
  const nats = { ...claims.nats, exports: [...(claims.nats.exports ?? []), ...added] };
  return signJwt(operator, { ...claims, nats }, now);
}

async function ownAccount(connection: NatsConnection): Promise<string> {
  try {
    const answer = await connection.request("$SYS.REQ.USER.INFO", "", { timeout: 5000 });
    return userInfo.parse(answer.json()).data.account;
  } catch (error) {
    const problem = new ConfigError([
      "NATS_OPERATOR_SEED_FILE: the servers do not run in operator mode, or do not say in which account NATS_CREDS logs in",
    ]);
    problem.cause = error;
    throw problem;
  }
}

async function readSeed(variable: string, file: string, prefix: "SO" | "SA"): Promise<KeyPair> {
  const text = new TextDecoder().decode(await read(variable, file)).trim();
  try {
    if (text.startsWith(prefix)) return fromSeed(text);
  } catch {
    // Whatever is wrong with it, the sentence below says what is wanted.
  }
  throw new ConfigError([`${variable}: ${file} holds no seed of that kind (${prefix}...)`]);
}

async function read(variable: string, file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: unknown) => {
    throw new ConfigError([`${variable}: ${error instanceof Error ? error.message : String(error)}`]);
  });
}
