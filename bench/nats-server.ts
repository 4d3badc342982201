/** A plain nats-server for one run: a free port, an empty store, the same configuration for whoever is measured. */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "nats";
import type { DurabilityClass } from "./options.ts";
import type { Workspace } from "./workspace.ts";

export interface NatsServer {
  readonly url: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

const START_TIMEOUT_MS = 10_000;

/** Resolves when a client could connect; fails with the server's own log. */
export async function startNatsServer(
  binary: string,
  durability: DurabilityClass,
  workspace: Workspace,
): Promise<NatsServer> {
  const dir = workspace.directory("nats");
  const config = join(dir, "server.conf");
  await writeFile(config, configText(dir, durability));
  const log = openSync(join(dir, "server.log"), "a");
  const child = spawn(binary, ["-c", config], { stdio: ["ignore", log, log] });
  closeSync(log);
  workspace.own(child);
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const url = await findUrl(dir);
    if (url !== undefined && (await accepts(url))) {
      return { url, pid: child.pid ?? 0, stop: () => workspace.end(child, "SIGKILL") };
    }
    await sleep(20);
  }
  throw new Error(
    `nats-server did not start:\n${(await readFile(join(dir, "server.log"), "utf8")).slice(-2000)}`,
  );
}

function configText(dir: string, durability: DurabilityClass): string {
  const sync = durability === "strict" ? "always" : '"100ms"';
  return [
    'listen: "127.0.0.1:-1"',
    `ports_file_dir: ${JSON.stringify(dir)}`,
    "max_payload: 8MB",
    `jetstream { store_dir: ${JSON.stringify(join(dir, "store"))}, sync_interval: ${sync}, max_file_store: 20GB }`,
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
