/** Chooses how NATS subscribers get at their consumers: what the hub can do depends on the servers it uses. */
import type { Config, NatsConfig } from "../../config.ts";
import type { NatsAccessConfig, OperatorFiles } from "../../config-nats.ts";
import type { Logger } from "../../log.ts";
import type { SecretBox } from "../../secret-box.ts";
import type { Access } from "../../subscriptions/access.ts";
import { type Broker, openConnection } from "../connect.ts";
import type { Embedded } from "../embedded/server.ts";
import { createNames, type Names } from "../names.ts";
import { createIssuer } from "./issuer.ts";
import { createNoAccess } from "./none.ts";
import { ensureExports, readSigners, systemAuthenticator } from "./operator-keys.ts";
import { createPrepared } from "./prepared.ts";
import { readPrepared } from "./prepared-file.ts";
import { createResolver } from "./resolver.ts";

export interface OpenAccess {
  readonly access: Access;
  readonly close: () => Promise<void>;
}

export interface AccessDeps {
  /** What subscribers connect to; without it what the hub itself connects to. */
  readonly publicUrls?: readonly string[] | undefined;
  readonly secretBox: SecretBox;
  readonly log: Logger;
  readonly now: () => number;
}

export interface ClusterDeps extends AccessDeps {
  readonly broker: Broker;
  readonly nats: NatsConfig;
  readonly names: Names;
  readonly replicas: number;
}

const CONNECTION_NAME = "entrepot accounts";

/** For the servers of this configuration. Rejects with ConfigError when what is configured for them cannot be used. */
export async function openAccess(
  { nats, natsAccess, natsPrefix, replicas }: Config,
  {
    broker,
    embedded,
    ...rest
  }: Omit<AccessDeps, "publicUrls"> & { broker: Broker; embedded: Embedded | undefined },
): Promise<OpenAccess> {
  const deps = { ...rest, publicUrls: natsAccess.publicUrls };
  if (embedded) return openEmbeddedAccess(embedded, deps);
  if (nats === undefined) throw new Error("there is a server of the hub's own or one to connect to");
  return openClusterAccess(natsAccess, { ...deps, broker, nats, names: createNames(natsPrefix), replicas });
}

/** On the server that the hub runs itself it may do everything. */
export async function openEmbeddedAccess(embedded: Embedded, deps: AccessDeps): Promise<OpenAccess> {
  const { url, isTls, credentials, signers } = embedded;
  const connection = await openConnection({
    url,
    name: CONNECTION_NAME,
    authenticator: credentials.sys,
    ownServerTls: isTls,
    log: deps.log,
  });
  const resolver = createResolver(connection, signers.operator, deps.now);
  const servers = () => deps.publicUrls ?? [url];
  return {
    access: createIssuer({ ...deps, signers, resolver, servers }),
    close: () => connection.close(),
  };
}

/**
 * On an external cluster: accounts that the hub makes with the operator's keys, prepared ones, or none. Rejects with
 * ConfigError when what is configured cannot be used.
 */
export async function openClusterAccess(
  { operator, subscribersFile }: Pick<NatsAccessConfig, "operator" | "subscribersFile">,
  deps: ClusterDeps,
): Promise<OpenAccess> {
  const servers = () => deps.publicUrls ?? withoutUserinfo(deps.nats.url);
  if (operator) return openOperatorAccess(operator, servers, deps);
  if (subscribersFile === undefined) return { access: createNoAccess(servers), close: async () => undefined };
  const load = () => readPrepared(subscribersFile);
  await load();
  const { broker, names, replicas, now } = deps;
  const kv = await broker.js.views.kv(names.preparedBucket, { history: 1, replicas });
  return { access: createPrepared({ load, kv, servers, now }), close: async () => undefined };
}

async function openOperatorAccess(
  files: OperatorFiles,
  servers: () => readonly string[],
  deps: ClusterDeps,
): Promise<OpenAccess> {
  const { broker, nats, names, log, now } = deps;
  const { commerce, direct } = names.streams;
  const signers = await readSigners(files, broker.connection);
  const connection = await openConnection({
    url: nats.url,
    name: CONNECTION_NAME,
    authenticator: await systemAuthenticator(files),
    config: { tls: nats.tls },
    log,
  });
  try {
    const resolver = createResolver(connection, signers.operator, now);
    await ensureExports([commerce, direct], { signers, resolver, log, now });
    return {
      access: createIssuer({ ...deps, signers, resolver, servers }),
      close: () => connection.close(),
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function withoutUserinfo(urls: string): string[] {
  return urls.split(",").map((url) => url.trim().replace(/\/\/[^@/]*@/, "//"));
}
