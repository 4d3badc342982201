/**
 * Servers that we fetched. The file name carries the sha256 of the content, so one rename publishes program and checksum
 * together, and two processes that fetch at once end up with the same file or with two good ones.
 */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, copyFile, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Environment } from "./environment.ts";
import { reason, systemCode } from "./error.ts";
import { probe, type ServerBinary } from "./probe.ts";
import { compareVersions, isNewEnough, VERSION_MIN } from "../version.ts";

const NAME = /^nats-server-(\d+\.\d+\.\d+\S*?)-([a-z0-9]+-[a-z0-9]+)-([0-9a-f]{64})$/;
const PLATFORM = `${process.platform}-${process.arch}`;

/** Where fetched servers are kept: the first of these that can be written. All of them are looked into. */
export function cacheDirs(env: Environment): string[] {
  const { XDG_CACHE_HOME: xdg, HOME: home } = env;
  return [
    ...(xdg?.startsWith("/") ? [join(xdg, "entrepot")] : []),
    ...(home?.startsWith("/") ? [join(home, ".cache", "entrepot")] : []),
    join(tmpdir(), `entrepot-${process.getuid?.() ?? "user"}`),
  ];
}

/** The newest intact server in the caches; what is wrong with the others goes to `tried`. */
export async function findCached(
  dirs: readonly string[],
  tried: string[],
): Promise<ServerBinary | undefined> {
  for (const dir of dirs) {
    for (const entry of await candidates(dir, tried)) {
      try {
        if ((await sha256(entry.path)) !== entry.sum) throw new Error("its checksum is wrong");
        return await usable(entry.path);
      } catch (error) {
        tried.push(`cache: ${entry.path}: ${reason(error)}`);
      }
    }
  }
  return undefined;
}

/** Copies a server into the first cache that can be written. Rejects when none can, or when the server does not run. */
export async function install(dirs: readonly string[], file: string): Promise<ServerBinary> {
  const failures: string[] = [];
  for (const dir of dirs) {
    const temporary = join(resolve(dir), `.${randomUUID()}.tmp`);
    try {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await requireOwn(dir);
      await copyFile(file, temporary);
      await chmod(temporary, 0o755);
      const { version } = await usable(temporary);
      const path = join(resolve(dir), `nats-server-${version}-${PLATFORM}-${await sha256(temporary)}`);
      await rename(temporary, path);
      return { path, version };
    } catch (error) {
      failures.push(`${dir}: ${reason(error)}`);
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }
  throw new Error(`could not be put into the cache (${failures.join("; ")})`);
}

async function usable(path: string): Promise<ServerBinary> {
  const binary = await probe(path);
  if (!isNewEnough(binary.version)) {
    throw new Error(`version ${binary.version} is older than ${VERSION_MIN}`);
  }
  return binary;
}

/** Our files in a cache directory, newest version first. */
async function candidates(dir: string, tried: string[]): Promise<{ path: string; sum: string }[]> {
  try {
    await requireOwn(dir);
    const names = (await readdir(dir)).flatMap((name) => {
      const [, version, platform, sum] = NAME.exec(name) ?? [];
      if (version === undefined || sum === undefined || platform !== PLATFORM) return [];
      return [{ path: join(resolve(dir), name), version, sum }];
    });
    if (names.length === 0) tried.push(`cache: no server in ${dir}`);
    return names.sort((a, b) => compareVersions(b.version, a.version));
  } catch (error) {
    tried.push(`cache: ${systemCode(error) === "ENOENT" ? `nothing in ${dir}` : `${dir}: ${reason(error)}`}`);
    return [];
  }
}

/** A directory that others can write (the temporary directory is shared) may hold a program that is not ours. */
async function requireOwn(dir: string): Promise<void> {
  const { uid, mode } = await stat(dir);
  const own = process.getuid?.();
  if (own !== undefined && uid !== own && uid !== 0) throw new Error("it belongs to another user");
  if ((mode & 0o022) !== 0) throw new Error("other users may write there");
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
