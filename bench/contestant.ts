/** The two that are measured: the hub, started as a user would, and the hand-written handler. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "nats";
import { z } from "zod";
import { startChild } from "./child.ts";
import { storeName, storeSecret } from "./stores.ts";
import { programsOf } from "./usage.ts";
import type { Workspace } from "./workspace.ts";

export const HOST = "127.0.0.1";

export interface Contestant {
  readonly pid: number;
  /** All processes that do its work. */
  readonly pids: () => Promise<readonly number[]>;
  readonly port: number;
  /** Where its results can be read. */
  readonly stream: string;
  readonly filter: string;
  readonly stop: () => Promise<void>;
}

interface HubSettings {
  readonly stores: number;
  /** One without it. */
  readonly workers?: number;
  /** Of each stream; one without it. */
  readonly copies?: number;
  /** Where a CPU profile goes when the hub ends. */
  readonly profile?: { readonly dir: string; readonly name: string };
}

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 5;
const ADMIN_TOKEN = "bench-admin-token-0123456789";
export const SECRET_KEY = "be".repeat(32);
const HUB_ENVIRONMENT = {
  HOST,
  PORT: "0",
  LOG_LEVEL: "warn",
  ADMIN_TOKEN,
  SECRET_KEY,
  // The bench's endpoints are on this machine.
  EGRESS_ALLOW: "127.0.0.0/8",
};
const REQUESTS_AT_ONCE = 32;

export async function startHandwritten(natsUrl: string, workspace: Workspace): Promise<Contestant> {
  const connection = await connect({ servers: natsUrl });
  await (await connection.jetstreamManager()).streams.add({ name: "BENCH", subjects: ["bench.>"] });
  await connection.close();
  const child = startChild(import.meta.resolve("./handwritten.ts"), workspace);
  const { port } = await child.ask("start", { servers: natsUrl }, z.object({ port: z.number() }));
  const { pid, stop } = child;
  return { pid, pids: async () => [pid], port, stream: "BENCH", filter: "bench.orders", stop };
}

/** `node dist/cli/main.js serve` with NATS_URL; the stores are connected over the admin API. */
export async function startHub(
  natsUrl: string,
  { stores, profile, workers = 1, copies = 1 }: HubSettings,
  workspace: Workspace,
): Promise<Contestant> {
  const dir = workspace.directory("hub");
  const flags = profile
    ? ["--cpu-prof", `--cpu-prof-dir=${profile.dir}`, `--cpu-prof-name=${profile.name}`]
    : [];
  const env = { DATA_DIR: join(dir, "data"), NATS_URL: natsUrl, NATS_REPLICAS: String(copies) };
  const hub = await launchHub({ dir, flags, args: ["--workers", String(workers)], env }, workspace);
  await connectStores(hub.port, stores);
  return hub;
}

interface HubLaunch {
  /** Where its log goes. */
  readonly dir: string;
  readonly flags: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Resolves when it has said where it listens, which is when it is ready. */
export async function launchHub(
  { dir, flags, args, env }: HubLaunch,
  workspace: Workspace,
): Promise<Contestant> {
  const file = join(dir, "hub.log");
  const log = openSync(file, "w");
  const child = spawn(process.execPath, [...flags, "dist/cli/main.js", "serve", ...args], {
    env: { ...HUB_ENVIRONMENT, PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  workspace.own(child);
  const port = await portOf(child, file);
  const pid = child.pid ?? 0;
  return {
    pid,
    pids: () => programsOf(pid),
    port,
    stream: "COMMERCE",
    filter: "commerce.*.*.order.created",
    stop: () => workspace.end(child, "SIGTERM"),
  };
}

async function portOf(child: ChildProcess, log: string): Promise<number> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const port = Number(/listens on http:\/\/[^:]+:(\d+)/.exec(readFileSync(log, "utf8"))?.[1] ?? 0);
    if (port !== 0) return port;
    await sleep(POLL_MS);
  }
  throw new Error(`the hub did not start:\n${readFileSync(log, "utf8").slice(-2000)}`);
}

async function connectStores(port: number, count: number): Promise<void> {
  await inParallel(count, (number) =>
    askHub(port, "POST", "/api/stores", {
      platform: "shopify",
      name: storeName(number),
      secrets: [storeSecret(number)],
    }),
  );
}

/** Does it for every number below `count`, some at once. */
export async function inParallel(count: number, work: (number: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let number = next++; number < count; number = next++) await work(number);
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, worker));
}

/** A request to the admin API; gives the text of the answer. */
export async function askHub(port: number, method: string, path: string, body?: object): Promise<string> {
  const answer = await fetch(`http://${HOST}:${port}${path}`, {
    method,
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, "Content-Type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: the hub answered ${answer.status} ${text}`);
  return text;
}
