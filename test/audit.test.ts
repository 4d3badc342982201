/** Every change through the admin API leaves one line that says who asked for it. */
import { describe, expect, it } from "vitest";
import { hashToken, makeTokenText, type Token } from "../src/tokens/token.ts";
import { ADMIN_TOKEN, aStore, createTestApp, SECRET, secretBox, type TestApp } from "./helpers/app.ts";
import { aWebhook } from "./helpers/factories.ts";
import { aSubscription, ENDPOINT_SECRET } from "./helpers/subscriptions.ts";

const CI_TEXT = makeTokenText();
const CI: Token = {
  name: "ci",
  scope: "admin",
  hash: hashToken(CI_TEXT),
  createdAt: "2026-11-01T12:00:00.000Z",
};
const HEADERS = { Authorization: "Bearer header-secret" };
const SECRETS = ["new-secret-1", "new-secret-2"];

interface Change {
  readonly route: string;
  readonly path?: string;
  readonly body?: object;
  readonly line: object;
}

const CREDENTIAL = "credential-of-books";

const CHANGES: readonly Change[] = [
  {
    route: "POST /api/stores",
    body: { platform: "shopify", name: "fresh", secrets: SECRETS },
    line: { action: "store added", store: "fresh", platform: "shopify" },
  },
  {
    route: "POST /api/stores/:name/rotate",
    path: "/api/stores/acme/rotate",
    body: { secrets: SECRETS },
    line: { action: "store secrets rotated", store: "acme", overlapSeconds: 86_400 },
  },
  {
    route: "PUT /api/stores/:name/credentials",
    path: "/api/stores/books/credentials",
    body: { credentials: { accessToken: CREDENTIAL } },
    line: { action: "store credentials changed", store: "books" },
  },
  {
    route: "DELETE /api/stores/:name",
    path: "/api/stores/acme",
    line: { action: "store removed", store: "acme" },
  },
  {
    route: "POST /api/dead/redrive",
    body: { all: true },
    line: { action: "dead letters redriven", count: 1 },
  },
  {
    route: "POST /api/subscriptions",
    body: {
      name: "erp",
      events: ["order.*"],
      deliver: "http",
      url: "https://erp.example.com",
      headers: HEADERS,
    },
    line: { action: "subscription added", subscription: "erp", deliver: "http" },
  },
  {
    route: "PUT /api/subscriptions/:name",
    path: "/api/subscriptions/crm",
    body: { events: ["*"], deliver: "http", url: "https://crm.example.com/new", headers: HEADERS },
    line: { action: "subscription changed", subscription: "crm", deliver: "http" },
  },
  {
    route: "DELETE /api/subscriptions/:name",
    path: "/api/subscriptions/crm",
    line: { action: "subscription removed", subscription: "crm" },
  },
  {
    route: "POST /api/subscriptions/:name/pause",
    path: "/api/subscriptions/crm/pause",
    line: { action: "subscription paused", subscription: "crm" },
  },
  {
    route: "POST /api/subscriptions/:name/disable",
    path: "/api/subscriptions/crm/disable",
    line: { action: "subscription disabled", subscription: "crm" },
  },
  {
    route: "POST /api/subscriptions/:name/resume",
    path: "/api/subscriptions/crm/resume",
    body: { from: "now" },
    line: { action: "subscription resumed", subscription: "crm", from: "now" },
  },
  {
    route: "POST /api/subscriptions/:name/rotate",
    path: "/api/subscriptions/crm/rotate",
    body: {},
    line: { action: "subscription rotated", subscription: "crm", overlapSeconds: 86_400 },
  },
  {
    route: "POST /api/subscriptions/:name/test",
    path: "/api/subscriptions/crm/test",
    body: { type: "order.paid" },
    line: { action: "test event sent", subscription: "crm", type: "order.paid" },
  },
  {
    route: "POST /api/subscriptions/:name/replay",
    path: "/api/subscriptions/crm/replay",
    body: { type: "order.*", replayId: "again" },
    line: { action: "events replayed", subscription: "crm", replayId: "again", events: 0 },
  },
  {
    route: "POST /api/tokens",
    body: { name: "grafana", expiresInSeconds: 60 },
    line: { action: "token added", name: "grafana", scope: "read", expiresAt: "2026-11-01T12:01:00.000Z" },
  },
  {
    route: "DELETE /api/tokens/:name",
    path: "/api/tokens/ci",
    line: { action: "token removed", name: "ci" },
  },
];

function hub(): TestApp {
  const letter = { sequence: 1, stage: "normalize", reason: "id", attempts: 1, at: "2026-11-01T12:00:00Z" };
  const { body, headers: _, ...webhook } = aWebhook();
  return createTestApp({
    stores: [aStore(), aStore({ name: "books", platform: "square" })],
    tokens: [CI],
    dead: [{ ...letter, bytes: body.length, webhook }],
    subscriptions: [aSubscription(secretBox)],
  });
}

function request(test: TestApp, { route, path, body }: Change, headers: Record<string, string>) {
  const [method = "", pattern = ""] = route.split(" ");
  return test.app.request(path ?? pattern, {
    method,
    headers: { "Content-Type": "application/json", "X-Request-Id": "request-1", ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

describe("a change through the admin API", () => {
  it("is listed here for every route that makes one", () => {
    const changing = createTestApp()
      .app.routes.filter(({ method, path }) => path.startsWith("/api/") && !["ALL", "GET"].includes(method))
      .map(({ method, path }) => `${method} ${path}`);
    expect(CHANGES.map(({ route }) => route).sort()).toEqual([...new Set(changing)].sort());
  });

  describe.each(CHANGES)("by $route", (change) => {
    it.each([
      ["ci", CI_TEXT],
      ["bootstrap", ADMIN_TOKEN],
    ])("leaves one line with %s as the actor, and no secret", async (actor, text) => {
      const test = hub();
      const response = await request(test, change, { Authorization: `Bearer ${text}` });
      expect(response.ok, await response.clone().text()).toBe(true);
      expect(test.lines).toHaveLength(1);
      const [{ level, time, ...line } = { level: 0, time: 0 }] = test.lines;
      expect([level, time]).toEqual([30, expect.any(String)]);
      expect(line).toEqual({ msg: "audit", actor, requestId: "request-1", ...change.line });
      const answer = await response.text();
      const made = /ent_[\w-]+|whsec_[\w+/=]+/.exec(answer)?.[0] ?? "none";
      const kept = [
        ...test.deps.stores.list().flatMap(({ secrets }) => secrets.map(({ sealed }) => sealed)),
        ...test.deps.tokens.list().map(({ hash }) => hash),
        ...test.stage.deps.subscriptions
          .list()
          .flatMap(({ endpoint }) => [
            ...(endpoint?.secrets.map(({ sealed }) => sealed) ?? []),
            ...Object.values(endpoint?.headers ?? {}),
          ]),
      ];
      for (const secret of [
        ...SECRETS,
        SECRET,
        ENDPOINT_SECRET,
        CREDENTIAL,
        "header-secret",
        CI_TEXT,
        ADMIN_TOKEN,
        made,
        ...kept,
      ])
        expect(JSON.stringify(test.lines)).not.toContain(secret);
    });

    it("leaves none when it is refused", async () => {
      const test = hub();
      expect((await request(test, change, {})).status).toBe(401);
      expect((await request(test, change, { Authorization: "Bearer wrong" })).status).toBe(401);
      const away = {
        ...change,
        ...(change.path ? { path: change.path.replace(/acme|books|ci|crm/, "nobody") } : {}),
      };
      const broken = { ...away, ...(change.body ? { body: { broken: true } } : {}) };
      const answer = await request(test, broken, { Authorization: `Bearer ${ADMIN_TOKEN}` });
      expect([400, 404]).toContain(answer.status);
      expect(test.lines).toEqual([]);
    });
  });
});
