/** docs/performance.md is the bench's work: as it stands, and when the bench writes it anew. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readBodies, renderDocument, writeDocument } from "../../bench/document.ts";
import { SECTION_NAMES, SECTIONS } from "../../bench/section-names.ts";

const file = readFileSync(join(import.meta.dirname, "../../docs/performance.md"), "utf8");
const AT = new Date("2026-11-25T12:00:00Z");
const MACHINE = "2 cores, a processor, 8 GB, linux x64, node v20.0.0, nats-server 2.15.1";

describe("docs/performance.md", () => {
  it("has all sections, and around them exactly what the bench writes", () => {
    expect([...readBodies(file).keys()].sort()).toEqual([...SECTION_NAMES].sort());
    expect(renderDocument(readBodies(file))).toBe(file);
  });

  it.each(SECTION_NAMES)("says of %s what it is about, and when and on what it was measured", (name) => {
    const body = readBodies(file).get(name) ?? "";
    const [about, measured, ...tables] = body.split("\n\n");
    expect(about).toBe(SECTIONS[name].about);
    expect(measured).toMatch(
      /^Measured on \d{4}-\d\d-\d\d: \d+ cores, .+, node v[\d.]+, nats-server [\d.]+\.$/,
    );
    expect(tables.join("\n\n")).toMatch(/^```text\n[^`]*class (relaxed|strict)[^`]*\n```$/);
  });
});

it("is where the README sends whoever asks for figures; it has none of its own", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  expect(readme).toContain("](docs/performance.md)");
  expect(readme).not.toMatch(/\d(\/s\b| (webhooks|events|requests) (a|per) second)/);
});

describe("writing", () => {
  it("takes the place of what was measured before and keeps the rest", () => {
    const all = SECTION_NAMES.map((name) => ({ name, text: `${name}, class relaxed` }));
    const before = writeDocument("", all, MACHINE, AT);
    const after = writeDocument(before, [{ name: "scale", text: "anew" }], MACHINE, AT);
    expect(after).toBe(before.replace("scale, class relaxed", "anew"));
    expect(after).toContain(`Measured on 2026-11-25: ${MACHINE}.\n\n\`\`\`text\nanew\n\`\`\``);
  });

  it("leaves out what was never measured and drops what somebody typed", () => {
    const typed = "# Performance\n\nVery fast.\n\n## Invented\n\n1,000,000/s\n";
    const text = writeDocument(typed, [{ name: "flow", text: "a table" }], MACHINE, AT);
    expect(text).not.toMatch(/Very fast|Invented/);
    expect(text).not.toContain(SECTIONS.scale.title);
    expect(text).toContain(SECTIONS.flow.title);
  });
});
