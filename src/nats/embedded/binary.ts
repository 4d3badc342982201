/**
 * Finds nats-server, or fetches it once: NATS_SERVER_BIN, PATH, our cache, the official release, the distribution's
 * package. Each step that fails leaves a line, so that the final error tells everything that was tried.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { cacheDirs, findCached, install } from "./cache.ts";
import { distributionPackage } from "./distribution.ts";
import type { Environment, Report } from "./environment.ts";
import { EmbeddedError, reason, systemCode } from "./error.ts";
import { probe, type ServerBinary } from "./probe.ts";
import { officialRelease } from "./release.ts";
import { isNewEnough, VERSION_MIN } from "../version.ts";

/** A place that a server can be fetched from. */
export interface BinarySource {
  /** Names the place in the error. */
  readonly name: string;
  /** Puts the program somewhere below `dir` and returns its path. Rejects with the reason when it cannot. */
  fetch(dir: string, context: { readonly env: Environment; readonly report: Report }): Promise<string>;
}

export interface FindOptions {
  readonly env: Environment;
  /** Where fetched servers are kept; without it below XDG_CACHE_HOME, `~/.cache` or the temporary directory. */
  readonly cacheDir?: string;
  readonly report: Report;
  /** Where to fetch from, in this order. */
  readonly sources?: readonly BinarySource[];
}

/**
 * The first server of the search order that runs and is new enough. The first call on a machine may fetch about 10 MB.
 * Safe when several processes do it at once. Rejects with EmbeddedError `binary_not_found` or `server_too_old`.
 */
export async function findServerBinary(options: FindOptions): Promise<ServerBinary> {
  const wanted = options.env.NATS_SERVER_BIN;
  if (wanted !== undefined && wanted !== "") return named(resolve(wanted));
  const tried: string[] = [];
  const caches = options.cacheDir === undefined ? cacheDirs(options.env) : [options.cacheDir];
  const found =
    (await onPath(options.env.PATH, tried)) ??
    (await findCached(caches, tried)) ??
    (await fetched(options, caches, tried));
  if (found !== undefined) return found;
  const list = tried.map((line) => `  - ${line}`).join("\n");
  throw new EmbeddedError(
    "binary_not_found",
    `No nats-server ${VERSION_MIN} or newer was found or could be fetched. Tried:\n${list}\n${advice()}`,
  );
}

async function named(path: string): Promise<ServerBinary> {
  const hint = "correct NATS_SERVER_BIN or unset it to let the hub find a server";
  const binary = await probe(path).catch((error) => {
    const text = `NATS_SERVER_BIN is ${path}, which does not run (${reason(error)}): ${hint}.`;
    throw new EmbeddedError("binary_not_found", text, { cause: error });
  });
  if (isNewEnough(binary.version)) return binary;
  const text = `NATS_SERVER_BIN is ${path}, version ${binary.version}, but ${VERSION_MIN} or newer is needed: ${hint}.`;
  throw new EmbeddedError("server_too_old", text);
}

async function onPath(path: string | undefined, tried: string[]): Promise<ServerBinary | undefined> {
  const before = tried.length;
  for (const dir of (path ?? "").split(delimiter).filter((entry) => entry !== "")) {
    const file = join(dir, "nats-server");
    try {
      const binary = await probe(file);
      if (isNewEnough(binary.version)) return binary;
      tried.push(`PATH: ${file} is version ${binary.version}, older than ${VERSION_MIN}`);
    } catch (error) {
      const code = systemCode(error instanceof Error ? error.cause : undefined);
      if (code !== "ENOENT" && code !== "ENOTDIR") tried.push(`PATH: ${file} does not run: ${reason(error)}`);
    }
  }
  if (tried.length === before) tried.push("PATH: no nats-server in it");
  return undefined;
}

async function fetched(
  options: FindOptions,
  caches: readonly string[],
  tried: string[],
): Promise<ServerBinary | undefined> {
  for (const source of options.sources ?? [officialRelease, distributionPackage]) {
    let dir: string | undefined;
    try {
      dir = await mkdtemp(join(tmpdir(), "entrepot-fetch-"));
      const file = await source.fetch(dir, options);
      const binary = await install(caches, file);
      options.report(`nats-server ${binary.version} is ready: ${binary.path}`);
      return binary;
    } catch (error) {
      tried.push(`${source.name}: ${reason(error)}`);
    } finally {
      if (dir !== undefined) await rm(dir, { recursive: true, force: true });
    }
  }
  return undefined;
}

function advice(): string {
  if (process.platform === "win32") {
    return "An embedded server is not supported on Windows: run nats-server yourself and set NATS_URL.";
  }
  return (
    "Install nats-server (package manager, or https://github.com/nats-io/nats-server/releases) and put it on the PATH, " +
    "or set NATS_SERVER_BIN to it, or set NATS_URL to a server that runs already."
  );
}
