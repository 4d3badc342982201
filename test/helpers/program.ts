/** The built program in a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";

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
  const child = spawn(process.execPath, [join(inject("packageDir"), "dist/cli/main.js"), ...args], {
    cwd: tmpdir(),
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
