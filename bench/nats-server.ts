/** Plain nats-servers for one run: free ports, empty stores, the same configuration for whoever is measured. */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "nats";
import { clusterConfig } from "../test/helpers/cluster.ts";
import { freePorts } from "../test/helpers/free-ports.ts";
import type { DurabilityClass } from "./options.ts";
import type { Workspace } from "./workspace.ts";

export interface NatsServer {
  /** Of a cluster, that of one of its servers. */
  readonly url: string;
  readonly pids: readonly number[];
  readonly stop: () => Promise<void>;
}

const START_TIMEOUT_MS = 10_000;

/** Resolves when a client could connect; fails with the server's own log. */
export async function startNatsServer(
  binary: string,
  durability: DurabilityClass,
  workspace: Workspace,
  clusterText = "",
): Promise<NatsServer> {
  const dir = workspace.directory("nats");
  const config = join(dir, "server.conf");
  await writeFile(config, configText(dir, durability, clusterText));
  const log = openSync(join(dir, "server.log"), "a");
  const child = spawn(binary, ["-c", config], { stdio: ["ignore", log, log] });
  closeSync(log);
  workspace.own(child);
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const url = await findUrl(dir);
    if (url !== undefined && (await accepts(url))) {
      return { url, pids: [child.pid ?? 0], stop: () => workspace.end(child, "SIGKILL") };
    }
    await sleep(20);
  }
  throw new Error(
    `nats-server did not start:\n${(await readFile(join(dir, "server.log"), "utf8")).slice(-2000)}`,
  );
}

/** As many servers as one cluster; resolves when they have agreed on a leader. */
export async function startNatsCluster(
  binary: string,
  durability: DurabilityClass,
  size: number,
  workspace: Workspace,
): Promise<NatsServer> {
  const ports = await freePorts(size);
  const servers = await Promise.all(
    ports.map((_port, at) => startNatsServer(binary, durability, workspace, clusterConfig(ports, at))),
  );
  const url = servers[0]?.url ?? "";
  await untilLed(url);
  return {
    url,
    pids: servers.flatMap(({ pids }) => pids),
    stop: async () => {
      await Promise.all(servers.map(({ stop }) => stop()));
    },
  };
}

/** JetStream answers. */
async function untilLed(url: string): Promise<void> {
  const connection = await connect({ servers: url });
  try {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      try {
        await connection.jetstreamManager();
        return;
      } catch (error) {
        if (Date.now() >= deadline) throw error;
        await sleep(50);
      }
    }
  } finally {
    await connection.close();
  }
}

function configText(dir: string, durability: DurabilityClass, clusterText: string): string {
  const sync = durability === "strict" ? "always" : '"100ms"';
  return [
    'listen: "127.0.0.1:-1"',
    `ports_file_dir: ${JSON.stringify(dir)}`,
    "max_payload: 8MB",
    `jetstream { store_dir: ${JSON.stringify(join(dir, "store"))}, sync_interval: ${sync}, max_file_store: 20GB }`,
    clusterText,
    "",
  ].join("\n");
}

/** From the file that a server writes into this directory when it listens; undefined before. */
export async function findUrl(dir: string): Promise<string | undefined> {
  const file = (await readdir(dir)).find((name) => name.endsWith(".ports"));
  if (file === undefined) return undefined;
  return /nats:\/\/[^"]+/.exec(await readFile(join(dir, file), "utf8"))?.[0];
}

async function accepts(url: string): Promise<boolean> {
  try {
    await (await connect({ servers: url, reconnect: false, timeout: 2000 })).close();
    return true;
  } catch {
    return false;
  }
}
