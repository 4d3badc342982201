/** A disk of a few megabytes, without being root: a file system in memory, in a namespace that a process of its own keeps. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { killAtExit } from "./child.ts";

export interface SmallDisk {
  /** Where it is for whoever was started with `enter`. */
  readonly dir: string;
  /** Words to put before a command that is to see the disk. */
  readonly enter: readonly string[];
  /** Fills it to the last byte and keeps it full; the result makes room again. */
  readonly fill: () => Promise<() => Promise<void>>;
  readonly stop: () => Promise<void>;
}

const PAGE_BYTES = 4096;
const REFILL_MS = 5;

/** Why there can be no small disk here; undefined when there can. */
export async function smallDiskProblem(): Promise<string | undefined> {
  try {
    await promisify(execFile)("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]);
    return undefined;
  } catch (error) {
    return `no file system can be mounted in a user namespace: ${error instanceof Error ? error.message : error}`;
  }
}

export async function startSmallDisk(megabytes: number): Promise<SmallDisk> {
  const dir = await mkdtemp(join(tmpdir(), "entrepot-disk-"));
  const script = `mount -t tmpfs -o size=${megabytes}m none "$0" && echo mounted && exec sleep infinity`;
  const holder = spawn("unshare", ["-rm", "sh", "-c", script, dir], { stdio: ["ignore", "pipe", "inherit"] });
  killAtExit(holder);
  await once(holder.stdout, "data");
  const ballast = join(`/proc/${holder.pid}/root`, dir, "ballast");
  let isFull = false;
  let filling: Promise<void> | undefined;
  const keepFull = async () => {
    // Whoever has the rest of the disk gives some of it back now and then.
    while (isFull) {
      while (await append(ballast, PAGE_BYTES));
      await sleep(REFILL_MS);
    }
  };
  const endFilling = async () => {
    isFull = false;
    await filling;
  };
  return {
    dir,
    enter: ["nsenter", "--user", "--mount", "--preserve-credentials", "--target", `${holder.pid}`],
    fill: async () => {
      const { bavail, bsize } = await statfs(dirname(ballast));
      await append(ballast, bavail * bsize);
      isFull = true;
      filling = keepFull();
      return async () => {
        await endFilling();
        await rm(ballast);
      };
    },
    stop: async () => {
      await endFilling();
      const exited = once(holder, "exit");
      holder.kill("SIGKILL");
      await exited;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** In one call to the system, which a busy test process does not hold up. False when there is no room for all of it. */
async function append(file: string, bytes: number): Promise<boolean> {
  const handle = await open(file, "a");
  try {
    return (await handle.write(Buffer.alloc(bytes))).bytesWritten === bytes;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false;
    throw error;
  } finally {
    await handle.close();
  }
}
