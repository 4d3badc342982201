/** Hub processes that are killed and started again, on a port that stays. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { inject } from "vitest";
import { isRunning, killAtExit } from "../helpers/child.ts";
import { freePorts } from "../helpers/free-ports.ts";
import type { ChildOptions } from "./hub-child.ts";
import type { Kill } from "./points.ts";

export interface HubProcess {
  readonly name: string;
  readonly url: string;
  /** Kills it (SIGKILL) and starts another one in its place. */
  readonly replace: () => Promise<void>;
  /** SIGKILL; `start` puts another one in its place. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** The end of what its processes said. */
  readonly output: () => string;
  /** How many of the planned kills have struck so far. */
  readonly struck: () => number;
  /** The largest size that any process had that served here, in bytes; 0 where the system does not tell. */
  readonly largestBytes: () => number;
  /** Processes that ended although nobody had killed them, in words. */
  readonly ends: () => readonly string[];
  /** Ends it for good. */
  readonly stop: () => Promise<void>;
}

export interface HubProcessOptions extends Omit<ChildOptions, "port" | "kill"> {
  readonly name: string;
  /** One after the other: each process ends itself at its point, and the next one takes its place. */
  readonly kills?: readonly Kill[];
}

const SAMPLE_EVERY_MS = 100;
const OUTPUT_MAX = 4000;
const FAILED_STARTS_MAX = 10;

/** Starts a hub; it is started again whenever it has ended itself as planned. */
export async function startHubProcess({
  name,
  kills = [],
  ...options
}: HubProcessOptions): Promise<HubProcess> {
  const [port = 0] = await freePorts(1);
  const planned = [...kills];
  let struck = 0;
  let largest = 0;
  let output = "";
  const ends: string[] = [];
  let failedStarts = 0;
  let child: ChildProcess | undefined;
  /** Has loaded everything and waits to take over. */
  let standby: ChildProcess | undefined;
  let starting: Promise<void> = Promise.resolve();
  /** Processes that were told to end. */
  const ending = new Set<ChildProcess>();

  const spawnNext = () =>
    spawnHub((text) => {
      output = `${output}${text}`.slice(-OUTPUT_MAX);
    });
  const launch = async (): Promise<void> => {
    const kill = planned.shift();
    const next = standby ?? spawnNext();
    standby = kill !== undefined ? spawnNext() : undefined;
    let isReady = false;
    child = next;
    // It gives up when the broker hangs while it starts; whoever watches it starts it again.
    const mayStartAgain = () => !isReady && ++failedStarts <= FAILED_STARTS_MAX;
    next.once("close", (code, signal) => {
      if (ending.has(next)) return;
      const isStruck = kill !== undefined && signal === "SIGKILL";
      if (!isStruck && !mayStartAgain()) {
        ends.push(`${name} ended by itself (${code ?? signal}): ${output}`);
        return;
      }
      if (isStruck) struck += 1;
      else if (kill !== undefined) planned.unshift(kill);
      starting = launch();
    });
    next.send({ ...options, port, kill } satisfies ChildOptions);
    // One that kills itself while it starts is replaced by the next.
    isReady = await Promise.race([ready(next), once(next, "exit").then(() => false)]);
  };
  const start = () => {
    starting = launch();
    return starting;
  };
  const end = async () => {
    await starting;
    if (child === undefined || !isRunning(child)) return;
    ending.add(child);
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
  const sampler = setInterval(async () => {
    largest = Math.max(largest, await peakBytes(child?.pid));
  }, SAMPLE_EVERY_MS);

  await start();
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    kill: () => end(),
    start,
    replace: async () => {
      await end();
      await start();
    },
    ends: () => ends,
    output: () => output,
    struck: () => struck,
    largestBytes: () => largest,
    stop: async () => {
      clearInterval(sampler);
      await end();
      standby?.kill("SIGKILL");
    },
  };
}

function spawnHub(onOutput: (text: string) => void): ChildProcess {
  const file = join(inject("builtDir"), "test/faults/hub-child.js");
  const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  child.stderr?.on("data", (chunk: Buffer) => onOutput(chunk.toString()));
  killAtExit(child);
  return child;
}

async function ready({ stdout }: ChildProcess): Promise<boolean> {
  if (stdout === null) return false;
  for await (const line of createInterface({ input: stdout })) if (line === "ready") return true;
  return false;
}

/** VmHWM of Linux. */
export async function peakBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
