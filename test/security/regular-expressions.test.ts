/**
 * No regular expression of the hub takes more than linear time, whatever text it meets; the few that would have to say here
 * why their text is short. Steps of matching are counted, not seconds.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { parseRegex } from "./regex-parse.ts";
import { countSteps, growthOf, repeatsMuch } from "./regex-steps.ts";

const SRC = join(import.meta.dirname, "../../src");
/** Longer than what most repetitions are limited to, so that those do not count as growing. */
const LENGTH = 90;
/** Between linear (2) and square (4). */
const GROWTH_MAX = 2.6;
const TIMEOUT_MS = 60_000;

/** Not linear, by file and pattern, with the reason why that does no harm. */
const BOUNDED: Readonly<Record<string, string>> = {
  "cli/explain-output.ts /(\\.\\d*?)0*Z$/": "a version that the hub wrote, of nine digits",
  "nats/embedded/cache.ts /^nats-server-(\\d+\\.\\d+\\.\\d+\\S*?)-([a-z0-9]+-[a-z0-9]+)-([0-9a-f]{64})$/":
    "a file's name in the operator's cache, of at most 255 characters",
  "normalizers/canonical/time.ts /0+$/": "a fraction that the pattern before it limits to nine digits",
};

interface Found {
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

function literals(): Found[] {
  const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  return files.flatMap((file) => {
    const found: Found[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf("/");
        found.push({ file, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
      }
      ts.forEachChild(node, visit);
    };
    const text = readFileSync(join(SRC, file), "utf8");
    visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
    return found;
  });
}

describe("counting steps", () => {
  const growth = (pattern: RegExp) => growthOf(parseRegex(pattern.source, pattern.flags), LENGTH, GROWTH_MAX);

  it.each([/^[a-z]+$/, /^\d{1,3}(?:\.\d+)?Z?$/, /a[^b]{3}b/g, /^(?:ab|a)*$/, /^<[^>]*>$/, /(?=\d)x+/])(
    "finds nothing in %s, which is linear",
    (pattern) => expect(growth(pattern)).toBeLessThan(GROWTH_MAX),
  );

  it.each([
    /\/+$/,
    /\s*\n\s*/,
    /<[^>]*>/,
    /^\d+\d+$/,
    /^(?:a|a)*$/,
    /^(?:a+)+$/,
    /(.*),(.*),x/,
    /^(\w|\d\w)+-$/,
  ])("finds a text for %s, which is not", (pattern) => expect(growth(pattern)).toBeGreaterThan(GROWTH_MAX));

  it("follows what the engine does", () => {
    expect(countSteps(parseRegex("^a?b$", ""), "ab")).toBeLessThan(10);
    expect(() => parseRegex("(?<=a)b", "")).toThrow("not known");
  });
});

describe("the regular expressions of the sources", () => {
  it(
    "are linear, or meet short texts only",
    () => {
      const known = new Map<string, number>();
      const slow = literals().flatMap(({ file, source, flags }) => {
        const node = parseRegex(source, flags);
        const growth = known.get(source) ?? (repeatsMuch(node) ? growthOf(node, LENGTH, GROWTH_MAX) : 0);
        known.set(source, growth);
        return growth > GROWTH_MAX ? [`${file} /${source}/`] : [];
      });
      expect(known.size).toBeGreaterThan(100);
      expect(slow.sort()).toEqual(Object.keys(BOUNDED).sort());
    },
    TIMEOUT_MS,
  );

  it("are not made from texts at run time, but where these are the hub's own", () => {
    const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".ts"),
    );
    const makers = files.filter((file) => readFileSync(join(SRC, file), "utf8").includes("new RegExp("));
    // Keys of files that apt writes, a prefix of nkeys, and patterns of the canonical schemas.
    expect(makers.sort()).toEqual([
      "nats/embedded/distribution.ts",
      "nats/embedded/operator.ts",
      "subscriptions/where-shapes.ts",
    ]);
  });
});
