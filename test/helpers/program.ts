/** The program in a process of its own, from the sources. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { inject } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

export interface Running {
  readonly child: ChildProcess;
  /** Everything that it has printed so far. */
  readonly printed: () => { readonly out: string; readonly err: string };
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>;
}

/** Starts `entrepot` with these arguments; of this process's environment it gets only where programs are. */
export function startProgram(args: readonly string[], env: Readonly<Record<string, string>>): Running {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", join(ROOT, "src/cli/main.ts"), ...args], {
    cwd: ROOT,
    env: { PATH, HOME, NATS_SERVER_BIN: inject("natsServerBin"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    text.out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    text.err += chunk.toString();
  });
  return { child, printed: () => text, ended: once(child, "close").then(([code]) => code) };
}
