/** The README's program, as it stands there, has to fit the client. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");

it("the README's program for subscribers compiles", async () => {
  const readme = await readFile(join(ROOT, "README.md"), "utf8");
  const [, program = ""] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(program).toContain("entrepot/client");
  const dir = await mkdtemp(join(tmpdir(), "entrepot-readme-"));
  try {
    await mkdir(join(dir, "src"));
    await symlink(join(ROOT, "node_modules"), join(dir, "node_modules"));
    await writeFile(join(dir, "package.json"), JSON.stringify({ type: "module" }));
    await writeFile(join(dir, "src/program.ts"), program);
    await writeFile(
      join(dir, "tsconfig.json"),
      JSON.stringify({
        extends: join(ROOT, "tsconfig.json"),
        compilerOptions: {
          rootDir: "/",
          noEmit: true,
          paths: { "entrepot/client": [join(ROOT, "src/client/index.ts")] },
        },
        include: ["src"],
      }),
    );
    await run(join(ROOT, "node_modules/.bin/tsc"), ["-p", dir]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}, 60_000);
