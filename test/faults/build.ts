/** Global setup: translates the hub and the test process once, because a child that translates starts twice as slowly. */
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** The repository as JavaScript: `src/cli/main.js`, `test/faults/hub-child.js`. */
    builtDir: string;
  }
}

const ROOT = join(import.meta.dirname, "../..");

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Inside of node_modules, where it finds the dependencies and nothing else finds it.
  const dir = await mkdtemp(join(ROOT, "node_modules/.faults-"));
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const config = join(import.meta.dirname, "tsconfig.build.json");
  await promisify(execFile)(process.execPath, [tsc, "-p", config, "--outDir", dir]);
  await copyFile(join(ROOT, "package.json"), join(dir, "package.json"));
  project.provide("builtDir", dir);
  return () => rm(dir, { recursive: true, force: true });
}
