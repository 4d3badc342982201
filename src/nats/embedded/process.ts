/** Processes that this one did not start, or that outlived it. */
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "./run.ts";

const POLL_MS = 25;
const PS_TIMEOUT_MS = 5_000;

/** A process as it can be recognized later, when its pid may belong to another one. */
export interface ProcessMark {
  readonly pid: number;
  /** When it started, comparable only as equal; "" where that cannot be told. */
  readonly start: string;
}

/** The mark of a running process; undefined when there is none with this pid. */
export async function markOf(pid: number): Promise<ProcessMark | undefined> {
  if (!exists(pid)) return undefined;
  const fields = await statFields(pid);
  if (fields === undefined) {
    const start = process.platform === "linux" ? "" : await ps(pid, "lstart");
    return { pid, start };
  }
  // A zombie has ended; it only waits to be asked how.
  if (fields[0] === "Z") return undefined;
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  return { pid, start: `${boot.trim()}:${fields[19] ?? ""}` };
}

/** Whether this very process still runs. Unknown start times count as the same process. */
export async function isRunning(mark: ProcessMark): Promise<boolean> {
  const now = await markOf(mark.pid);
  return now !== undefined && (now.start === mark.start || now.start === "" || mark.start === "");
}

/** The arguments of a process, program first; undefined when it is gone or they cannot be read. */
export async function argumentsOf(pid: number): Promise<string[] | undefined> {
  const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => undefined);
  if (text !== undefined) return text === "" ? undefined : text.split("\0");
  const line = process.platform === "linux" ? "" : await ps(pid, "command");
  return line === "" ? undefined : line.split(" ");
}

/** SIGTERM, and SIGKILL for what is left after `graceMs`. Resolves when the process is gone. */
export async function terminate(mark: ProcessMark, graceMs: number): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (!(await isRunning(mark))) return;
    try {
      process.kill(mark.pid, signal);
    } catch {
      // It ended in this moment, or is not ours to end: the check below tells which.
    }
    const deadline = Date.now() + graceMs;
    while (Date.now() < deadline) {
      if (!(await isRunning(mark))) return;
      await sleep(POLL_MS);
    }
  }
  throw new Error(`process ${mark.pid} does not end`);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** The fields of /proc/<pid>/stat after the program's name (which may hold anything): the state first. */
async function statFields(pid: number): Promise<string[] | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return text
    ?.slice(text.lastIndexOf(")") + 2)
    .trim()
    .split(" ");
}

async function ps(pid: number, column: "lstart" | "command"): Promise<string> {
  const args = ["-ww", "-o", `${column}=`, "-p", String(pid)];
  const output = await run("ps", args, { timeoutMs: PS_TIMEOUT_MS }).catch(() => "");
  return output.trim();
}
