/** The configuration of the embedded server, as text. It holds tokens that are public, and no seeds. */
import { readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Layout } from "./files.ts";
import type { Identities } from "./operator.ts";

/**
 * `strict`: an acknowledged message is synced to disk. `relaxed`: it is synced within 100 ms; a process crash loses
 * nothing, a power cut up to that interval.
 */
export type Durability = "strict" | "relaxed";

export interface ServerConfig {
  readonly files: Layout;
  readonly identities: Identities;
  readonly durability: Durability;
  readonly host: string;
  /** -1 lets the server choose. */
  readonly port: number;
  /** Absolute paths; the server takes only TLS connections then. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** HTTP monitoring on loopback; off when absent, -1 lets the server choose. */
  readonly monitorPort?: number;
  readonly storeBytesMax: number;
  readonly serverName: string;
}

const GIGABYTE = 1024 ** 3;
const FREE_DISK_SHARE = 0.8;
const LOG_BYTES_MAX = 10 * 1024 ** 2;

/** The text of the configuration file. JSON strings are valid strings in it. */
export function configText(config: ServerConfig): string {
  const { files, identities, host, port, tls, monitorPort } = config;
  const text = (value: string) => JSON.stringify(value);
  const preload = [...identities.accounts].map(([key, jwt]) => `  ${key}: ${text(jwt)}`);
  return [
    `# Written by entrepot at every start; changes are lost. Durability: ${config.durability}.`,
    `server_name: ${text(config.serverName)}`,
    `host: ${text(host)}`,
    `port: ${port}`,
    ...(tls ? [`tls { cert_file: ${text(tls.cert)}, key_file: ${text(tls.key)}, timeout: 5 }`] : []),
    ...(monitorPort === undefined ? [] : [`http: "127.0.0.1:${monitorPort}"`]),
    `pid_file: ${text(files.pid)}`,
    `ports_file_dir: ${text(files.portsDir)}`,
    `log_file: ${text(files.log)}`,
    `logfile_size_limit: ${LOG_BYTES_MAX}`,
    "logfile_max_num: 3",
    "max_payload: 8MB",
    // An operator who asks for lame duck mode gets the shortest duration that the server accepts.
    'lame_duck_duration: "30s"',
    'lame_duck_grace_period: "2s"',
    "jetstream {",
    `  store_dir: ${text(files.store)}`,
    `  sync_interval: ${config.durability === "strict" ? "always" : '"100ms"'}`,
    `  max_file_store: ${config.storeBytesMax}`,
    "}",
    `operator: ${text(identities.operatorJwt)}`,
    `system_account: ${text(identities.systemAccount)}`,
    `resolver { type: full, dir: ${text(files.jwtDir)}, allow_delete: true, interval: "2m" }`,
    "resolver_preload {",
    ...preload,
    "}",
    "",
  ].join("\n");
}

/** How much the streams may take, in bytes: 80 % of what is free or theirs already, and at least 1 GB. */
export async function storeBytesMax(store: string): Promise<number> {
  const { bavail, bsize } = await statfs(store);
  const bytes = FREE_DISK_SHARE * (bavail * bsize + (await bytesBelow(store)));
  return Math.max(GIGABYTE, Math.floor(bytes));
}

/** Next to nothing beside the messages, and some files for each subscription. */
const CONSUMERS_DIR = "obs";

async function bytesBelow(dir: string): Promise<number> {
  const entries = await readdir(dir, { withFileTypes: true });
  const sizes = entries.map(async (entry) => {
    const path = join(dir, entry.name);
    if (!entry.isDirectory()) return (await stat(path)).size;
    return entry.name === CONSUMERS_DIR ? 0 : bytesBelow(path);
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
