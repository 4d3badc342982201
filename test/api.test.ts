/** What all admin routes have in common. */
import { describe, expect, it } from "vitest";
import { problem } from "../src/api.ts";
import { ADMIN_TOKEN, createTestApp, type TestApp } from "./helpers/app.ts";

/** As the router knows them; middleware stands under the method ALL. */
const routes = createTestApp().app.routes.filter(({ method }) => method !== "ALL");
const adminRoutes = routes.filter(({ path }) => path.startsWith("/api/") || path === "/metrics");
const openPaths = [
  "/healthz",
  "/readyz",
  "/openapi.json",
  "/docs",
  "/docs/start.js",
  "/docs/swagger-ui-bundle.js",
  "/docs/swagger-ui.css",
  "/asyncapi.json",
  "/schemas/v1/event.json",
  "/schemas/v1/order.json",
];

/** The requests that no admin route may answer, whatever it does. */
const STRANGERS: readonly (readonly [string, Record<string, string>])[] = [
  ["without a token", {}],
  ["with a wrong token", { Authorization: "Bearer wrong" }],
  ["with a token that begins right", { Authorization: `Bearer ${ADMIN_TOKEN}x` }],
  ["with the beginning of the token", { Authorization: `Bearer ${ADMIN_TOKEN.slice(0, -1)}` }],
  ["with the token in capitals", { Authorization: `Bearer ${ADMIN_TOKEN.toUpperCase()}` }],
  ["with an empty token", { Authorization: "Bearer " }],
  ["with two tokens", { Authorization: `Bearer wrong ${ADMIN_TOKEN}` }],
  ["with the token alone", { Authorization: ADMIN_TOKEN }],
  ["with the token under another scheme", { Authorization: `Basic ${ADMIN_TOKEN}` }],
  ["with the token as a password", { Authorization: `Basic ${btoa(`admin:${ADMIN_TOKEN}`)}` }],
  ["with the token in another header", { "X-Api-Key": ADMIN_TOKEN, Cookie: `token=${ADMIN_TOKEN}` }],
];

function ask(test: TestApp, method: string, path: string, headers: Record<string, string>) {
  const target = path.replace(/:[a-z]+/g, "acme");
  return test.app.request(`${target}?token=${ADMIN_TOKEN}`, { method, headers });
}

async function problemOf(response: Response) {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return problem.parse(await response.json());
}

describe("admin routes", () => {
  it("are found in the app", () => {
    expect(adminRoutes.length).toBeGreaterThan(10);
    expect(adminRoutes.map(({ path }) => path)).toContain("/metrics");
  });

  describe.each(adminRoutes.map(({ method, path }) => ({ method, path })))(
    "$method $path",
    ({ method, path }) => {
      const test = createTestApp();

      it.each(STRANGERS)("refuses a request %s", async (_who, headers) => {
        const response = await ask(test, method, path, headers);
        expect(response.status).toBe(401);
        expect(response.headers.get("www-authenticate")).toBe('Bearer realm="entrepot"');
        expect(await problemOf(response)).toMatchObject({ status: 401, code: "unauthorized" });
        expect(test.deps.stores.list()).toHaveLength(1);
      });

      it.each(["Bearer", "bearer", "BEARER"])("lets the token pass under the scheme %s", async (scheme) => {
        const response = await ask(test, method, path, {
          Authorization: `${scheme} ${ADMIN_TOKEN}`,
        });
        await response.body?.cancel();
        expect([200, 204, 400, 404]).toContain(response.status);
      });
    },
  );

  it("that do not exist look the same to strangers as those that do", async () => {
    const test = createTestApp();
    expect((await ask(test, "GET", "/api/nothing", {})).status).toBe(401);
    expect((await ask(test, "PATCH", "/api/stores", {})).status).toBe(401);
    expect((await test.admin("GET", "/api/nothing")).status).toBe(404);
  });

  it("read no body of a stranger, and no large one of anybody", async () => {
    const test = createTestApp();
    const body = JSON.stringify({ secrets: ["x".repeat(200_000)] });
    expect((await test.app.request("/api/stores", { method: "POST", body })).status).toBe(401);
    const large = await test.admin("POST", "/api/stores", { secrets: ["x".repeat(200_000)] });
    expect(await problemOf(large)).toMatchObject({ status: 413, code: "too_large" });
  });
});

describe("open routes", () => {
  it.each(openPaths)("%s needs no token", async (path) => {
    expect((await createTestApp().app.request(path)).status).toBe(200);
  });

  it("are all that is neither a webhook address nor an admin route", () => {
    const known = new Set([...openPaths.map((path) => path.replace(/\/v1\/.*/, "/v1/:file"))]);
    const rest = routes
      .map(({ path }) => path)
      .filter((path) => !/^\/(?:api\/|metrics$|webhooks\/)/.test(path));
    expect(new Set(rest)).toEqual(known);
  });

  it("/readyz names what is missing, and /healthz stays well meanwhile", async () => {
    const { app } = createTestApp({ overrides: { notReady: async () => ["connection to NATS"] } });
    const response = await app.request("/readyz");
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: "not ready", missing: ["connection to NATS"] });
    expect((await app.request("/healthz")).status).toBe(200);
  });
});

describe("/metrics", () => {
  it("is what Prometheus reads, with no name from the wire", async () => {
    const test = createTestApp();
    await test.app.request("/webhooks/wire-platform/wire-store", { method: "POST" });
    const response = await test.admin("GET", "/metrics");
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=/);
    const text = await response.text();
    expect(text).toContain('entrepot_webhook_requests_total{platform="unknown",outcome="no_store"} 1');
    expect(text).not.toContain("wire-");
  });
});

describe("an error", () => {
  it("of ours says nothing of what it holds, and the log finds it by the request's id", async () => {
    const eventReader = {
      page: () => Promise.reject(new Error("a detail for us only")),
      follow: () => Promise.reject(new Error("a detail for us only")),
    };
    const test = createTestApp({ overrides: { eventReader } });
    const { status, code, requestId, ...rest } = await problemOf(await test.admin("GET", "/api/events"));
    expect([status, code]).toEqual([500, "internal"]);
    expect(JSON.stringify(rest)).not.toContain("detail for us");
    const line = test.lines.find(({ msg }) => msg === "request failed");
    expect(line).toMatchObject({ requestId, err: { message: "a detail for us only" } });
  });

  it("carries the id that the caller gave the request", async () => {
    const response = await createTestApp().app.request("/nothing", { headers: { "X-Request-Id": "mine-1" } });
    expect((await problemOf(response)).requestId).toBe("mine-1");
  });

  it.each(["a b", "<script>", "x".repeat(300)])("carries no id that is none (%j)", async (id) => {
    const response = await createTestApp().app.request("/nothing", { headers: { "X-Request-Id": id } });
    expect((await problemOf(response)).requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ["GET", "/nothing"],
    ["POST", "/healthz"],
    ["GET", "/schemas/v1/nothing.json"],
    ["GET", "/schemas/v1/__proto__.json"],
    ["GET", "/"],
  ])("for what is not there is a problem document: %s %s", async (method, path) => {
    const response = await createTestApp().app.request(path, { method });
    expect(await problemOf(response)).toMatchObject({ status: 404, code: "not_found", type: "about:blank" });
  });

  it.each([
    ["/api/events?limit=0", "limit: "],
    ["/api/events?limit=1001", "limit: "],
    ["/api/events?after=-1", "after: "],
    ["/api/events?after=x", "after: "],
    ["/api/events?type=order.payed", "type: there is no event order.payed"],
    ["/api/events?type=*", "type: there is no event *"],
    ["/api/dead?limit=x&after=x", "limit: "],
    ["/api/dead?limit=x&after=x", "after: "],
  ])("in a query names the field: %s", async (path, detail) => {
    const told = await problemOf(await createTestApp().admin("GET", path));
    expect(told).toMatchObject({ status: 400, code: "bad_request" });
    expect(told.detail).toContain(detail);
  });

  it.each(["/api/events?type=(order.paid", "/api/events/live?type=%00"])(
    "in a query for a type with signs of regular expressions is a 400 too: %s",
    async (path) => {
      expect((await createTestApp().admin("GET", path)).status).toBe(400);
    },
  );

  it.each([
    [{}],
    [{ sequences: [] }],
    [{ sequences: [0] }],
    [{ all: false }],
    [{ all: true, store: "acme" }],
    [{ sequences: ["1"] }],
  ])("in a redrive is a 400: %j", async (body) => {
    const response = await createTestApp().admin("POST", "/api/dead/redrive", body);
    expect(await problemOf(response)).toMatchObject({ status: 400, code: "bad_request" });
  });

  it("of a redrive of letters that are not there is a 404 that names them", async () => {
    const response = await createTestApp().admin("POST", "/api/dead/redrive", { sequences: [7, 8] });
    expect(await problemOf(response)).toMatchObject({ status: 404, detail: "no such dead letters: 7, 8" });
  });
});
