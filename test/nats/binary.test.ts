import { appendFile, chmod, cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type BinarySource, type FindOptions, findServerBinary } from "../../src/nats/embedded/binary.ts";
import { cacheDirs } from "../../src/nats/embedded/cache.ts";
import { compareVersions, isNewEnough, parseVersion } from "../../src/nats/version.ts";

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "entrepot-binary-"));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

/** A program that answers `-v` as nats-server does. */
async function fake(folder: string, version: string): Promise<string> {
  await mkdir(join(dir, folder), { recursive: true });
  const path = join(dir, folder, "nats-server");
  await writeFile(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  await chmod(path, 0o755);
  return path;
}

/** A place to fetch from, which counts how often it was asked. */
function source(version: string | undefined): BinarySource & { asked: number } {
  return {
    name: `test source ${version}`,
    asked: 0,
    async fetch() {
      this.asked += 1;
      if (version === undefined) throw new Error("not reachable");
      return fake(`source-${this.asked}`, version);
    },
  };
}

function find(options: Partial<FindOptions> = {}) {
  const defaults = { env: {}, cacheDir: join(dir, "cache"), report: () => undefined, sources: [] };
  return findServerBinary({ ...defaults, ...options });
}

describe("search order", () => {
  test("NATS_SERVER_BIN comes before the PATH", async () => {
    const path = await fake("own", "2.10.1");
    await fake("bin", "2.15.0");
    expect(await find({ env: { NATS_SERVER_BIN: path, PATH: join(dir, "bin") } })).toEqual({
      path,
      version: "2.10.1",
    });
  });

  test("the PATH comes before cache and sources, and its first server that is new enough wins", async () => {
    await fake("old", "2.9.10");
    const path = await fake("new", "2.10.0");
    await fake("later", "2.15.0");
    const unused = source("2.15.1");
    const PATH = ["old", "empty", "new", "later"].map((name) => join(dir, name)).join(":");
    expect(await find({ env: { PATH }, sources: [unused] })).toEqual({ path, version: "2.10.0" });
    expect(unused.asked).toBe(0);
  });

  test("what was fetched once is found in the cache", async () => {
    const sources = [source("2.15.0")];
    const first = await find({ sources });
    expect(first.path.startsWith(join(dir, "cache"))).toBe(true);
    expect(await find({ sources })).toEqual(first);
    expect(sources[0]?.asked).toBe(1);
  });

  test("the newest server of the cache wins", async () => {
    for (const version of ["2.10.29", "2.15.1", "2.12.3"]) {
      const cacheDir = join(dir, version);
      const { path } = await find({ cacheDir, sources: [source(version)] });
      await cp(path, join(dir, "cache", basename(path)));
    }
    await chmod(join(dir, "cache"), 0o700);
    expect((await find()).version).toBe("2.15.1");
  });

  test("the next source is asked when one fails or has an old server", async () => {
    const sources = [source(undefined), source("2.9.10"), source("2.12.3"), source("2.15.0")];
    expect((await find({ sources })).version).toBe("2.12.3");
    expect(sources.map(({ asked }) => asked)).toEqual([1, 1, 1, 0]);
  });
});

describe("cache", () => {
  test("does not run a file that was altered after we put it there", async () => {
    const { path } = await find({ sources: [source("2.15.0")] });
    await appendFile(path, "echo altered\n");
    await expect(find()).rejects.toThrow(/cache: .*: its checksum is wrong/);
  });

  test("does not run anything from a directory that others can write", async () => {
    await find({ sources: [source("2.15.0")] });
    await chmod(join(dir, "cache"), 0o777);
    await expect(find()).rejects.toThrow(/other users may write there/);
  });

  test("ends up whole when several processes fetch at once", async () => {
    const found = await Promise.all([1, 2, 3].map(() => find({ sources: [source("2.15.0")] })));
    expect(new Set(found.map(({ path }) => path)).size).toBe(1);
    expect(await readdir(join(dir, "cache"))).toHaveLength(1);
  });

  test("exists for a user without HOME too", () => {
    expect(cacheDirs({ XDG_CACHE_HOME: "/x", HOME: "/h" }).slice(0, 2)).toEqual([
      "/x/entrepot",
      "/h/.cache/entrepot",
    ]);
    expect(cacheDirs({})).toEqual([expect.stringContaining(join(tmpdir(), "entrepot-"))]);
  });

  test("is the next directory when one cannot be written", async () => {
    await writeFile(join(dir, "file"), "");
    const env = { XDG_CACHE_HOME: join(dir, "file"), HOME: dir };
    const options = { env, report: () => undefined, sources: [source("2.15.0")] };
    expect((await findServerBinary(options)).path.startsWith(join(dir, ".cache", "entrepot"))).toBe(true);
  });
});

describe("errors", () => {
  test("NATS_SERVER_BIN must work: nothing else is tried", async () => {
    await fake("bin", "2.15.0");
    const env = { NATS_SERVER_BIN: join(dir, "missing"), PATH: join(dir, "bin") };
    await expect(find({ env })).rejects.toMatchObject({
      code: "binary_not_found",
      message: expect.stringContaining("NATS_SERVER_BIN"),
    });
  });

  test("NATS_SERVER_BIN that is too old is named with its version", async () => {
    const env = { NATS_SERVER_BIN: await fake("own", "2.9.10") };
    await expect(find({ env })).rejects.toMatchObject({
      code: "server_too_old",
      message: expect.stringMatching(/2\.9\.10.*2\.10\.0 or newer/),
    });
  });

  test("a program that is no nats-server is refused", async () => {
    const path = await fake("own", "2.15.0");
    await writeFile(path, "#!/bin/sh\necho 9.9.9\n");
    await expect(find({ env: { NATS_SERVER_BIN: path } })).rejects.toMatchObject({
      code: "binary_not_found",
    });
  });

  test("the last one lists every attempt with its reason, a line each, and what to do", async () => {
    await fake("old", "2.9.10");
    const failed = find({ env: { PATH: join(dir, "old") }, sources: [source(undefined), source("2.9.0")] });
    const error = await failed.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "binary_not_found" });
    const lines = String(error).split("\n");
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(/PATH: .*old\/nats-server is version 2\.9\.10, older than 2\.10\.0/),
      expect.stringMatching(/cache: nothing in .*cache/),
      expect.stringMatching(/test source undefined: not reachable/),
      expect.stringMatching(/test source 2\.9\.0: .*version 2\.9\.0 is older than 2\.10\.0/),
      expect.stringMatching(/NATS_SERVER_BIN.*NATS_URL/),
    ]);
  });
});

describe("versions", () => {
  test("are read from what a server prints", () => {
    expect(parseVersion("nats-server: v2.15.1\n")).toBe("2.15.1");
    expect(parseVersion("nats-server: v2.12.0-RC.1")).toBe("2.12.0-RC.1");
    expect(parseVersion("usage: ...")).toBeUndefined();
  });

  test("compare as numbers", () => {
    expect(compareVersions("2.9.10", "2.10.0")).toBeLessThan(0);
    expect(compareVersions("2.10.0", "2.10.0")).toBe(0);
    expect(isNewEnough("2.9.99")).toBe(false);
    expect(isNewEnough("2.10.0")).toBe(true);
    expect(isNewEnough("3.0.0")).toBe(true);
  });
});
