/** One start of the server process, until a client has used it. */
import { closeSync, openSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, credsAuthenticator } from "nats";
import { configText, type ServerConfig } from "./config.ts";
import type { Report } from "./environment.ts";
import { EmbeddedError } from "./error.ts";
import { writeAtomic } from "./files.ts";
import { type Guarded, spawnGuarded } from "./guard.ts";
import { OWN_SERVER_TLS } from "../own-server.ts";
import { type Lock, stopOrphans } from "./lock.ts";
import { portTaken } from "./ports.ts";

/** Reading large streams in takes tens of seconds, so a slow start is reported long before it is given up. */
const READY_TIMEOUT_MS = 300_000;
const STILL_STARTING_MS = 5_000;
const POLL_MS = 20;
const CLIENT_TIMEOUT_MS = 2_000;
const QUOTED_LINES = 3;

export interface Launch {
  readonly binary: string;
  readonly config: ServerConfig;
  readonly lock: Lock;
  readonly report: Report;
  /** Aborting it ends the server. */
  readonly signal: AbortSignal;
}

export interface Launched {
  readonly port: number;
  /** How the server ended, in words. Never rejects. */
  readonly ended: Promise<string>;
}

/**
 * Starts the server and resolves when JetStream has answered a client. Rejects with EmbeddedError `port_taken` or
 * `server_failed`, quoting the server's last error lines; no process is left then.
 */
export async function launch(job: Launch): Promise<Launched> {
  const { files } = job.config;
  await stopOrphans(files);
  await rm(files.portsDir, { recursive: true, force: true });
  await mkdir(files.portsDir, { mode: 0o700 });
  await writeAtomic(files.config, configText(job.config));
  const logStart = await stat(files.log).then(
    ({ size }) => size,
    () => 0,
  );
  const attempt = new AbortController();
  const server = start(job, AbortSignal.any([job.signal, attempt.signal]));
  const port = await readyPort(job, server);
  if (port !== undefined) return { port, ended: server.ended };
  attempt.abort();
  const how = await server.ended;
  const lines = await lastErrors(job.config, logStart);
  if (/address already in use/i.test(lines)) throw portTaken(job.config.host, job.config.port);
  const text = `nats-server did not start (${how}): ${lines || "it printed nothing"}. Its log is ${files.log}.`;
  throw new EmbeddedError("server_failed", text);
}

/** The address that a client on this machine uses; a server that listens everywhere is reached on loopback. */
export function clientHost(host: string): string {
  if (host === "0.0.0.0" || host === "") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

function start({ binary, config }: Launch, signal: AbortSignal): Guarded {
  const output = openSync(config.files.output, "w", 0o600);
  try {
    return spawnGuarded([binary, "-c", config.files.config], output, signal);
  } finally {
    closeSync(output);
  }
}

/** The port, once a client could use JetStream; undefined when the server has ended or is hopelessly late. */
async function readyPort(job: Launch, server: Guarded): Promise<number | undefined> {
  const startedAt = Date.now();
  let reportedAt = startedAt;
  while (server.isRunning() && !job.signal.aborted && Date.now() - startedAt < READY_TIMEOUT_MS) {
    const chosen = await chosenPort(job.config.files.portsDir);
    if (chosen !== undefined && (await answers(job.config, chosen.port))) {
      await job.lock.noteServer(chosen.pid);
      return chosen.port;
    }
    if (Date.now() - reportedAt >= STILL_STARTING_MS) {
      reportedAt = Date.now();
      job.report(
        `nats-server is still reading its streams (${Math.round((reportedAt - startedAt) / 1000)} s) ...`,
      );
    }
    await sleep(POLL_MS);
  }
  return undefined;
}

/** From the file that the server writes when it listens: `nats-server_<pid>.ports`. */
async function chosenPort(dir: string): Promise<{ port: number; pid: number } | undefined> {
  const names = await readdir(dir).catch(() => []);
  for (const name of names) {
    const pid = /_(\d+)\.ports$/.exec(name)?.[1];
    const text = await readFile(join(dir, name), "utf8").catch(() => "");
    const port = /"nats":\s*\[\s*"(?:nats|tls):\/\/[^"]*:(\d+)"/.exec(text)?.[1];
    if (pid !== undefined && port !== undefined) return { port: Number(port), pid: Number(pid) };
  }
  return undefined;
}

async function answers({ host, tls, identities }: ServerConfig, port: number): Promise<boolean> {
  try {
    const client = await connect({
      servers: `${clientHost(host)}:${port}`,
      authenticator: credsAuthenticator(new TextEncoder().encode(identities.creds.hub)),
      reconnect: false,
      timeout: CLIENT_TIMEOUT_MS,
      name: "entrepot start",
      ...(tls ? { tls: OWN_SERVER_TLS } : {}),
    });
    try {
      // Asks for the account's information, which fails until JetStream is up.
      await client.jetstreamManager({ timeout: CLIENT_TIMEOUT_MS });
      return true;
    } finally {
      await client.close();
    }
  } catch {
    // Not yet: the loop asks again, and the server's own log explains a failure better than this client could.
    return false;
  }
}

/** What the server complained about since it was started, on one line. */
async function lastErrors({ files }: ServerConfig, logStart: number): Promise<string> {
  const printed = await readFile(files.output, "utf8").catch(() => "");
  const log = await readFile(files.log, "utf8").catch(() => "");
  // A log shorter than before has been rotated.
  const logged = log.length >= logStart ? log.slice(logStart) : log;
  const lines = [...printed.split("\n"), ...logged.split("\n").filter((line) => /\[(ERR|FTL)\]/.test(line))];
  return lines
    .map((line) => line.replace(/^\[\d+\] [\d/]+ [\d:.]+ /, "").trim())
    .filter((line) => line !== "")
    .slice(-QUOTED_LINES)
    .join("; ");
}
