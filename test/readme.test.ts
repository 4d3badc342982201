/** What the README says about codes, variables and platforms is compared with the code, both ways. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { VARIABLES } from "../src/config.ts";
import { ERRORS } from "../src/errors.ts";
import { REJECTION_REASONS } from "../src/ingest/signature/outcome.ts";
import { eventTypes } from "../src/normalizers/canonical/resources.ts";
import type { Platform } from "../src/normalizers/platform.ts";
import { platforms } from "../src/normalizers/registry.ts";

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");

describe("README", () => {
  it("lists every error code with its status, and no other", () => {
    const rows = [...readme.matchAll(/^\| `([a-z_]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [
      code,
      Number(status),
    ]);
    expect(Object.fromEntries(rows)).toEqual(
      Object.fromEntries(Object.entries(ERRORS).map(([code, { status }]) => [code, status])),
    );
  });

  it("lists every environment variable, and no other", () => {
    const rows = readme.split("\n").filter((line) => /^\| `[A-Z_]+`/.test(line));
    const named = rows.flatMap((row) =>
      [...(row.split("|")[1] ?? "").matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name),
    );
    expect(named.sort()).toEqual([...VARIABLES].sort());
  });

  it("of ingest explains every reason of a refusal, and no other", () => {
    const ingest = readFileSync(join(import.meta.dirname, "../src/ingest/README.md"), "utf8");
    const [, table = ""] = ingest.split("## Why a request was refused");
    const named = table.split("\n").flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([a-z_]+)`/g)]);
    expect(named.map(([, reason]) => reason).sort()).toEqual([...REJECTION_REASONS, "no_store"].sort());
  });

  it("shows what each platform reports", () => {
    const [, shown] = /<!-- platforms -->\n([\s\S]*?)<!-- \/platforms -->/.exec(readme) ?? [];
    expect(shown).toBe(platformTable(Object.values(platforms)));
  });
});

function platformTable(list: readonly Platform[]): string {
  const rows = eventTypes().map((type) => [`\`${type}\``, ...list.map((platform) => cell(platform, type))]);
  const head = ["event", ...list.map(({ name }) => name)];
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("");
}

function cell({ capabilities, unverified = {} }: Platform, type: string): string {
  const capability = capabilities[type];
  if (capability === undefined || capability === "impossible") return "-";
  return type in unverified ? `${capability} ?` : capability;
}
