import { describe, expect, it } from "vitest";
import { z } from "zod";
import { problem } from "../../src/api.ts";
import { issuedView, subscriptionView } from "../../src/subscriptions/view.ts";
import { createTestApp, secretBox, type TestApp } from "../helpers/app.ts";
import { anEvent } from "../helpers/event.ts";
import { anAttempt, aSubscription, ENDPOINT_SECRET, FRESH } from "../helpers/subscriptions.ts";

const CRM = { events: ["order.*"], deliver: "http", url: "https://crm.example.com/hook" };
const ERP = { events: ["order.*"], deliver: "nats" };
const OPERATOR = { kind: "operator", needed: () => ["an account for erp"] } as const;
const path = "/api/subscriptions";

const issued = issuedView.strict();
const shown = subscriptionView.extend({ statistics: z.record(z.string(), z.unknown()) }).strict();
const listed = z.object({
  subscriptions: z.array(subscriptionView.extend({ pending: z.number(), unsettled: z.number() }).strict()),
});

const replayed = z.object({ events: z.number(), replayId: z.string(), next: z.number().optional() });

async function make(test: TestApp, body: object = { ...CRM, name: "crm" }) {
  const response = await test.admin("POST", path, body);
  expect(response.status).toBe(201);
  expect(response.headers.get("cache-control")).toBe("no-store");
  return issued.parse(await response.json());
}

async function refusalOf(response: Response, status: number) {
  expect(response.status).toBe(status);
  return problem.parse(await response.json());
}

async function get(test: TestApp, name = "crm") {
  const response = await test.admin("GET", `${path}/${name}`);
  expect(response.status).toBe(200);
  return shown.parse(await response.json());
}

describe("POST /api/subscriptions", () => {
  it("makes one over HTTP and shows its secret, only now", async () => {
    const test = createTestApp();
    const { secret = "", ...rest } = await make(test);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { statistics: _statistics, ...again } = await get(test);
    expect(again).toEqual(rest);
    expect(JSON.stringify(again)).not.toContain("whsec_");
  });

  it("makes one over NATS and shows its credentials, only now, with all that a client needs", async () => {
    const test = createTestApp();
    const { credentials, ...rest } = await make(test, { ...ERP, name: "erp" });
    expect(credentials).toBe("creds-of-U1");
    expect(rest).toMatchObject({
      servers: ["nats://hub.example.com:4222"],
      apiPrefix: "hub.API",
      stream: "COMMERCE",
      consumers: [
        { stream: "COMMERCE", filter: "commerce.*.*.order.*", whole: true },
        { stream: "DIRECT", filter: "direct.erp" },
      ],
    });
    expect(JSON.stringify(await get(test, "erp"))).not.toContain("creds-of");
  });

  it("says what the operator has to do where the hub gives no credentials", async () => {
    const made = await make(createTestApp({ offer: OPERATOR }), { ...ERP, name: "erp" });
    expect([made.needed, made.credentials]).toEqual([["an account for erp"], undefined]);
  });

  it("notes a store that is not connected", async () => {
    const made = await make(createTestApp(), { ...CRM, name: "crm", stores: ["acme", "nobody"] });
    expect(made.notes).toEqual(["no store named nobody is connected"]);
  });

  it("refuses a name that is taken", async () => {
    const test = createTestApp();
    await make(test);
    const refused = await refusalOf(await test.admin("POST", path, { ...ERP, name: "crm" }), 409);
    expect(refused).toMatchObject({ code: "conflict", detail: "a subscription named crm exists already" });
  });

  it.each<[string, object, string]>([
    ["no name", CRM, "name: "],
    [
      "an event that does not exist",
      { ...CRM, name: "crm", events: ["order.payed"] },
      "did you mean order.paid?",
    ],
    ["a field that is none", { ...CRM, name: "crm", retries: 3 }, "retries"],
    ["a URL inside", { ...CRM, name: "crm", url: "http://127.0.0.1/" }, "url: The address is not public"],
    [
      "too many consumers",
      { ...ERP, name: "erp", events: ["order.*", "cart.*"], stores: stores(60) },
      "needs 120 consumers",
    ],
  ])("names the mistake and makes nothing: %s", async (_what, body, detail) => {
    const test = createTestApp();
    const refused = await refusalOf(await test.admin("POST", path, body), 400);
    expect(refused.detail).toContain(detail);
    expect([test.stage.deps.subscriptions.list(), test.lines]).toEqual([[], []]);
  });
});

describe("PUT /api/subscriptions/{name}", () => {
  it("makes one that is new, and the same again changes and logs nothing", async () => {
    const test = createTestApp();
    const first = await test.admin("PUT", `${path}/crm`, CRM);
    expect(first.status).toBe(201);
    const { secret, ...made } = issued.parse(await first.json());
    expect(secret).toMatch(/^whsec_/);
    test.clock.now += 1000;
    const second = await test.admin("PUT", `${path}/crm`, CRM);
    expect([second.status, issued.parse(await second.json())]).toEqual([200, made]);
    expect(test.lines).toMatchObject([{ action: "subscription added" }]);
  });

  it("changes a known one", async () => {
    const test = createTestApp({ subscriptions: [aSubscription(secretBox)] });
    const answer = await test.admin("PUT", `${path}/crm`, { ...CRM, events: ["*"], concurrency: 2 });
    expect(issued.parse(await answer.json())).toMatchObject({ events: ["*"], concurrency: 2 });
    expect((await get(test)).events).toEqual(["*"]);
  });

  it.each<[string, string, object, number]>([
    ["a name that is none", "CRM", CRM, 400],
    ["a name that is too long", "a".repeat(64), CRM, 400],
    ["another way of delivery", "crm", ERP, 409],
    ["a name in the body", "crm", { ...CRM, name: "crm" }, 400],
    ["an event that does not exist", "crm", { ...CRM, events: ["order.payed"] }, 400],
  ])("refuses %s", async (_what, name, body, status) => {
    const test = createTestApp({ subscriptions: [aSubscription(secretBox)] });
    await refusalOf(await test.admin("PUT", `${path}/${name}`, body), status);
    expect(test.stage.deps.subscriptions.list()).toEqual(
      [aSubscription(secretBox)].map(({ name }) => expect.objectContaining({ name })),
    );
    expect(test.lines).toEqual([]);
  });
});

describe("GET /api/subscriptions", () => {
  it("lists by name, each with what waits in all its consumers", async () => {
    const test = createTestApp();
    await make(test);
    await make(test, { ...ERP, name: "a-first" });
    for (const { ref, position: _, ...rest } of test.stage.deps.consumers.all.values())
      test.stage.deps.consumers.all.set(ref.name, {
        ...rest,
        ref,
        position: { ...FRESH, pending: ref.name.startsWith("crm") ? 2 : 0, unsettled: 1 },
      });
    const { subscriptions } = listed.parse(await (await test.admin("GET", path)).json());
    expect(subscriptions.map(({ name, pending, unsettled }) => [name, pending, unsettled])).toEqual([
      ["a-first", 0, 2],
      ["crm", 4, 2],
    ]);
  });

  it("shows one with its statistics", async () => {
    const attempts = [anAttempt(), anAttempt({ outcome: "dead", status: 500, error: "status" })];
    const test = createTestApp({ subscriptions: [aSubscription(secretBox)], attempts });
    expect((await get(test)).statistics).toEqual({
      pending: 0,
      unsettled: 0,
      redelivered: 0,
      delivered: 1,
      failed: 1,
      waiting: 3,
      dead: 0,
      lastDeliveredAt: "2026-11-01T11:59:00.000Z",
      lastError: { at: "2026-11-01T11:59:00.000Z", error: "status", status: 500 },
    });
  });
});

describe("pausing, disabling and resuming", () => {
  it("answers with the subscription as it is then", async () => {
    const test = createTestApp({ subscriptions: [aSubscription(secretBox)] });
    const states: unknown[] = [];
    for (const action of ["pause", "disable", "resume"]) {
      const answer = await test.admin("POST", `${path}/crm/${action}`, action === "resume" ? {} : undefined);
      expect(answer.status).toBe(200);
      states.push(subscriptionView.strict().parse(await answer.json()).state);
    }
    expect(states).toEqual(["paused", "disabled", "active"]);
    expect((await get(test)).stopped).toBeUndefined();
  });

  it("needs no body to resume where it stopped", async () => {
    const test = createTestApp({ subscriptions: [aSubscription(secretBox, { state: "paused" })] });
    const answer = await test.app.request(`${path}/crm/resume`, {
      method: "POST",
      headers: { Authorization: `Bearer ${test.deps.adminToken}` },
    });
    expect(answer.status).toBe(200);
    expect(test.lines).toMatchObject([{ action: "subscription resumed", from: "stopped" }]);
  });

  it("refuses another place to resume from", async () => {
    const test = createTestApp({ subscriptions: [aSubscription(secretBox)] });
    await refusalOf(await test.admin("POST", `${path}/crm/resume`, { from: "yesterday" }), 400);
  });
});

describe("POST .../rotate", () => {
  it("shows the new secret, and both sign for the overlap", async () => {
    const test = createTestApp({ subscriptions: [aSubscription(secretBox)] });
    const answer = await test.admin("POST", `${path}/crm/rotate`, { overlapSeconds: 60 });
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const { secret, secrets } = issued.parse(await answer.json());
    expect(secret).not.toBe(ENDPOINT_SECRET);
    expect(secrets).toEqual([
      { createdAt: "2026-11-01T12:00:00.000Z" },
      { createdAt: "2026-11-01T10:00:00.000Z", expiresAt: "2026-11-01T12:01:00.000Z" },
    ]);
  });

  it("without a body overlaps for a day", async () => {
    const test = createTestApp({ subscriptions: [aSubscription(secretBox)] });
    const answer = await test.app.request(`${path}/crm/rotate`, {
      method: "POST",
      headers: { Authorization: `Bearer ${test.deps.adminToken}` },
    });
    expect(issued.parse(await answer.json()).secrets).toContainEqual({
      createdAt: "2026-11-01T10:00:00.000Z",
      expiresAt: "2026-11-02T12:00:00.000Z",
    });
    expect(test.lines).toMatchObject([{ overlapSeconds: 86_400 }]);
  });

  it.each([-1, 1.5, 2_592_001, "60"])("refuses an overlap of %j", async (overlapSeconds) => {
    const test = createTestApp({ subscriptions: [aSubscription(secretBox)] });
    const refused = await refusalOf(await test.admin("POST", `${path}/crm/rotate`, { overlapSeconds }), 400);
    expect(refused.detail).toMatch(/^overlapSeconds: /);
  });

  it("is the operator's job where the hub gives no credentials", async () => {
    const test = createTestApp({ offer: OPERATOR });
    await make(test, { ...ERP, name: "erp" });
    expect((await refusalOf(await test.admin("POST", `${path}/erp/rotate`, {}), 409)).detail).toContain(
      "operator",
    );
  });
});

describe("POST .../test", () => {
  it("sends an event of a type that the subscription wants", async () => {
    const test = createTestApp({ subscriptions: [aSubscription(secretBox)] });
    const answer = await test.admin("POST", `${path}/crm/test`, { type: "order.paid" });
    expect([answer.status, await answer.json()]).toEqual([
      202,
      { eventId: "test:order:test-1:1", type: "order.paid" },
    ]);
    expect(test.stage.sent).toMatchObject([
      { subscription: "crm", event: { type: "order.paid", test: true } },
    ]);
    await refusalOf(await test.admin("POST", `${path}/crm/test`, { type: "stock.out" }), 400);
    expect(test.stage.sent).toHaveLength(1);
  });
});

describe("POST .../replay", () => {
  const events = [anEvent(1), anEvent(2), anEvent(3), anEvent(1, { type: "stock.out", subject: "5" })];
  const hub = () => createTestApp({ subscriptions: [aSubscription(secretBox)], events });

  it("sends what was published again, stretch by stretch, under one id", async () => {
    const test = hub();
    const first = replayed.parse(await (await test.admin("POST", `${path}/crm/replay`, {})).json());
    expect(first).toEqual({ events: 2, next: 2, replayId: expect.stringMatching(/^[\w-]{36}$/) });
    const rest = { after: first.next, replayId: first.replayId };
    expect(await (await test.admin("POST", `${path}/crm/replay`, rest)).json()).toEqual({
      events: 1,
      replayId: first.replayId,
    });
    expect(test.stage.sent.map(({ subscription, event }) => [subscription, event.sequence])).toEqual([
      ["crm", 1],
      ["crm", 2],
      ["crm", 3],
    ]);
  });

  it("only counts in a dry run, and logs nothing", async () => {
    const test = hub();
    const answer = await test.admin("POST", `${path}/crm/replay`, { dryRun: true });
    expect(await answer.json()).toMatchObject({ events: 2 });
    expect([test.stage.sent, test.lines]).toEqual([[], []]);
  });

  it.each(["*", "*.*"])("takes %s for every event", async (type) => {
    const answer = await hub().admin("POST", `${path}/crm/replay`, { type });
    expect(await answer.json()).toMatchObject({ events: 2 });
  });

  it.each<[object, string]>([
    [{ type: "order.payed" }, "type: there is no event order.payed; did you mean order.paid?"],
    [{ since: "yesterday" }, "since: "],
    [{ until: "2026-11-01T12:00:00" }, "until: "],
    [{ after: -1 }, "after: "],
    [{ replayId: "a b" }, "replayId: "],
    [{ everyone: true }, "everyone"],
  ])("refuses %j", async (body, detail) => {
    const test = hub();
    expect((await refusalOf(await test.admin("POST", `${path}/crm/replay`, body), 400)).detail).toContain(
      detail,
    );
    expect(test.stage.sent).toEqual([]);
  });
});

describe("what is disabled", () => {
  it.each(["test", "replay"])("gets nothing sent by %s", async (action) => {
    const test = createTestApp({ subscriptions: [aSubscription(secretBox, { state: "disabled" })] });
    const refused = await refusalOf(await test.admin("POST", `${path}/crm/${action}`, {}), 409);
    expect(refused.detail).toBe("crm is disabled: resume it first");
    expect([test.stage.sent, test.lines]).toEqual([[], []]);
  });
});

describe("DELETE /api/subscriptions/{name}", () => {
  it("removes it with its consumers, once", async () => {
    const test = createTestApp();
    await make(test);
    const removed = await test.admin("DELETE", `${path}/crm`);
    expect([removed.status, await removed.text()]).toEqual([204, ""]);
    expect(test.stage.deps.consumers.all.size).toBe(0);
    await refusalOf(await test.admin("DELETE", `${path}/crm`), 404);
  });
});

describe("a subscription that does not exist", () => {
  it.each<[string, string, object | undefined]>([
    ["GET", "", undefined],
    ["DELETE", "", undefined],
    ["POST", "/pause", undefined],
    ["POST", "/disable", undefined],
    ["POST", "/resume", {}],
    ["POST", "/rotate", {}],
    ["POST", "/test", {}],
    ["POST", "/replay", {}],
  ])("is a 404 that names it: %s %s", async (method, action, body) => {
    const test = createTestApp();
    const refused = await refusalOf(await test.admin(method, `${path}/nobody${action}`, body), 404);
    expect(refused.detail).toBe("there is no subscription nobody");
    expect(test.lines).toEqual([]);
  });
});

describe("secrets", () => {
  it("stand in no answer but the one that makes them, in no log line and no record", async () => {
    const test = createTestApp();
    const headers = { Authorization: "Bearer header-secret" };
    const { secret = "" } = await make(test, { ...CRM, name: "crm", headers });
    const { credentials = "" } = await make(test, { ...ERP, name: "erp" });
    const answers = [
      await test.admin("GET", path),
      await test.admin("GET", `${path}/crm`),
      await test.admin("PUT", `${path}/crm`, { ...CRM, headers }),
      await test.admin("PUT", `${path}/crm`, { ...CRM, headers, secret: ENDPOINT_SECRET }),
      await test.admin("PUT", `${path}/crm`, { ...CRM, headers: { "bad name": "header-secret" } }),
      await test.admin("POST", path, { ...CRM, name: "crm", headers, secret }),
      await test.admin("POST", `${path}/crm/pause`),
      await test.admin("POST", `${path}/crm/rotate`, { secret }),
      await test.admin("POST", `${path}/crm/rotate`, {}),
      await test.admin("POST", `${path}/crm/test`, {}),
    ];
    const told = await Promise.all(answers.map((answer) => answer.text()));
    const everything = JSON.stringify([told, test.lines, test.stage.deps.subscriptions.list()]);
    for (const text of [secret, credentials, "header-secret", ENDPOINT_SECRET])
      expect(everything).not.toContain(text);
    const sealed = test.stage.deps.subscriptions.find("crm")?.endpoint?.secrets ?? [];
    expect(sealed).toHaveLength(2);
    for (const each of sealed) expect(JSON.stringify([told, test.lines])).not.toContain(each.sealed);
  });
});

function stores(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `store-${at}`);
}
