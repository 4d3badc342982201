/** `SECURITY.md` is true to the tests: each threat names some, and all that it names are there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config.ts";

const ROOT = join(import.meta.dirname, "../..");
const text = readFileSync(join(ROOT, "SECURITY.md"), "utf8");

function section(title: string): string {
  const [, found = ""] =
    new RegExp(`^## ${title}\\n([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, "m").exec(text) ?? [];
  expect(found, title).not.toBe("");
  return found;
}

function namedIn(line: string): string[] {
  return [...line.matchAll(/`(test\/[^`]+)`/g)].map(([, path = ""]) => path);
}

describe("the threat model", () => {
  const rows = section("Threats, and what stands against them")
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(2);

  it("has lines of three cells", () => {
    expect(rows.length).toBeGreaterThan(25);
    for (const row of rows) expect(row.split(" | "), row).toHaveLength(3);
  });

  it.each(rows)("names tests that are there: %s", (row) => {
    const named = namedIn(row);
    expect(named).not.toEqual([]);
    for (const path of named) expect(existsSync(join(ROOT, path)), path).toBe(true);
  });

  it("names each test of this folder", () => {
    const here = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".test.ts"));
    const own = here.filter((name) => name !== "threat-model.test.ts").map((name) => `test/security/${name}`);
    expect(namedIn(text)).toEqual(expect.arrayContaining(own));
  });

  it("says how to report a hole, what secrets open and what is not defended", () => {
    for (const title of [
      "Reporting a hole",
      "Who can reach what",
      "What each secret opens",
      "What is not defended",
    ])
      expect(section(title).length).toBeGreaterThan(200);
  });
});

describe("retention", () => {
  it("is on for every stream with personal data, unless an operator says otherwise, and cannot be turned off", () => {
    const { retentionSeconds } = loadConfig({});
    for (const seconds of Object.values(retentionSeconds)) {
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(90 * 86_400);
    }
    for (const name of ["INBOX", "COMMERCE", "DEAD", "ATTEMPTS"])
      for (const value of ["0", "-1", "Infinity"])
        expect(() => loadConfig({ [`${name}_RETENTION_SECONDS`]: value })).toThrow(name);
  });
});
