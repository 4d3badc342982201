/**
 * The embedded NATS server: found or fetched, locked to its data directory, started, watched, started again when it
 * dies, stopped with the hub.
 */
import { hostname } from "node:os";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Authenticator, credsAuthenticator } from "nats";
import type { Signers } from "../access/claims.ts";
import { findServerBinary } from "./binary.ts";
import { type Durability, type ServerConfig, storeBytesMax } from "./config.ts";
import type { Environment, Report } from "./environment.ts";
import { EmbeddedError, reason } from "./error.ts";
import { type Layout, layout, prepare, writeAtomic } from "./files.ts";
import { clientHost, type Launch, type Launched, launch } from "./launch.ts";
import { fromSeed } from "./jwt.ts";
import { acquireLock } from "./lock.ts";
import { type Exposed, type Identities, type Keys, loadKeys, signIdentities } from "./operator.ts";
import { ANY_PORT, keepPort, portsToTry, requireFree } from "./ports.ts";

const BACKOFF_MIN_MS = 100;
const BACKOFF_MAX_MS = 10_000;
/** A server that ran this long was fine; the next restart starts with the shortest pause again. */
const HEALTHY_MS = 60_000;

export interface EmbeddedOptions extends Exposed {
  /** The server keeps everything in `<dataDir>/nats`. */
  readonly dataDir: string;
  readonly durability: Durability;
  /** 127.0.0.1 without it. */
  readonly host?: string;
  /** Certificate and key (paths): with them the server takes only TLS connections. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** 0 or -1: any free port. */
  readonly port: number;
  /** The port is the default, not a wish: when it is taken, this data directory's earlier port or a free one is used. */
  readonly portIsDefault?: boolean;
  /** HTTP monitoring on loopback; off without it. */
  readonly monitorPort?: number;
  /** Read for NATS_SERVER_BIN, PATH and where the cache is. */
  readonly env: Environment;
  readonly report: Report;
  /** Told each time the server ended without `stop`; it is started again by itself. */
  readonly onExit?: (how: string) => void;
}

export interface Embedded {
  /** What a client on this machine connects to. */
  readonly url: string;
  readonly isTls: boolean;
  readonly version: string;
  readonly durability: Durability;
  readonly credentials: {
    /** Everything in the account that owns the streams. */
    readonly hub: Authenticator;
    /** The system account. */
    readonly sys: Authenticator;
    /** Path of a .creds file that may only subscribe to the events. */
    readonly readerFile: string;
  };
  /** Sign the accounts of subscribers. */
  readonly signers: Signers;
  /** Ends the server and gives the data directory back. Close clients first. May be called twice. */
  stop(): Promise<void>;
}

/** Starts the server and resolves when JetStream answers. Rejects with EmbeddedError; then nothing is left running. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { durability, env, report } = options;
  const dataDir = resolve(options.dataDir);
  const files = layout(dataDir);
  await prepare(dataDir, files);
  const binary = await findServerBinary({ env, report });
  const lock = await acquireLock(dataDir, files);
  const stopping = new AbortController();
  try {
    const keys = await loadKeys(files);
    const config = await serverConfig(options, files, keys);
    const job: Launch = { binary: binary.path, config, lock, report, signal: stopping.signal };
    const first = await launchOnPort(job, options);
    await writeAtomic(files.readerCreds, config.identities.creds.reader);
    const watched = watch({ ...job, config: { ...config, port: first.port } }, first, options.onExit);
    let stopped: Promise<void> | undefined;
    return {
      url: `${config.tls ? "tls" : "nats"}://${clientHost(config.host)}:${first.port}`,
      isTls: config.tls !== undefined,
      version: binary.version,
      durability,
      credentials: credentialsOf(config.identities, files),
      signers: signersOf(keys),
      stop: () => {
        stopping.abort();
        stopped ??= watched.then(() => lock.release());
        return stopped;
      },
    };
  } catch (error) {
    stopping.abort();
    await lock.release();
    throw error;
  }
}

/** A server that another process of this hub runs on the same data directory; `stop` leaves it alone. */
export async function joinEmbedded(
  options: Pick<EmbeddedOptions, "dataDir" | "durability" | keyof Exposed>,
  { url, version }: Pick<Embedded, "url" | "version">,
): Promise<Embedded> {
  const files = layout(resolve(options.dataDir));
  const keys = await loadKeys(files);
  return {
    url,
    isTls: url.startsWith("tls:"),
    version,
    durability: options.durability,
    credentials: credentialsOf(signIdentities(keys, options, Date.now()), files),
    signers: signersOf(keys),
    stop: async () => undefined,
  };
}

function credentialsOf({ creds }: Identities, { readerCreds }: Layout): Embedded["credentials"] {
  return { hub: authenticator(creds.hub), sys: authenticator(creds.sys), readerFile: readerCreds };
}

function authenticator(creds: string): Authenticator {
  return credsAuthenticator(new TextEncoder().encode(creds));
}

function signersOf({ operator, accounts }: Keys): Signers {
  const hub = fromSeed(accounts.hub);
  return { operator: fromSeed(operator), hub, hubAccount: hub.getPublicKey() };
}

async function serverConfig(options: EmbeddedOptions, files: Layout, keys: Keys): Promise<ServerConfig> {
  const { durability, host = "127.0.0.1", port, tls, monitorPort } = options;
  return {
    files,
    identities: signIdentities(keys, options, Date.now()),
    durability,
    host,
    port,
    ...(tls && { tls: { cert: resolve(tls.cert), key: resolve(tls.key) } }),
    ...(monitorPort !== undefined && { monitorPort }),
    storeBytesMax: await storeBytesMax(files.store),
    serverName: `entrepot-${hostname().replaceAll(/[^A-Za-z0-9-]/g, "-")}`,
  };
}

/** Starts on the first port that is free. Another program may take it between the look and the start. */
async function launchOnPort(job: Launch, options: EmbeddedOptions): Promise<Launched> {
  const { files, host } = job.config;
  const isDefault = options.portIsDefault === true;
  const ports = await portsToTry(options.port, isDefault, files);
  for (const [place, port] of ports.entries()) {
    try {
      await requireFree(host, port);
      const launched = await launch({ ...job, config: { ...job.config, port } });
      if (isDefault && port === ANY_PORT) await keepPort(launched.port, files);
      if (place > 0) job.report(`port ${options.port} is taken: nats-server listens on ${launched.port}`);
      return launched;
    } catch (error) {
      const isTaken = error instanceof EmbeddedError && error.code === "port_taken";
      if (!isTaken || place === ports.length - 1) throw error;
    }
  }
  throw new Error("there is always a port to try");
}

/** Starts the server again whenever it ends, until the job is aborted. Never rejects. */
async function watch(job: Launch, first: Launched, onExit: EmbeddedOptions["onExit"]): Promise<void> {
  let server: Launched | undefined = first;
  let pauseMs = BACKOFF_MIN_MS;
  let startedAt = Date.now();
  while (true) {
    if (server !== undefined) {
      const how = await server.ended;
      if (job.signal.aborted) return;
      if (Date.now() - startedAt >= HEALTHY_MS) pauseMs = BACKOFF_MIN_MS;
      job.report(`nats-server ended (${how}); starting it again`);
      onExit?.(how);
    }
    await sleep(pauseMs, undefined, { signal: job.signal }).catch(() => undefined);
    if (job.signal.aborted) return;
    pauseMs = Math.min(2 * pauseMs, BACKOFF_MAX_MS);
    startedAt = Date.now();
    server = await relaunch(job);
  }
}

/** undefined when it did not start, or was stopped meanwhile. */
async function relaunch(job: Launch): Promise<Launched | undefined> {
  try {
    const launched = await launch(job);
    job.report(`nats-server runs again on port ${launched.port}`);
    return launched;
  } catch (error) {
    if (!job.signal.aborted) job.report(reason(error));
    return undefined;
  }
}
