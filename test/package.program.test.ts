/** What is published: the files that `exports` names, and a client that needs nothing but nats. */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { describe, expect, inject, it } from "vitest";
import { z } from "zod";

const run = promisify(execFile);
const packed = z.array(z.object({ files: z.array(z.object({ path: z.string() })) })).length(1);
const exported = z.object({
  exports: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())])),
});

const dir = inject("packageDir");

describe("the package", () => {
  it("holds every file that it exports", async () => {
    const { exports } = exported.parse(JSON.parse(await readFile(join(dir, "package.json"), "utf8")));
    const targets = Object.values(exports).flatMap((target) =>
      typeof target === "string" ? [target] : Object.values(target),
    );
    const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: dir });
    const files = packed.parse(JSON.parse(stdout))[0]?.files.map(({ path }) => `./${path}`);
    expect(targets).toContain("./dist/client/index.js");
    expect(files).toEqual(expect.arrayContaining(targets));
  }, 30_000);

  it("can be imported by its name, the client and the events", async () => {
    const code = [
      'const { subscribe } = await import("entrepot/client");',
      'const { parseEvent } = await import("entrepot/events");',
      "console.log(typeof subscribe, typeof parseEvent);",
    ].join("\n");
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code], { cwd: dir });
    expect(stdout).toBe("function function\n");
  }, 30_000);

  it("has a client that loads nats and nothing else", async () => {
    const { files, packages } = await importsOf(join(dir, "dist/client/index.js"));
    expect(packages.filter((name) => !name.startsWith("node:"))).toEqual(["nats"]);
    expect(files.map((file) => relative(join(dir, "dist"), file))).toContain("client/subscribe.js");
  });

  it("says what is missing when it was installed in part, as the command line says everything", async () => {
    const copy = await mkdtemp(join(dir, "part-"));
    await cp(join(dir, "package.json"), join(copy, "package.json"));
    await cp(join(dir, "dist"), join(copy, "dist"), { recursive: true });
    await rm(join(copy, "dist/cli/outcomes.js"));
    const told = run(process.execPath, [join(copy, "dist/cli/main.js"), "outcomes"]);
    // What nobody catches ends with the version of Node.js.
    await expect(told).rejects.toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^Error.* Cannot find module .*outcomes\.js(?!.*\nNode\.js v)/s),
    });
  }, 30_000);
});

/** Everything that loading a module loads of this package, and the packages that it names. */
async function importsOf(entry: string): Promise<{ files: string[]; packages: string[] }> {
  const files = new Set([entry]);
  const packages = new Set<string>();
  for (const file of files) {
    const code = await readFile(file, "utf8");
    for (const [, from, direct, dynamic] of code.matchAll(
      /^(?:import|export)\b[^;"]*? from "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm,
    )) {
      const name = from ?? direct ?? dynamic ?? "";
      if (name.startsWith(".")) files.add(join(dirname(file), name));
      else packages.add(name);
    }
  }
  return { files: [...files], packages: [...packages] };
}
