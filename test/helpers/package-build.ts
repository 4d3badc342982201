/** Global setup of the program tests: builds the package once, as it is published. */
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** Folder with the package: `package.json` and `dist/`. */
    packageDir: string;
  }
}

const ROOT = join(import.meta.dirname, "../..");

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Inside of node_modules, where it finds the dependencies and no other tool finds it.
  const dir = await mkdtemp(join(ROOT, "node_modules/.package-"));
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const args = [tsc, "-p", join(ROOT, "tsconfig.json"), "--outDir", join(dir, "dist"), "--noCheck"];
  await promisify(execFile)(process.execPath, args);
  await copyFile(join(ROOT, "package.json"), join(dir, "package.json"));
  project.provide("packageDir", dir);
  return () => rm(dir, { recursive: true, force: true });
}
