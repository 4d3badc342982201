import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
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

  it.each([".", ADMIN_TOKEN_FILE, "secret-key", "nats", "nats/keys.json", "nats/reader.creds"])(
    "that others can get into is closed to them, with a warning: %s",
    (name) => {
      const first = prepareKeys(dir, NONE);
      mkdirSync(join(dir, "nats"), { mode: 0o700 });
      for (const file of ["keys.json", "reader.creds"])
        writeFileSync(join(dir, "nats", file), "", { mode: 0o600 });
      const isDirectory = statSync(join(dir, name)).isDirectory();
      chmodSync(join(dir, name), isDirectory ? 0o755 : 0o644);
      const warned: unknown[] = [];
      expect(prepareKeys(dir, NONE, (...what) => warned.push(what))).toEqual({ ...first, isNewToken: false });
      expect(modeOf(join(dir, name))).toBe(isDirectory ? "700" : "600");
      expect(warned).toEqual([[join(dir, name), "repaired"]]);
      prepareKeys(dir, NONE, () => expect.fail("a second warning"));
    },
  );

  it.runIf(process.geteuid?.() === 0)(
    "with a file of another user is refused (needs root to make one)",
    () => {
      chmodSync(parent, 0o755);
      mkdirSync(join(dir, "nats"), { recursive: true });
      for (const path of [join(parent, "deep"), dir]) chmodSync(path, 0o777);
      const file = join(dir, "secret-key");
      writeFileSync(file, "ab\n");
      chownSync(file, 12_345, 12_345);
      try {
        process.seteuid?.(65_534);
        const warned: unknown[] = [];
        const start = () => prepareKeys(dir, NONE, (...what) => warned.push(what));
        expect(start).toThrow(/secret-key is not for this user alone/);
        // The directories are root's, who may have mounted them.
        expect(warned).toEqual([
          [dir, "exposed"],
          [join(dir, "nats"), "exposed"],
        ]);
      } finally {
        process.seteuid?.(0);
      }
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
