/**
 * The lock of a data directory: nats-server has none of its own, and two servers on one store destroy it.
 * The lock knows processes of this machine (and container) only: a directory shared between machines is not protected.
 */
import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { z } from "zod";
import { EmbeddedError, systemCode } from "./error.ts";
import { type Layout, writeAtomic } from "./files.ts";
import { argumentsOf, isRunning, markOf, type ProcessMark, terminate } from "./process.ts";

const markSchema = z.object({ pid: z.number().int().positive(), start: z.string() });
const lockSchema = z.object({ id: z.string(), hub: markSchema, server: markSchema.optional() });

const ORPHAN_GRACE_MS = 20_000;
const ATTEMPTS = 5;

export interface Lock {
  /** Notes the server process, so that the next hub finds it if this one dies. */
  noteServer(pid: number): Promise<void>;
  /** Gives the directory back. Does nothing when the lock is not ours any more. */
  release(): Promise<void>;
}

/**
 * Takes the lock. A lock whose hub is dead is taken over, after a server that outlived that hub has been stopped.
 * Rejects with EmbeddedError `data_dir_locked` while another hub holds it.
 */
export async function acquireLock(dataDir: string, files: Layout): Promise<Lock> {
  const id = randomUUID();
  const hub = (await markOf(process.pid)) ?? { pid: process.pid, start: "" };
  const orphans: number[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await create(files.lock, JSON.stringify({ id, hub }))) {
      const lock = held(files, id, hub);
      await stopOrphans(files, orphans).catch(async (error) => {
        await lock.release();
        throw error;
      });
      return lock;
    }
    const text = await read(files.lock);
    if (text === undefined) continue;
    const holder = parse(text);
    if (holder !== undefined && (await isRunning(holder.hub))) throw locked(dataDir, holder.hub.pid);
    if (holder?.server !== undefined) orphans.push(holder.server.pid);
    await discard(files.lock, text);
  }
  throw new EmbeddedError(
    "data_dir_locked",
    `Other processes are starting on the data directory ${dataDir} at this moment: run one hub per data directory.`,
  );
}

/**
 * Stops a server that runs with our configuration although nobody watches it: the one of the pid file, and `noted` ones.
 * Only for the holder of the lock. Resolves when none is left.
 */
export async function stopOrphans(files: Layout, noted: readonly number[] = []): Promise<void> {
  const written = Number((await read(files.pid)) ?? Number.NaN);
  for (const pid of new Set([...noted, written])) {
    if (!Number.isInteger(pid) || pid <= 1) continue;
    const mark = await markOf(pid);
    // The pid may be another program's by now: only the path of our configuration proves that it is our server.
    const args = mark && (await argumentsOf(pid));
    if (mark === undefined || args === undefined || !args.includes(files.config)) continue;
    await terminate(mark, ORPHAN_GRACE_MS);
  }
  await rm(files.pid, { force: true });
}

function held(files: Layout, id: string, hub: ProcessMark): Lock {
  const isOurs = async () => parse((await read(files.lock)) ?? "")?.id === id;
  return {
    noteServer: async (pid) => {
      const server = await markOf(pid);
      if (server !== undefined && (await isOurs())) {
        await writeAtomic(files.lock, JSON.stringify({ id, hub, server }));
      }
    },
    release: async () => {
      if (await isOurs()) await rm(files.lock, { force: true });
    },
  };
}

/** Makes the lock file with its content in one step; false when there is one already. */
async function create(path: string, text: string): Promise<boolean> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  await writeFile(temporary, text, { mode: 0o600 });
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === "EEXIST") return false;
    // Some mounted file systems know no hard links.
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
    return await createExclusively(path, text);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function createExclusively(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { mode: 0o600, flag: "wx" });
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}

/** Removes a dead hub's lock, unless another hub has replaced it in the meantime: that one is put back. */
async function discard(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomUUID()}.tmp`;
  try {
    await rename(path, aside);
    if ((await read(aside)) !== text) await link(aside, path);
  } catch (error) {
    const code = systemCode(error);
    if (code !== "ENOENT" && code !== "EEXIST") throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

function locked(dataDir: string, pid: number): EmbeddedError {
  const who = pid === process.pid ? "this process" : "another hub";
  return new EmbeddedError(
    "data_dir_locked",
    `The data directory ${dataDir} is in use by ${who}, pid ${pid}: stop it first, or set DATA_DIR to another directory.`,
  );
}

/** undefined for a file that is no lock of ours, for example one cut short by a full disk. */
function parse(text: string): z.output<typeof lockSchema> | undefined {
  try {
    return lockSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
