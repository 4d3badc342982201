/** A disk of a few megabytes, without being root: a file system in memory, in a namespace that a process of its own keeps. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

const BALLAST_BYTES = 8_000_000;
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
  return {
    dir,
    enter: ["nsenter", "--user", "--mount", "--preserve-credentials", "--target", `${holder.pid}`],
    fill: async () => {
      const ballast = join(`/proc/${holder.pid}/root`, dir, "ballast");
      // Big pieces first: it is to be full while the load goes on.
      for (const bytes of [BALLAST_BYTES, PAGE_BYTES]) while (await append(ballast, bytes));
      // Whoever has the rest of the disk gives some of it back now and then.
      let isFull = true;
      const filling = (async () => {
        while (isFull) {
          while (await append(ballast, PAGE_BYTES));
          await sleep(REFILL_MS);
        }
      })();
      return async () => {
        isFull = false;
        await filling;
        await rm(ballast);
      };
    },
    stop: async () => {
      const exited = once(holder, "exit");
      holder.kill("SIGKILL");
      await exited;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** False when there is no room. */
async function append(file: string, bytes: number): Promise<boolean> {
  try {
    await writeFile(file, Buffer.alloc(bytes), { flag: "a" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false;
    throw error;
  }
}
