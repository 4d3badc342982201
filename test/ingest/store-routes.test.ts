import { describe, expect, it } from "vitest";
import { z } from "zod";
import { problem } from "../../src/api.ts";
import { platforms } from "../../src/normalizers/registry.ts";
import { createTestApp, NOW, SECRET, signed, type TestApp } from "../helpers/app.ts";

const NEW = { platform: "shopify", name: "fresh", secrets: ["first-secret"] };
const HOUR_MS = 3_600_000;

const view = z.strictObject({
  credentials: z.array(z.string()),
  notes: z.array(z.string()),
  name: z.string(),
  platform: z.string(),
  webhookUrl: z.string(),
  connectedAt: z.string(),
  externalId: z.string().optional(),
  options: z.record(z.string(), z.unknown()),
  secrets: z.array(z.strictObject({ createdAt: z.string(), expiresAt: z.string().optional() })),
});

async function connected(test: TestApp, body: object = NEW) {
  const response = await test.admin("POST", "/api/stores", body);
  expect(response.status).toBe(201);
  return view.parse(await response.json());
}

async function refusalOf(response: Response, status: number) {
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return problem.parse(await response.json());
}

async function accepts(test: TestApp, secret: string, deliveryId: string): Promise<boolean> {
  const init = signed({ secret, deliveryId });
  return (await test.app.request("/webhooks/shopify/fresh", init)).status === 200;
}

describe("a store", () => {
  it("that is connected has an address, takes webhooks and is listed", async () => {
    const test = createTestApp();
    const options = { currency: "EUR", weightUnit: "kg", dimensionUnit: "cm" };
    const externalId = "northwind-goods.myshopify.com";
    const added = await connected(test, { ...NEW, options, externalId });
    expect(added).toEqual({
      credentials: [],
      notes: [],
      name: "fresh",
      platform: "shopify",
      webhookUrl: "https://hub.example.com/webhooks/shopify/fresh",
      connectedAt: "2026-11-01T12:00:00.000Z",
      externalId,
      options,
      secrets: [{ createdAt: "2026-11-01T12:00:00.000Z" }],
    });
    expect(await accepts(test, "first-secret", "1")).toBe(true);
    const shown = await test.admin("GET", "/api/stores/fresh");
    expect(view.parse(await shown.json())).toEqual(added);
    const { stores } = z
      .object({ stores: z.array(view) })
      .parse(await (await test.admin("GET", "/api/stores")).json());
    expect(stores.map(({ name }) => name)).toEqual(["acme", "fresh"]);
  });

  it("accepts whichever of its secrets signed", async () => {
    const test = createTestApp();
    await connected(test, { ...NEW, secrets: ["one", "two"] });
    expect([await accepts(test, "one", "1"), await accepts(test, "two", "2")]).toEqual([true, true]);
    expect(await accepts(test, "three", "3")).toBe(false);
  });

  it("cannot be connected twice, and the first one stays as it is", async () => {
    const test = createTestApp();
    await connected(test);
    const again = { ...NEW, platform: "woocommerce", secrets: ["other"] };
    const refused = await refusalOf(await test.admin("POST", "/api/stores", again), 409);
    expect(refused).toMatchObject({ code: "conflict", detail: "a store named fresh is connected already" });
    expect(await accepts(test, "first-secret", "1")).toBe(true);
  });

  it("that was removed takes nothing any more, and its name is free again", async () => {
    const test = createTestApp();
    await connected(test);
    const removed = await test.admin("DELETE", "/api/stores/fresh");
    expect([removed.status, await removed.text()]).toEqual([204, ""]);
    expect((await test.app.request("/webhooks/shopify/fresh", signed())).status).toBe(404);
    await refusalOf(await test.admin("GET", "/api/stores/fresh"), 404);
    await refusalOf(await test.admin("DELETE", "/api/stores/fresh"), 404);
    await connected(test, { ...NEW, secrets: ["second"] });
    expect([await accepts(test, "first-secret", "1"), await accepts(test, "second", "2")]).toEqual([
      false,
      true,
    ]);
  });

  it.each([
    ["GET", "/api/stores/nobody"],
    ["DELETE", "/api/stores/nobody"],
    ["POST", "/api/stores/nobody/rotate"],
    ["GET", "/api/stores/__proto__"],
    ["DELETE", "/api/stores/%2e%2e"],
    ["GET", `/api/stores/${"x".repeat(300)}`],
  ])("that nobody connected is a 404: %s %s", async (method, path) => {
    const body = method === "POST" ? { secrets: ["s"] } : undefined;
    expect((await refusalOf(await createTestApp().admin(method, path, body), 404)).code).toBe("not_found");
  });
});

describe("a rotation", () => {
  it("lets the previous secrets count for a day, then the new ones alone", async () => {
    const test = createTestApp();
    await connected(test);
    const response = await test.admin("POST", "/api/stores/fresh/rotate", { secrets: ["second"] });
    expect(response.status).toBe(200);
    expect(view.parse(await response.json()).secrets).toEqual([
      { createdAt: "2026-11-01T12:00:00.000Z" },
      { createdAt: "2026-11-01T12:00:00.000Z", expiresAt: "2026-11-02T12:00:00.000Z" },
    ]);
    expect([await accepts(test, "first-secret", "1"), await accepts(test, "second", "2")]).toEqual([
      true,
      true,
    ]);
    test.clock.now = NOW + 24 * HOUR_MS;
    expect([await accepts(test, "first-secret", "3"), await accepts(test, "second", "4")]).toEqual([
      false,
      true,
    ]);
  });

  it("without overlap ends the previous secrets at once", async () => {
    const test = createTestApp();
    await connected(test);
    const body = { secrets: ["second"], overlapSeconds: 0 };
    const rotated = view.parse(await (await test.admin("POST", "/api/stores/fresh/rotate", body)).json());
    expect(rotated.secrets).toHaveLength(1);
    expect(await accepts(test, "first-secret", "1")).toBe(false);
  });

  it("never lets a secret live longer that was to end sooner", async () => {
    const test = createTestApp();
    await connected(test);
    const rotate = (secret: string, overlapSeconds: number) =>
      test.admin("POST", "/api/stores/fresh/rotate", { secrets: [secret], overlapSeconds });
    await rotate("second", 60);
    await rotate("third", 3600);
    test.clock.now = NOW + 60_000;
    expect(await accepts(test, "first-secret", "1")).toBe(false);
    expect(await accepts(test, "second", "2")).toBe(true);
    test.clock.now = NOW + HOUR_MS;
    expect(await accepts(test, "second", "3")).toBe(false);
    expect(await accepts(test, "third", "4")).toBe(true);
  });

  it("forgets secrets that have ended", async () => {
    const test = createTestApp();
    await connected(test);
    for (let time = 0; time < 10; time += 1) {
      await test.admin("POST", "/api/stores/fresh/rotate", { secrets: [`s${time}`], overlapSeconds: 60 });
      test.clock.now += 60_000;
    }
    expect(test.deps.stores.find("fresh")?.secrets).toHaveLength(2);
  });
});

describe("a mistake in a request is named", () => {
  it.each<[string, object, string[]]>([
    ["a name", { ...NEW, name: "A b" }, ["name: needs a to z"]],
    [
      "a platform",
      { ...NEW, platform: "shopifi" },
      [`platform: shopifi is not one of ${Object.keys(platforms).join(", ")}`],
    ],
    ["no secret", { ...NEW, secrets: [] }, ["secrets: needs at least one secret"]],
    ["an empty secret", { ...NEW, secrets: ["ok", ""] }, ["secrets.1: must not be empty"]],
    ["too many secrets", { ...NEW, secrets: Array(6).fill("s") }, ["secrets: "]],
    ["a long secret", { ...NEW, secrets: ["s".repeat(1025)] }, ["secrets.0: "]],
    ["a currency", { ...NEW, options: { currency: "euro" } }, ["options.currency: needs an ISO 4217 code"]],
    ["an unknown option", { ...NEW, options: { colour: "red" } }, ["options: ", "colour"]],
    ["an unknown field", { ...NEW, secret: "s" }, ["body: ", "secret"]],
    ["an empty name of the shop", { ...NEW, externalId: "" }, ["externalId: "]],
    [
      "several at once",
      { platform: 7, name: "", secrets: "s" },
      ["platform: ", "name: needs a to z", "secrets: "],
    ],
    ["everything missing", {}, ["platform: ", "name: "]],
    ["a list", [], ["body: "]],
  ])("%s", async (_what, body, expected) => {
    const test = createTestApp();
    const { code, detail } = await refusalOf(await test.admin("POST", "/api/stores", body), 400);
    expect(code).toBe("bad_request");
    for (const part of expected) expect(detail).toContain(part);
    expect(test.deps.stores.list()).toHaveLength(1);
  });

  it.each<[string, object, string]>([
    ["no secrets", {}, "secrets: "],
    ["an overlap below zero", { secrets: ["s"], overlapSeconds: -1 }, "overlapSeconds: "],
    ["an overlap of months", { secrets: ["s"], overlapSeconds: 2_592_001 }, "overlapSeconds: "],
    ["half a second", { secrets: ["s"], overlapSeconds: 0.5 }, "overlapSeconds: "],
  ])("%s in a rotation", async (_what, body, expected) => {
    const test = createTestApp();
    const response = await test.admin("POST", "/api/stores/acme/rotate", body);
    expect((await refusalOf(response, 400)).detail).toContain(expected);
    expect(test.deps.stores.find("acme")?.secrets).toHaveLength(1);
  });

  it.each<[string, RequestInit]>([
    ["JSON that is none", { body: "{", headers: { "content-type": "application/json" } }],
    ["no body", { headers: { "content-type": "application/json" } }],
    [
      "a body that is not said to be JSON",
      { body: JSON.stringify(NEW), headers: { "content-type": "text/plain" } },
    ],
    ["a body of no type", { body: new TextEncoder().encode(JSON.stringify(NEW)) }],
  ])("%s", async (_what, init) => {
    const test = createTestApp();
    const headers = { Authorization: `Bearer ${test.deps.adminToken}`, ...init.headers };
    const response = await test.app.request("/api/stores", { method: "POST", ...init, headers });
    const { code, detail } = await refusalOf(response, 400);
    expect([code, detail]).toEqual(["bad_request", expect.stringMatching(/^body: /)]);
    expect(test.lines).toEqual([]);
    expect(test.deps.stores.list()).toHaveLength(1);
  });
});

describe("secrets", () => {
  it("stand in no answer, no log line and no record, in whatever goes right or wrong", async () => {
    const test = createTestApp();
    const secrets = ["plain-secret-1", "plain-secret-2"];
    const body = { ...NEW, secrets };
    const answers = [
      await test.admin("POST", "/api/stores", body),
      await test.admin("POST", "/api/stores", body),
      await test.admin("POST", "/api/stores", { ...body, name: "A b" }),
      await test.admin("POST", "/api/stores", { ...body, secrets: { value: "plain-secret-1" } }),
      await test.admin("POST", "/api/stores", { ...body, platform: "other" }),
      await test.admin("POST", "/api/stores/fresh/rotate", { secrets }),
      await test.admin("POST", "/api/stores/fresh/rotate", { secrets, overlapSeconds: "plain-secret-1" }),
      await test.admin("GET", "/api/stores"),
      await test.admin("GET", "/api/stores/fresh"),
      await test.app.request("/webhooks/shopify/fresh", signed({ secret: "wrong" })),
      await test.admin("GET", "/api/rejections"),
      await test.admin("GET", "/metrics"),
      await test.admin("DELETE", "/api/stores/acme"),
    ];
    const told = await Promise.all(answers.map((answer) => answer.text()));
    const sealed = test.deps.stores.find("fresh")?.secrets.map((secret) => secret.sealed) ?? [];
    expect(sealed).toHaveLength(4);
    const everything = JSON.stringify([told, test.lines]);
    for (const secret of [...secrets, SECRET, ...sealed]) expect(everything).not.toContain(secret);
    expect(JSON.stringify(test.deps.stores.list())).not.toContain("plain-secret");
  });

  it("changes are in the log, with who they are about", async () => {
    const test = createTestApp();
    await connected(test);
    await test.admin("POST", "/api/stores/fresh/rotate", { secrets: ["s"] });
    await test.admin("DELETE", "/api/stores/fresh");
    const audit = test.lines.filter(({ msg }) => msg === "audit");
    expect(audit).toMatchObject([
      { store: "fresh", action: "store added" },
      { store: "fresh", action: "store secrets rotated" },
      { store: "fresh", action: "store removed" },
    ]);
  });
});
