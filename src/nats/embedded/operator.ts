/**
 * Who is who on the embedded server: an operator, the system account, the HUB account that owns all streams, and their
 * users. Accounts are the isolation boundary: whoever must not reach the streams gets an account of its own.
 */
import { readdir, readFile } from "node:fs/promises";
import { z } from "zod";
import { exportedServices } from "../access/services.ts";
import { EmbeddedError, reason, systemCode } from "./error.ts";
import { type Layout, writeAtomic } from "./files.ts";
import { createSeed, credsText, fromSeed, signJwt } from "./jwt.ts";

const seed = (prefix: "SO" | "SA" | "SU") => z.string().regex(new RegExp(`^${prefix}[A-Z2-7]{56}$`));

const keysSchema = z.strictObject({
  operator: seed("SO"),
  accounts: z.strictObject({ sys: seed("SA"), hub: seed("SA") }),
  users: z.strictObject({ sys: seed("SU"), hub: seed("SU"), reader: seed("SU") }),
});

/** Seeds of every identity. Streams live under the HUB account's key, so these are kept for ever. */
export type Keys = z.output<typeof keysSchema>;

/** New seeds for a new data directory. */
export function createKeys(): Keys {
  return {
    operator: createSeed("operator"),
    accounts: { sys: createSeed("account"), hub: createSeed("account") },
    users: { sys: createSeed("user"), hub: createSeed("user"), reader: createSeed("user") },
  };
}

/**
 * The seeds of a data directory, created on its first start. The caller holds the directory's lock.
 * Rejects with EmbeddedError `server_failed` when they are unreadable, or gone while streams are there: new seeds would
 * make the streams vanish.
 */
export async function loadKeys(files: Layout): Promise<Keys> {
  try {
    return keysSchema.parse(JSON.parse(await readFile(files.keys, "utf8")));
  } catch (error) {
    const missing = systemCode(error) === "ENOENT";
    if (missing && (await readdir(files.store)).length === 0) {
      const keys = createKeys();
      await writeAtomic(files.keys, `${JSON.stringify(keys, null, 2)}\n`);
      return keys;
    }
    const problem = missing ? "is missing" : `cannot be read (${reason(error).slice(0, 200)})`;
    const text = `${files.keys} ${problem}, and the streams in ${files.store} belong to an account that only it names: restore it from a backup.`;
    throw new EmbeddedError("server_failed", text, { cause: error });
  }
}

/** What the HUB account lets others ask for, and what the reader may see. */
export interface Exposed {
  /** Streams that hold consumers of subscribers. */
  readonly subscriberStreams: readonly string[];
  /** Subjects of all events (`commerce.>`, or with a prefix). */
  readonly eventSubject: string;
}

/** Everything signed: for the server's configuration and for its clients. */
export interface Identities {
  readonly operatorJwt: string;
  readonly systemAccount: string;
  /** Account public key -> its JWT. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Texts of .creds files. */
  readonly creds: { readonly sys: string; readonly hub: string; readonly reader: string };
}

/** Signs all tokens anew; `now` is in milliseconds since 1970. The accounts stay the same for the same keys. */
export function signIdentities(keys: Keys, events: Exposed, now: number): Identities {
  const operator = fromSeed(keys.operator);
  const sys = fromSeed(keys.accounts.sys);
  const hub = fromSeed(keys.accounts.hub);
  const user = (name: "sys" | "hub" | "reader", permissions: Permissions) => {
    const pair = fromSeed(keys.users[name]);
    const nats = { ...permissions, ...USER_LIMITS, type: "user", version: 2 };
    const claims = { sub: pair.getPublicKey(), name, nats };
    return credsText(signJwt(name === "sys" ? sys : hub, claims, now), keys.users[name]);
  };
  const account = (name: string, sub: string, nats: object) => {
    const rest = { default_permissions: ANYTHING, type: "account", version: 2 };
    return signJwt(operator, { sub, name, nats: { ...nats, ...rest } }, now);
  };
  const operatorKey = operator.getPublicKey();
  const operatorClaims = { sub: operatorKey, name: "entrepot", nats: { type: "operator", version: 2 } };
  return {
    operatorJwt: signJwt(operator, operatorClaims, now),
    systemAccount: sys.getPublicKey(),
    accounts: new Map([
      [sys.getPublicKey(), account("SYS", sys.getPublicKey(), { limits: ACCOUNT_LIMITS })],
      [hub.getPublicKey(), account("HUB", hub.getPublicKey(), hubClaims(events.subscriberStreams))],
    ]),
    creds: {
      sys: user("sys", ANYTHING),
      hub: user("hub", ANYTHING),
      reader: user("reader", { pub: { deny: [">"] }, sub: { allow: [events.eventSubject] } }),
    },
  };
}

interface Permissions {
  readonly pub: { readonly deny?: readonly string[] };
  readonly sub: { readonly allow?: readonly string[] };
}

const ANYTHING: Permissions = { pub: {}, sub: {} };
const USER_LIMITS = { subs: -1, data: -1, payload: -1 };
const ACCOUNT_LIMITS = {
  ...USER_LIMITS,
  imports: -1,
  exports: -1,
  wildcards: true,
  conn: -1,
  leaf: -1,
};
const JETSTREAM_LIMITS = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

/** The exports are complete from the first start, so that adding a subscriber account never changes this one. */
function hubClaims(streams: readonly string[]): object {
  const exports = streams.flatMap(exportedServices).map(({ name, subject, responseType }) => {
    return { name, subject, type: "service", token_req: true, response_type: responseType };
  });
  return { limits: { ...ACCOUNT_LIMITS, ...JETSTREAM_LIMITS }, exports };
}
