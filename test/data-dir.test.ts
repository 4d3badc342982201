import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigError } from "../src/config.ts";
import { ADMIN_TOKEN_FILE, prepareKeys } from "../src/data-dir.ts";

const NONE = { adminToken: undefined, secretKey: undefined };

let parent: string;
let dir: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "entrepot-data-"));
  dir = join(parent, "deep", "data");
});

afterEach(() => {
  rmSync(parent, { recursive: true, force: true });
});

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

describe("the data directory", () => {
  it("gets a token and a key on the first start, which only their owner can read", () => {
    const keys = prepareKeys(dir, NONE);
    expect(keys.adminToken).toMatch(/^[0-9a-f]{64}$/);
    expect(keys.secretKey).toMatch(/^[0-9a-f]{64}$/);
    expect(keys.adminToken).not.toBe(keys.secretKey);
    expect(keys.isNewToken).toBe(true);
    expect(modeOf(dir)).toBe("700");
    expect(modeOf(join(dir, ADMIN_TOKEN_FILE))).toBe("600");
    expect(modeOf(join(dir, "secret-key"))).toBe("600");
  });

  it("gives the same on every later start, and does not call the token new", () => {
    const first = prepareKeys(dir, NONE);
    expect(prepareKeys(dir, NONE)).toEqual({ ...first, isNewToken: false });
    expect(readFileSync(join(dir, ADMIN_TOKEN_FILE), "utf8")).toBe(`${first.adminToken}\n`);
  });

  it("keeps nothing that was given from outside", () => {
    const given = { adminToken: "a-token-from-outside", secretKey: "cd".repeat(32) };
    expect(prepareKeys(dir, given)).toEqual({ ...given, isNewToken: false });
    expect(() => statSync(join(dir, ADMIN_TOKEN_FILE))).toThrow();
    expect(() => statSync(join(dir, "secret-key"))).toThrow();
  });

  it("is none's own: another directory has other keys", () => {
    expect(prepareKeys(dir, NONE).secretKey).not.toBe(prepareKeys(join(parent, "other"), NONE).secretKey);
  });

  it.each([ADMIN_TOKEN_FILE, "secret-key"])(
    "with an empty %s is refused in one sentence, for a start must not go on without it",
    (name) => {
      prepareKeys(dir, NONE);
      writeFileSync(join(dir, name), "\n");
      expect(() => prepareKeys(dir, NONE)).toThrow(ConfigError);
      expect(() => prepareKeys(dir, NONE)).toThrow(name);
    },
  );

  it("that cannot be written is told in one sentence that names it", () => {
    const file = join(parent, "file");
    writeFileSync(file, "");
    expect(() => prepareKeys(file, NONE)).toThrow(ConfigError);
    expect(() => prepareKeys(join(file, "data"), NONE)).toThrow(
      `DATA_DIR: ${join(file, "data")} cannot be written`,
    );
  });

  it.skipIf(process.getuid?.() === 0)("that belongs to another is told in one sentence (not as root)", () => {
    chmodSync(parent, 0o500);
    expect(() => prepareKeys(dir, NONE)).toThrow(ConfigError);
    chmodSync(parent, 0o700);
  });
});
