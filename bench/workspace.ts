/** Everything that must not be left behind: processes and one temporary directory, removed however the bench ends. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Workspace {
  /** A new empty directory. */
  readonly directory: (name: string) => string;
  readonly own: (child: ChildProcess) => void;
  /** Sends the signal and resolves when the process has ended; SIGKILL after ten seconds. */
  readonly end: (child: ChildProcess, signal: NodeJS.Signals) => Promise<void>;
}

const END_TIMEOUT_MS = 10_000;

/** Cleans up when this process exits, also by Ctrl-C. */
export function createWorkspace(): Workspace {
  const root = mkdtempSync(join(tmpdir(), "entrepot-bench-"));
  const children = new Set<ChildProcess>();
  let directories = 0;
  process.on("exit", () => {
    for (const child of children) child.kill("SIGKILL");
    // A killed server may still be writing for a moment.
    rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });
  process.once("SIGINT", () => process.exit(130));
  process.once("SIGTERM", () => process.exit(143));
  process.once("SIGHUP", () => process.exit(129));
  return {
    directory: (name) => {
      const path = join(root, `${name}-${directories++}`);
      mkdirSync(path);
      return path;
    },
    own: (child) => {
      children.add(child);
      child.once("exit", () => children.delete(child));
      child.on("error", () => children.delete(child));
    },
    end: async (child, signal) => {
      if (!children.has(child)) return;
      const exited = once(child, "exit");
      child.kill(signal);
      const timer = setTimeout(() => child.kill("SIGKILL"), END_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}
