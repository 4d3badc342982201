import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { problem } from "../src/api.ts";
import { hashToken, makeTokenText, type Token } from "../src/tokens/token.ts";
import { ADMIN_TOKEN, createTestApp, NOW, type TestApp } from "./helpers/app.ts";

const READ_TEXT = makeTokenText();

function aToken(changes: Partial<Token> = {}): Token {
  const createdAt = new Date(NOW).toISOString();
  return { name: "reader", scope: "read", hash: hashToken(READ_TEXT), createdAt, ...changes };
}

/** As the Node server hands it over. */
function from(address: string) {
  const socket = Object.defineProperty(new Socket(), "remoteAddress", { value: address });
  return { incoming: new IncomingMessage(socket) };
}

interface Asking {
  readonly token?: string;
  readonly address?: string;
  readonly method?: string;
  readonly path?: string;
}

async function ask(test: TestApp, asking: Asking): Promise<Response> {
  const { token, address = "192.0.2.1", method = "GET", path = "/api/stores" } = asking;
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return test.app.request(path, { method, headers }, from(address));
}

async function guess(test: TestApp, times: number, address?: string): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const asking = { token: `guess-${time}`, ...(address === undefined ? {} : { address }) };
    expect((await ask(test, asking)).status).toBe(401);
  }
}

describe("a token of the scope read", () => {
  const routes = createTestApp().app.routes.filter(
    ({ method, path }) => method !== "ALL" && (path.startsWith("/api/") || path === "/metrics"),
  );

  it.each(routes.map(({ method, path }) => [method, path] as const))(
    "may look and change nothing: %s %s",
    async (method, path) => {
      const test = createTestApp({ tokens: [aToken()] });
      const response = await ask(test, { token: READ_TEXT, method, path: path.replace(/:[a-z]+/g, "acme") });
      if (method === "GET") {
        await response.body?.cancel();
        expect([200, 400, 404]).toContain(response.status);
        return;
      }
      expect(response.status).toBe(403);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(response.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
      expect(problem.parse(await response.json())).toMatchObject({ status: 403, code: "forbidden" });
      expect([test.deps.stores.list().length, test.deps.tokens.list().length]).toEqual([1, 1]);
      expect(test.lines).toEqual([]);
    },
  );

  it.each(["PUT", "PATCH", "OPTIONS", "PURGE"])("may not %s what does not exist either", async (method) => {
    const test = createTestApp({ tokens: [aToken()] });
    expect((await ask(test, { token: READ_TEXT, method })).status).toBe(403);
  });

  it("may ask for the head of what it may read", async () => {
    const test = createTestApp({ tokens: [aToken()] });
    expect((await ask(test, { token: READ_TEXT, method: "HEAD" })).status).toBe(200);
  });
});

describe("guesses of tokens", () => {
  it("from one address end in 429 with the seconds to wait, and are open again after the minute", async () => {
    const test = createTestApp();
    await guess(test, 20);
    test.clock.now = NOW + 15_000;
    const refused = await ask(test, { token: "guess-21" });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "45"]);
    expect(problem.parse(await refused.json())).toMatchObject({ code: "too_many_attempts" });
    test.clock.now = NOW + 60_000;
    await guess(test, 20);
  });

  it("that hit are refused too while the address waits: else the wait would tell nothing to a guesser", async () => {
    const test = createTestApp();
    await guess(test, 20);
    expect((await ask(test, { token: ADMIN_TOKEN })).status).toBe(429);
    test.clock.now = NOW + 60_000;
    expect((await ask(test, { token: ADMIN_TOKEN })).status).toBe(200);
  });

  it("shut out neither other addresses nor tokens that the hub made", async () => {
    const test = createTestApp({ tokens: [aToken()] });
    await guess(test, 20);
    expect((await ask(test, { token: ADMIN_TOKEN, address: "192.0.2.2" })).status).toBe(200);
    expect((await ask(test, { token: READ_TEXT })).status).toBe(200);
    expect((await ask(test, { token: makeTokenText() })).status).toBe(429);
  });

  it("are no requests that succeed, are not allowed, or carry no token", async () => {
    const test = createTestApp({ tokens: [aToken()] });
    for (let time = 0; time < 50; time += 1) {
      expect((await ask(test, {})).status).toBe(401);
      expect((await ask(test, { token: ADMIN_TOKEN })).status).toBe(200);
      expect((await ask(test, { token: READ_TEXT, method: "DELETE" })).status).toBe(403);
    }
    await guess(test, 20);
  });

  it("do not hold up webhooks", async () => {
    const test = createTestApp();
    await guess(test, 20);
    const webhook = await test.app.request("/webhooks/shopify/nobody", { method: "POST" }, from("192.0.2.1"));
    expect(webhook.status).toBe(404);
  });
});
