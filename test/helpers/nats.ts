/**
 * A plain nats-server for integration tests: no accounts, a free port of 127.0.0.1, its own temporary store.
 * The binary comes from the global setup of the integration project (`nats-binary.ts`).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "nats";
import { inject } from "vitest";
import { isRunning, killAtExit } from "./child.ts";

const START_DEADLINE_MS = 20_000;

export interface TestServerOptions {
  /** JetStream with a temporary store; on unless false. */
  readonly jetstream?: boolean;
  /** `strict` syncs every write, `relaxed` (the default: quicker tests) every 100 ms. */
  readonly durability?: "strict" | "relaxed";
  /** Lines added to the server configuration as they are. */
  readonly extraConfig?: string;
  /** What all streams together may hold; 10 GB without it. */
  readonly storeMax?: string;
  /** Where it keeps its streams, instead of in a temporary directory. */
  readonly storeDir?: string;
  /** Words that go before its command. */
  readonly enter?: readonly string[];
}

// One for each server that runs.
process.setMaxListeners(50);

export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** Ends the server and removes its data. May be called twice. */
  stop(): Promise<void>;
  /** SIGKILL: the data stays, `restart` continues with it. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same data; ends it first (SIGTERM) where it still runs. */
  restart(changes?: Pick<TestServerOptions, "storeMax">): Promise<void>;
  /** SIGSTOP: it keeps its connections and answers nothing until `thaw`. */
  freeze(): void;
  thaw(): void;
}

/** Starts a server and resolves when a client could connect. Fails with the server's own log when it does not start. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const dir = await mkdtemp(join(tmpdir(), "entrepot-nats-"));
  let server = await launch(dir, options, -1);
  const { port } = server;
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    kill: () => end(server.child, "SIGKILL"),
    restart: async (changes = {}) => {
      await end(server.child, "SIGTERM");
      server = await launch(dir, { ...options, ...changes }, port);
    },
    freeze: () => void server.child.kill("SIGSTOP"),
    thaw: () => void server.child.kill("SIGCONT"),
    stop: async () => {
      await end(server.child, "SIGTERM");
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function launch(dir: string, options: TestServerOptions, wantedPort: number) {
  const configFile = join(dir, "server.conf");
  await writeFile(configFile, configText(dir, options, wantedPort));
  const log = openSync(join(dir, "server.log"), "a");
  const binary = inject("natsServerBin");
  const [command = binary, ...words] = [...(options.enter ?? []), binary, "-c", configFile];
  const child = spawn(command, words, { stdio: ["ignore", log, log] });
  closeSync(log);
  killAtExit(child);
  child.on("error", () => undefined);
  return { child, port: await ready(dir, child) };
}

function configText(dir: string, options: TestServerOptions, port: number): string {
  const sync = options.durability === "strict" ? "always" : '"100ms"';
  const store = JSON.stringify(options.storeDir ?? join(dir, "store"));
  return [
    `listen: "127.0.0.1:${port}"`,
    `ports_file_dir: ${JSON.stringify(dir)}`,
    "max_payload: 8MB",
    ...(options.jetstream === false
      ? []
      : [
          `jetstream { store_dir: ${store}, sync_interval: ${sync}, max_file_store: ${options.storeMax ?? "10GB"} }`,
        ]),
    options.extraConfig ?? "",
    "",
  ].join("\n");
}

/** The port of the server, once a client has connected to it. */
async function ready(dir: string, child: ChildProcess): Promise<number> {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (Date.now() < deadline && isRunning(child)) {
    const port = await chosenPort(dir, child.pid);
    if (port !== undefined && (await accepts(port))) return port;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill("SIGKILL");
  const log = await readFile(join(dir, "server.log"), "utf8");
  throw new Error(`nats-server for the test did not start:\n${log.slice(-2_000)}`);
}

async function chosenPort(dir: string, pid: number | undefined): Promise<number | undefined> {
  const name = (await readdir(dir)).find((file) => file.endsWith(`_${pid}.ports`));
  if (name === undefined) return undefined;
  const match = /nats:\/\/[^"]*:(\d+)/.exec(await readFile(join(dir, name), "utf8"));
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

async function accepts(port: number): Promise<boolean> {
  try {
    const options = { servers: `127.0.0.1:${port}`, reconnect: false, timeout: 2_000 };
    await (await connect(options)).close();
    return true;
  } catch (error) {
    // A server that asks for credentials (extraConfig) answers, and that is all we want to know here.
    return error instanceof Error && /authorization/i.test(error.message);
  }
}

async function end(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (!isRunning(child)) return;
  // One that was frozen would not hear of its end.
  child.kill("SIGCONT");
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}
