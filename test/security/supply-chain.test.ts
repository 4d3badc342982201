/** What the hub is made of: nothing runs at an installation, every package is the one that was looked at, and CI asks about holes. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";

const ROOT = join(import.meta.dirname, "../..");
const read = (name: string) => readFileSync(join(ROOT, name), "utf8");

const lockfile = z.object({
  lockfileVersion: z.number(),
  packages: z.record(
    z.string(),
    z.looseObject({
      integrity: z.string().optional(),
      resolved: z.string().optional(),
      link: z.boolean().optional(),
    }),
  ),
});
const manifest = z.object({
  scripts: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

describe("the packages", () => {
  const packages = Object.entries(lockfile.parse(JSON.parse(read("package-lock.json"))).packages);
  const { scripts, dependencies, devDependencies } = manifest.parse(JSON.parse(read("package.json")));

  it("are each fixed by a hash, and come from the registry", () => {
    const installed = packages.filter(([path]) => path !== "");
    expect(installed.length).toBeGreaterThan(50);
    for (const [path, { integrity = "", resolved, link }] of installed) {
      expect(integrity, path).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
      expect(resolved ?? "https://registry.npmjs.org/", path).toMatch(/^https:\/\/registry\.npmjs\.org\//);
      expect(link, path).toBeUndefined();
    }
  });

  it("are asked for in one version each", () => {
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it("run nothing when they are installed, and our own scripts do not count on any of theirs", () => {
    expect(read(".npmrc").split("\n")).toContain("ignore-scripts=true");
    // npm leaves these out, too, where it ignores scripts.
    const hooks = Object.keys(scripts).filter((name) =>
      /^(pre|post)|^(install|prepare|prepublish|prepack)$/.test(name),
    );
    expect(hooks).toEqual([]);
  });
});

describe("the audit in CI", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "entrepot-audit-"));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  /** Runs it with an npm that answers so. */
  function audit(npm: { audit: string; code: number; signatures?: string; signaturesCode?: number }) {
    const { signatures = "264 packages have verified registry signatures", signaturesCode = 0 } = npm;
    writeFileSync(join(dir, "audit"), npm.audit);
    writeFileSync(join(dir, "signatures"), signatures);
    const lines = [
      "#!/bin/sh",
      `if [ "$2" = signatures ]; then cat '${dir}/signatures'; exit ${signaturesCode}; fi`,
      `cat '${dir}/audit'; exit ${npm.code}`,
    ];
    writeFileSync(join(dir, "npm"), lines.join("\n"));
    chmodSync(join(dir, "npm"), 0o755);
    const PATH = `${dir}${delimiter}${process.env.PATH}`;
    const { status, stdout, stderr } = spawnSync(join(ROOT, ".ci/audit"), {
      env: { ...process.env, PATH },
      encoding: "utf8",
    });
    return { status, text: stdout + stderr };
  }
  const report = (high: number, critical: number, moderate = 0) =>
    JSON.stringify({
      auditReportVersion: 2,
      metadata: { vulnerabilities: { low: 0, moderate, high, critical } },
    });

  it("is a step of it", () => {
    expect(read(".ci/run")).toContain("\nstep .ci/audit\n");
  });

  it("is content without high holes", () => {
    expect(audit({ audit: report(0, 0, 2), code: 0 })).toMatchObject({
      status: 0,
      text: expect.stringMatching(/No known hole[\s\S]*verified registry signatures/),
    });
  });

  it.each([
    [1, 0],
    [0, 1],
  ])("fails with %i high and %i critical ones", (high, critical) => {
    const { status, text } = audit({ audit: report(high, critical), code: 1 });
    expect(status).toBe(1);
    expect(text).toContain("known holes");
  });

  it.each([
    JSON.stringify({ message: "405 Method Not Allowed", statusCode: 405 }),
    JSON.stringify({ error: { code: "ENOTFOUND", summary: "request failed" } }),
    "",
    "no JSON",
  ])("says loudly that nothing was checked where the registry does not answer: %j", (answer) => {
    const { status, text } = audit({ audit: answer, code: 1 });
    expect(status).toBe(0);
    expect(text).toContain("WARNING: the registry did not answer the audit");
  });

  it("fails where a package has not the signature it should have, and warns where that cannot be known", () => {
    const good = { audit: report(0, 0), code: 0, signaturesCode: 1 };
    const bad = audit({
      ...good,
      signatures: "1 package has an invalid registry signature:\n\nhono@4.13.19",
    });
    expect(bad).toMatchObject({ status: 1, text: expect.stringContaining("hono@4.13.19") });
    const unknown = audit({ ...good, signatures: "npm error code ENOTFOUND" });
    expect(unknown).toMatchObject({ status: 0, text: expect.stringContaining("could NOT be checked") });
  });
});
