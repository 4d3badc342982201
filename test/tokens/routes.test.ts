import { describe, expect, it } from "vitest";
import { z } from "zod";
import { problem } from "../../src/api.ts";
import { hashToken } from "../../src/tokens/token.ts";
import { ADMIN_TOKEN, createTestApp, NOW, type TestApp } from "../helpers/app.ts";

const NEW = { name: "grafana" };

const view = z.strictObject({
  name: z.string(),
  scope: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().optional(),
});
const made = view.extend({ token: z.string() });

async function make(test: TestApp, body: object = NEW) {
  const response = await test.admin("POST", "/api/tokens", body);
  expect(response.status).toBe(201);
  expect(response.headers.get("cache-control")).toBe("no-store");
  return made.parse(await response.json());
}

async function refusalOf(response: Response, status: number) {
  expect(response.status).toBe(status);
  return problem.parse(await response.json());
}

async function statusWith(test: TestApp, token: string, method = "GET", path = "/api/stores") {
  return (await test.app.request(path, { method, headers: { Authorization: `Bearer ${token}` } })).status;
}

describe("a token", () => {
  it("that is made opens the API, may only read unless told otherwise, and is listed without its text", async () => {
    const test = createTestApp();
    const { token, ...shown } = await make(test);
    expect(shown).toEqual({ name: "grafana", scope: "read", createdAt: "2026-11-01T12:00:00.000Z" });
    expect(await statusWith(test, token)).toBe(200);
    expect(await statusWith(test, token, "DELETE", "/api/stores/acme")).toBe(403);
    const listed = z
      .strictObject({ tokens: z.array(view) })
      .parse(await (await test.admin("GET", "/api/tokens")).json());
    expect(listed.tokens).toEqual([shown]);
  });

  it("of the scope admin may change things, tokens too, but stays under its own name", async () => {
    const test = createTestApp();
    const { token } = await make(test, { name: "ci", scope: "admin" });
    expect(await statusWith(test, token, "DELETE", "/api/stores/acme")).toBe(204);
    expect(await statusWith(test, token, "DELETE", "/api/tokens/ci")).toBe(204);
    expect(await statusWith(test, token)).toBe(401);
  });

  it("with an end counts until then", async () => {
    const test = createTestApp();
    const { token, expiresAt } = await make(test, { ...NEW, expiresInSeconds: 3600 });
    expect(expiresAt).toBe("2026-11-01T13:00:00.000Z");
    test.clock.now = NOW + 3_599_999;
    expect(await statusWith(test, token)).toBe(200);
    test.clock.now = NOW + 3_600_000;
    expect(await statusWith(test, token)).toBe(401);
  });

  it("that is removed opens nothing any more, and its name is free", async () => {
    const test = createTestApp();
    const { token } = await make(test);
    const removed = await test.admin("DELETE", "/api/tokens/grafana");
    expect([removed.status, await removed.text()]).toEqual([204, ""]);
    expect(await statusWith(test, token)).toBe(401);
    expect((await refusalOf(await test.admin("DELETE", "/api/tokens/grafana"), 404)).code).toBe("not_found");
    const again = await make(test);
    expect(again.token).not.toBe(token);
    expect(await statusWith(test, token)).toBe(401);
  });

  it("cannot take a name that is taken, and the first one stays as it is", async () => {
    const test = createTestApp();
    const { token } = await make(test);
    const refused = await refusalOf(await test.admin("POST", "/api/tokens", { ...NEW, scope: "admin" }), 409);
    expect(refused).toMatchObject({ code: "conflict", detail: "a token named grafana exists already" });
    expect(await statusWith(test, token)).toBe(200);
    expect(test.deps.tokens.find("grafana")?.scope).toBe("read");
  });

  it("is kept as a hash only, and its text stands in no other answer and no log line", async () => {
    const test = createTestApp();
    const { token } = await make(test);
    const record = test.deps.tokens.find("grafana");
    expect(record?.hash).toBe(hashToken(token));
    const answers = [
      await test.admin("GET", "/api/tokens"),
      await test.admin("POST", "/api/tokens", NEW),
      await test.admin("POST", "/api/tokens", { ...NEW, token }),
      await test.app.request("/api/stores", {
        method: "DELETE",
        headers: { Authorization: `Bearer ${token}` },
      }),
      await test.admin("DELETE", "/api/tokens/grafana"),
      await test.app.request("/api/tokens", { headers: { Authorization: `Bearer ${token}` } }),
    ];
    const told = await Promise.all(answers.map((answer) => answer.text()));
    const everything = JSON.stringify([record, told, test.lines]);
    expect(everything).not.toContain(token);
    expect(JSON.stringify([told, test.lines])).not.toContain(record?.hash);
    expect(everything).not.toContain(ADMIN_TOKEN);
  });
});

describe("the bootstrap token", () => {
  it("is not listed, cannot be made a second time and cannot be removed", async () => {
    const test = createTestApp();
    expect(await (await test.admin("GET", "/api/tokens")).json()).toEqual({ tokens: [] });
    const again = await test.admin("POST", "/api/tokens", { name: "bootstrap" });
    expect((await refusalOf(again, 409)).detail).toBe("a token named bootstrap exists already");
    const removed = await test.admin("DELETE", "/api/tokens/bootstrap");
    expect((await refusalOf(removed, 400)).detail).toMatch(/^name: the bootstrap token comes from/);
    expect((await test.admin("GET", "/api/tokens")).status).toBe(200);
  });
});

describe("a mistake in a request is named", () => {
  it.each<[string, object, string]>([
    ["no name", {}, "name: "],
    ["a wrong name", { name: "A b" }, "name: needs a to z"],
    ["a scope that does not exist", { ...NEW, scope: "root" }, "scope: "],
    ["an end in the past", { ...NEW, expiresInSeconds: -1 }, "expiresInSeconds: "],
    ["an end at once", { ...NEW, expiresInSeconds: 0 }, "expiresInSeconds: "],
    ["an end in centuries", { ...NEW, expiresInSeconds: 1e12 }, "expiresInSeconds: "],
    ["half a second", { ...NEW, expiresInSeconds: 90.5 }, "expiresInSeconds: "],
    ["a hash of one's own", { ...NEW, hash: "h" }, "hash"],
  ])("%s", async (_what, body, expected) => {
    const test = createTestApp();
    const { code, detail } = await refusalOf(await test.admin("POST", "/api/tokens", body), 400);
    expect([code, detail]).toEqual(["bad_request", expect.stringContaining(expected)]);
    expect(test.deps.tokens.list()).toEqual([]);
  });
});
