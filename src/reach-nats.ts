/** The way to NATS: the servers of `NATS_URL`, or the one that belongs to this hub. */
import { type Config, ConfigError, type Environment } from "./config.ts";
import { isLoopback } from "./config-nats.ts";
import type { Logger } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { type Broker, connect } from "./nats/connect.ts";
import type { Embedded, EmbeddedOptions } from "./nats/embedded/server.ts";
import { createNames } from "./nats/names.ts";
import { isNewEnough, VERSION_MIN } from "./nats/version.ts";

export interface Reach {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Takes what has to be closed at the end, in the order of its opening. */
  readonly closers: (() => Promise<void>)[];
  /** Ends the wait for servers that are not there yet. */
  readonly ending: AbortSignal;
  /** The server that belongs to this hub. */
  readonly ownServer: () => Promise<Embedded>;
}

export interface Reached {
  readonly broker: Broker;
  readonly embedded?: Embedded;
  /** The server in words. */
  readonly about: string;
}

/** Connects. Rejects with ConfigError where waiting does not help. */
export async function reachNats(config: Config, reach: Reach): Promise<Reached> {
  const { log, metrics, closers } = reach;
  const common = { name: "entrepot", log, onStatus: (up: boolean) => metrics.connected.set(up ? 1 : 0) };
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
    return { broker, about: `${broker.connection.getServer()}, nats-server ${version}` };
  }
  const embedded = await reach.ownServer();
  closers.push(embedded.stop);
  const broker = await connect({
    ...common,
    url: embedded.url,
    authenticator: embedded.credentials.hub,
    ownServerTls: embedded.isTls,
  });
  closers.push(broker.close);
  const about = `${embedded.url}, nats-server ${embedded.version}, durability ${embedded.durability}, credentials ${embedded.credentials.readerFile}`;
  return { broker, embedded, about };
}

/** What waiting does not mend: a wrong password, a server without JetStream, a file that is not there. */
function refuseServer(error: unknown): never {
  if (error instanceof Error && error.name === "AbortError") throw error;
  const reason = error instanceof Error ? error.message : String(error);
  const hint = reason === "503" ? "JetStream is not enabled there" : reason;
  throw new ConfigError([`NATS_URL: the server cannot be used: ${hint}`]);
}

/** How the hub's own server is started. */
export function ownServerOptions(
  config: Config,
  env: Environment,
  { log, say, ending }: Pick<Reach, "log" | "ending"> & { readonly say: (text: string) => void },
): EmbeddedOptions {
  const { host, tls } = config.natsAccess;
  return {
    dataDir: config.dataDir,
    durability: config.durability,
    host,
    tls,
    port: config.natsPort ?? 4222,
    // An address that subscribers elsewhere know must not move.
    portIsDefault: config.natsPort === undefined && isLoopback(host),
    ...exposed(config),
    env,
    report: say,
    onExit: (text) => {
      if (!ending.aborted) log.warn({ reason: text }, "nats-server ended and is started again");
    },
  };
}

/** What the account that owns the streams lets others ask for. */
export function exposed({ natsPrefix }: Config): Pick<EmbeddedOptions, "subscriberStreams" | "eventSubject"> {
  const { streams, all } = createNames(natsPrefix);
  return { subscriberStreams: [streams.commerce, streams.direct], eventSubject: all.commerce };
}
