/** The program as an admin starts it, with its own nats-server: `entrepot serve` in a process that can be killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credsAuthenticator } from "nats";
import { inject } from "vitest";
import { layout } from "../../src/nats/embedded/files.ts";
import { loadKeys, signIdentities } from "../../src/nats/embedded/operator.ts";
import { gone, isRunning, killAtExit } from "../helpers/child.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePorts } from "../helpers/free-ports.ts";
import { ADMIN_TOKEN } from "../helpers/hub.ts";
import type { Install } from "./installation.ts";
import { type HubProcess, peakBytes } from "./processes.ts";

export interface Program {
  readonly install: Install;
  /** Process id of the nats-server that runs now. */
  readonly natsPid: () => Promise<number>;
}

const OUTPUT_MAX = 4000;

/** A data directory of its own, and the program on it. */
export async function prepareProgram(): Promise<Program> {
  const dataDir = await mkdtemp(join(tmpdir(), "entrepot-faults-"));
  const [port = 0, natsPort = 0] = await freePorts(2);
  const natsPid = async () => Number(await readFile(layout(dataDir).pid, "utf8"));
  return {
    natsPid,
    install: async ({ name, prefix, onStart }) => {
      const env = { PORT: String(port), NATS_PORT: String(natsPort), NATS_PREFIX: prefix, DATA_DIR: dataDir };
      const stopServer = async () => {
        const pid = await natsPid();
        // It ends by itself when its hub is gone.
        await gone(pid);
        await rm(dataDir, { recursive: true, force: true });
      };
      onStart(await startProgram(`serve of "${name}"`, env, stopServer));
      const keys = await loadKeys(layout(dataDir));
      const { creds } = signIdentities(keys, { subscriberStreams: [], eventSubject: ">" }, Date.now());
      return {
        natsUrl: `nats://127.0.0.1:${natsPort}`,
        authenticator: credsAuthenticator(new TextEncoder().encode(creds.hub)),
        token: ADMIN_TOKEN,
      };
    },
  };
}

async function startProgram(
  name: string,
  env: Record<string, string>,
  afterwards: () => Promise<void>,
): Promise<HubProcess> {
  let output = "";
  let largest = 0;
  let child: ChildProcess | undefined;
  const ends: string[] = [];
  const killed = new Set<ChildProcess>();
  const start = async () => {
    const next = spawnProgram(env, (text) => {
      output = `${output}${text}`.slice(-OUTPUT_MAX);
    });
    child = next;
    next.once("exit", (code, signal) => {
      if (!killed.has(next)) ends.push(`${name} ended by itself (${code ?? signal}): ${output}`);
    });
    await eventually(
      async () => {
        const { ok } = await fetch(`http://127.0.0.1:${env.PORT}/readyz`);
        if (!ok) throw new Error(`not ready: ${output}`);
      },
      { withinMs: 60_000, everyMs: 100 },
    );
  };
  const kill = async () => {
    if (child === undefined || !isRunning(child)) return;
    killed.add(child);
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
  const sampler = setInterval(async () => {
    largest = Math.max(largest, await peakBytes(child?.pid));
  }, 100);
  await start();
  return {
    name,
    url: `http://127.0.0.1:${env.PORT}`,
    start,
    kill,
    replace: async () => {
      await kill();
      await start();
    },
    output: () => output,
    ends: () => ends,
    struck: () => 0,
    largestBytes: () => largest,
    stop: async () => {
      clearInterval(sampler);
      await kill();
      await afterwards();
    },
  };
}

function spawnProgram(env: Record<string, string>, onOutput: (text: string) => void): ChildProcess {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [join(inject("builtDir"), "src/cli/main.js"), "serve"], {
    env: {
      PATH,
      HOME,
      NATS_SERVER_BIN: inject("natsServerBin"),
      ADMIN_TOKEN,
      EGRESS_ALLOW: "127.0.0.0/8",
      LOG_LEVEL: "error",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => onOutput(chunk.toString()));
  }
  killAtExit(child);
  return child;
}
