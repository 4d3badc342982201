import { isAbsolute } from "node:path";
import { run } from "./run.ts";
import { parseVersion } from "../version.ts";

const PROBE_TIMEOUT_MS = 5_000;

/** A nats-server that ran and told its version. */
export interface ServerBinary {
  /** Absolute. */
  readonly path: string;
  readonly version: string;
}

/** Runs the program for its version. Rejects when it does not run or is no nats-server; its age is not judged here. */
export async function probe(path: string): Promise<ServerBinary> {
  // A relative path without a slash would be looked up on the PATH instead.
  if (!isAbsolute(path)) throw new Error("the path must be absolute");
  const output = await run(path, ["-v"], { timeoutMs: PROBE_TIMEOUT_MS, env: {} });
  const version = output.includes("nats-server") ? parseVersion(output) : undefined;
  if (version === undefined)
    throw new Error(`it prints ${JSON.stringify(output.slice(0, 80))}, not a version`);
  return { path, version };
}
