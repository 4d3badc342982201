import { afterEach, describe, expect, it, vi } from "vitest";
import { token } from "../../src/cli/token.ts";
import { ADMIN_TOKEN, createTestApp, type TestApp } from "../helpers/app.ts";

const ENV = { ENTREPOT_TOKEN: ADMIN_TOKEN };

/** Requests of the command line go to the app. */
function hub(): TestApp {
  const test = createTestApp();
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => test.app.request(new Request(url, init)));
  return test;
}

async function run(args: string[], env: Record<string, string> = ENV): Promise<string[]> {
  const printed: string[] = [];
  const print = (line: string) => void printed.push(line);
  await token.run({ args, env, print, signal: new AbortController().signal });
  return printed;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("token add", () => {
  it("shows the token once, and it opens the API for reading", async () => {
    hub();
    const [text = "", ...rest] = await run(["add", "grafana"]);
    expect(rest).toEqual([]);
    expect(text).toMatch(/^grafana \(read\) counts\. The token is shown only now:\n {2}ent_[\w-]{43}$/);
    const [made = ""] = /ent_\S+/.exec(text) ?? [];
    expect(await run(["list"], { ENTREPOT_TOKEN: made })).toEqual([expect.stringContaining("grafana")]);
    await expect(run(["add", "other"], { ENTREPOT_TOKEN: made })).rejects.toThrow("The token may only read.");
  });

  it("takes a scope and an end in days, and prints one JSON object for programs", async () => {
    hub();
    const args = ["add", "ci", "--scope", "admin", "--expires-days", "0.5", "--json"];
    const printed = await run(args);
    expect(printed.map((line) => JSON.parse(line))).toEqual([
      {
        name: "ci",
        scope: "admin",
        createdAt: "2026-11-01T12:00:00.000Z",
        expiresAt: "2026-11-02T00:00:00.000Z",
        token: expect.stringMatching(/^ent_/),
      },
    ]);
  });

  it.each<[string, string[], RegExp]>([
    ["no name", ["add"], /^Usage: token add <name>/],
    ["a scope that does not exist", ["add", "a", "--scope", "root"], /scope: /],
    ["a wrong name", ["add", "A b"], /name: needs a to z/],
    ["an unknown option", ["add", "a", "--days", "3"], /^Unknown option '--days'/],
    ...["0", "-1", "soon", "", " ", "Infinity"].map((days): [string, string[], RegExp] => [
      `--expires-days=${days}`,
      ["add", "a", `--expires-days=${days}`],
      /^--expires-days needs a number above 0\.$/,
    ]),
  ])("tells a mistake in one sentence: %s", async (_what, args, expected) => {
    const test = hub();
    await expect(run(args)).rejects.toThrow(expected);
    expect(test.deps.tokens.list()).toEqual([]);
  });
});

describe("token list", () => {
  it("shows name, scope and times in columns, or an object a line for programs", async () => {
    hub();
    expect(await run(["list"])).toEqual(["There is the admin token only: entrepot token add <name>"]);
    await run(["add", "grafana"]);
    await run(["add", "ci", "--scope", "admin", "--expires-days", "1"]);
    const [text = ""] = await run(["list"]);
    expect(text.split("\n").map((line) => line.split(/ +/))).toEqual([
      ["name", "scope", "created", "expires"],
      ["ci", "admin", "2026-11-01T12:00:00.000Z", "2026-11-02T12:00:00.000Z"],
      ["grafana", "read", "2026-11-01T12:00:00.000Z", "never"],
    ]);
    const lines = (await run(["list", "--json"])).map((line) => JSON.parse(line));
    expect(lines).toMatchObject([{ name: "ci" }, { name: "grafana", scope: "read" }]);
    expect(JSON.stringify(lines)).not.toMatch(/hash|ent_/);
  });
});

describe("token remove", () => {
  it("removes the token of that name", async () => {
    const test = hub();
    await run(["add", "a"]);
    await run(["add", "b"]);
    expect(await run(["remove", "a"])).toEqual(["Removed a. It opens nothing any more."]);
    expect(await run(["remove", "b", "--json"])).toEqual(['{"name":"b","removed":true}']);
    expect(test.deps.tokens.list()).toEqual([]);
    await expect(run(["remove", "a"])).rejects.toThrow("There is nothing here.");
    await expect(run(["remove"])).rejects.toThrow("Usage: token remove <name>");
  });
});

describe("token", () => {
  it.each([[[]], [["show"]], [["__proto__"]]])("with %j tells its usage", async (args) => {
    hub();
    await expect(run(args)).rejects.toThrow(/^Usage:\ntoken add /);
  });
});
