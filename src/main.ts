/**
 * The process: reads the environment, listens, starts or reaches NATS, runs the hub, and ends in order: no new requests,
 * then what is in hand, then the connection, then the server it started.
 */
import { join } from "node:path";
import type { Config, Environment } from "./config.ts";
import { ConfigError, describeConfig, loadConfig } from "./config.ts";
import { isLoopback } from "./config-nats.ts";
import { ADMIN_TOKEN_FILE, type Keys, prepareKeys } from "./data-dir.ts";
import { type Listening, openHttp } from "./http.ts";
import { createHub, type Hub } from "./hub.ts";
import { createLogger, type Logger } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { openAccess } from "./nats/access/open.ts";
import { type Broker, connect } from "./nats/connect.ts";
import { type Embedded, startEmbedded } from "./nats/embedded/server.ts";
import { createNames } from "./nats/names.ts";
import { createSecretBox } from "./secret-box.ts";
import { isNewEnough, VERSION_MIN } from "./nats/version.ts";
import { VERSION } from "./version.ts";

/** Runs the hub until the process is told to end. Throws errors whose message is for a person. */
export async function serve(env: Environment, say: (text: string) => void): Promise<void> {
  const config = loadConfig(env);
  const log = createLogger(config.logLevel, { isTerminal: process.stderr.isTTY });
  const keys = prepareKeys(config.dataDir, config, (path, privacy) => {
    log.warn({ path, privacy }, "other users of this machine could get at a file or directory of the hub");
  });
  const ending = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => ending.abort());

  const closers: (() => Promise<void>)[] = [];
  try {
    log.info(describeConfig(config), "entrepot starts");
    const listening = await openHttp(config);
    closers.push(listening.close);
    const publicUrl = config.publicUrl ?? listening.url;
    const metrics = createMetrics({ defaults: true });
    const reach = { log, metrics, say, closers, ending: ending.signal };
    const { broker, embedded, about } = await reachNats(config, env, reach);
    const secretBox = createSecretBox(keys.secretKey);
    const { access, close } = await openAccess(config, { broker, embedded, secretBox, log, now: Date.now });
    closers.push(close);
    const hub = await createHub({
      ...config,
      ...keys,
      broker,
      access,
      prefix: config.natsPrefix,
      publicUrl,
      version: VERSION,
      log,
      metrics,
      now: Date.now,
      onBroken: (error) => {
        log.fatal({ err: error }, "the inbox can no longer be read");
        process.exitCode = 1;
        ending.abort();
      },
    });
    closers.push(() => hub.stop());
    open(listening, hub);
    say(welcome({ config, keys, url: listening.url, about }));
    await new Promise<void>((resolve) => {
      if (ending.signal.aborted) resolve();
      ending.signal.addEventListener("abort", () => resolve());
    });
  } catch (error) {
    // Told to end while it still waited for NATS: that is no failure.
    if (error !== ending.signal.reason) throw error;
  } finally {
    await closeInOrder(closers, log);
  }
}

function open(listening: Listening, hub: Hub): void {
  listening.open((request, bindings) => hub.app.fetch(request, bindings));
}

/** HTTP ends first, then the hub, then NATS: the first two stand at the ends of the list. */
async function closeInOrder(closers: (() => Promise<void>)[], log: Logger): Promise<void> {
  const [http, ...rest] = closers;
  for (const close of [...(http ? [http] : []), ...rest.reverse()]) {
    await close().catch((error: unknown) => log.error({ err: error }, "could not end in order"));
  }
  log.info("entrepot has ended");
}

interface Reach {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly say: (text: string) => void;
  readonly closers: (() => Promise<void>)[];
  readonly ending: AbortSignal;
}

interface About {
  readonly text: string;
  readonly subject: string;
}

async function reachNats(
  config: Config,
  env: Environment,
  reach: Reach,
): Promise<{ broker: Broker; embedded?: Embedded; about: About }> {
  const { log, metrics, closers } = reach;
  const names = createNames(config.natsPrefix);
  const common = { name: "entrepot", log, onStatus: (up: boolean) => metrics.connected.set(up ? 1 : 0) };
  const subject = names.all.commerce;
  if (config.nats) {
    const { url, ...rest } = config.nats;
    const broker = await connect({ ...common, url, config: rest, signal: reach.ending }).catch(refuseServer);
    closers.push(broker.close);
    const version = broker.connection.info?.version ?? "";
    if (!isNewEnough(version)) {
      throw new ConfigError([
        `NATS_URL: nats-server ${version} is too old; the hub needs ${VERSION_MIN} or newer`,
      ]);
    }
    return { broker, about: { text: `${broker.connection.getServer()}, nats-server ${version}`, subject } };
  }
  const embedded = await startServer(config, env, reach, names);
  closers.push(embedded.stop);
  const broker = await connect({
    ...common,
    url: embedded.url,
    authenticator: embedded.credentials.hub,
    ownServerTls: embedded.isTls,
  });
  closers.push(broker.close);
  const text = `${embedded.url}, nats-server ${embedded.version}, durability ${embedded.durability}, credentials ${embedded.credentials.readerFile}`;
  return { broker, embedded, about: { text, subject } };
}

/** What waiting does not mend: a wrong password, a server without JetStream, a file that is not there. */
function refuseServer(error: unknown): never {
  if (error instanceof Error && error.name === "AbortError") throw error;
  const reason = error instanceof Error ? error.message : String(error);
  const hint = reason === "503" ? "JetStream is not enabled there" : reason;
  throw new ConfigError([`NATS_URL: the server cannot be used: ${hint}`]);
}

async function startServer(
  config: Config,
  env: Environment,
  { log, say, ending }: Reach,
  names: ReturnType<typeof createNames>,
): Promise<Embedded> {
  const { host, tls } = config.natsAccess;
  return startEmbedded({
    dataDir: config.dataDir,
    durability: config.durability,
    host,
    tls,
    port: config.natsPort ?? 4222,
    // An address that subscribers elsewhere know must not move.
    portIsDefault: config.natsPort === undefined && isLoopback(host),
    subscriberStreams: [names.streams.commerce, names.streams.direct],
    eventSubject: names.all.commerce,
    env,
    report: say,
    onExit: (text) => {
      if (!ending.aborted) log.warn({ reason: text }, "nats-server ended and is started again");
    },
  });
}

function welcome(is: { config: Config; keys: Keys; url: string; about: About }): string {
  const { config, keys, url, about } = is;
  const file = join(config.dataDir, ADMIN_TOKEN_FILE);
  const token = config.adminToken
    ? "from ADMIN_TOKEN"
    : keys.isNewToken
      ? `${keys.adminToken} (kept in ${file})`
      : `in ${file}`;
  return [
    "",
    `Entrepot ${VERSION} listens on ${url}`,
    `  admin token  ${token}`,
    `  events       ${about.subject} on ${about.text}`,
    "",
    "Connect a store, then send it a signed sample:",
    "  npx entrepot store add shopify acme --secret my-secret",
    "  npx entrepot send shopify orders/create --store acme --secret my-secret",
    "",
  ].join("\n");
}
