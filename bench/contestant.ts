/** The two that are measured: the hub, started as a user would, and the hand-written handler. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "nats";
import { z } from "zod";
import { startChild } from "./child.ts";
import { storeName, storeSecret } from "./stores.ts";
import type { Workspace } from "./workspace.ts";

export const HOST = "127.0.0.1";

export interface Contestant {
  readonly pid: number;
  readonly port: number;
  /** Where its results can be read. */
  readonly stream: string;
  readonly filter: string;
  readonly stop: () => Promise<void>;
}

interface HubSettings {
  readonly stores: number;
  /** Where a CPU profile goes when the hub ends. */
  readonly profile?: { readonly dir: string; readonly name: string };
}

const START_TIMEOUT_MS = 20_000;
const ADMIN_TOKEN = "bench-admin-token-0123456789";
export const SECRET_KEY = "be".repeat(32);
const REQUESTS_AT_ONCE = 32;

export async function startHandwritten(natsUrl: string, workspace: Workspace): Promise<Contestant> {
  const connection = await connect({ servers: natsUrl });
  await (await connection.jetstreamManager()).streams.add({ name: "BENCH", subjects: ["bench.>"] });
  await connection.close();
  const child = startChild(import.meta.resolve("./handwritten.ts"), workspace);
  const { port } = await child.ask("start", { servers: natsUrl }, z.object({ port: z.number() }));
  return { pid: child.pid, port, stream: "BENCH", filter: "bench.orders", stop: child.stop };
}

/** `node dist/cli/main.js serve` with NATS_URL; the stores are connected over the admin API. */
export async function startHub(
  natsUrl: string,
  { stores, profile }: HubSettings,
  workspace: Workspace,
): Promise<Contestant> {
  const dir = workspace.directory("hub");
  const log = openSync(join(dir, "hub.log"), "a");
  const flags = profile
    ? ["--cpu-prof", `--cpu-prof-dir=${profile.dir}`, `--cpu-prof-name=${profile.name}`]
    : [];
  const child = spawn(process.execPath, [...flags, "dist/cli/main.js", "serve"], {
    env: {
      PATH: process.env.PATH,
      HOST,
      PORT: "0",
      DATA_DIR: join(dir, "data"),
      NATS_URL: natsUrl,
      LOG_LEVEL: "warn",
      ADMIN_TOKEN,
      // The bench's endpoints are on this machine.
      EGRESS_ALLOW: "127.0.0.0/8",
    },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  workspace.own(child);
  const readLog = () => readFileSync(join(dir, "hub.log"), "utf8");
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const port = Number(/listens on http:\/\/[^:]+:(\d+)/.exec(readLog())?.[1] ?? 0);
    if (port !== 0) {
      await connectStores(port, stores);
      const stop = () => workspace.end(child, "SIGTERM");
      return { pid: child.pid ?? 0, port, stream: "COMMERCE", filter: "commerce.*.*.order.created", stop };
    }
    await sleep(20);
  }
  throw new Error(`the hub did not start:\n${readLog().slice(-2000)}`);
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
