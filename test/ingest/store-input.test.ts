/** What an admin tells about a store beyond its name: variant, settings, credentials, and secrets of the kind that fits. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { openCredentials } from "../../src/ingest/stores.ts";
import type { Platform } from "../../src/normalizers/platform.ts";
import type { JwsScheme } from "../../src/normalizers/scheme.ts";
import { secretBox, type TestApp } from "../helpers/app.ts";
import { anEcPair, anRsaPair, spellingsOf } from "../helpers/key-pairs.ts";
import { aPlatform, appOf, aVariant } from "../helpers/wires.ts";

const NEW = { platform: "fair", name: "fresh" };
const PAIR = anRsaPair();
const settings = {
  shopUrl: {
    description: "Address of the shop",
    example: "https://shop.example",
    pattern: /https:\/\/[a-z.]+/,
  },
  app: { description: "Id of the app", example: "1", optional: true },
};
const credentials = {
  clientId: { description: "Client id", example: "id" },
  clientSecret: { description: "Client secret", example: "secret" },
};
const jws: JwsScheme = {
  kind: "jws",
  signature: { headers: ["x-signature"] },
  algorithms: ["RS256"],
  keys: { kind: "secret" },
};
const fetched: JwsScheme = { ...jws, keys: { kind: "jwks", url: "https://keys.example", cacheSeconds: 60 } };
const unsigned = { kind: "unsigned", reason: "signs nothing" } as const;

async function add(platform: Platform, body: object): Promise<[TestApp, number, string]> {
  const test = appOf(platform);
  const response = await test.admin("POST", "/api/stores", { ...NEW, ...body });
  return [test, response.status, await response.text()];
}

describe("settings and variants", () => {
  const platform = aPlatform({ settings, variants: { other: aVariant() } });
  const good = { secrets: ["s"], settings: { shopUrl: "https://shop.example" } };

  it("are kept and shown", async () => {
    const [, status, text] = await add(platform, { ...good, variant: "other" });
    expect(status).toBe(201);
    expect(JSON.parse(text)).toMatchObject({
      variant: "other",
      settings: { shopUrl: "https://shop.example" },
    });
  });

  it.each<[object, string]>([
    [{ ...good, variant: "third" }, "variant: third is not one of other"],
    [{ ...good, variant: "__proto__" }, "variant: __proto__ is not one of other"],
    [{ secrets: ["s"] }, "settings.shopUrl: is missing: Address of the shop (such as https://shop.example)"],
    [{ ...good, settings: { shopUrl: "" } }, "settings.shopUrl: is empty"],
    [{ ...good, settings: { ...good.settings, app: "" } }, "settings.app: is empty"],
    [
      { ...good, settings: { shopUrl: "https://shop.example/x" } },
      "settings.shopUrl: does not look like https://shop.example",
    ],
    [{ ...good, settings: { shopUrl: "see https://shop.example" } }, "settings.shopUrl: does not look like"],
    [{ ...good, settings: { ...good.settings, more: "1" } }, "settings.more: is not one of shopUrl, app"],
    [{ ...good, settings: { ...good.settings, app: 7 } }, "settings.app: "],
  ])("are refused where they do not fit: %j", async (body, explained) => {
    const [test, status, text] = await add(platform, body);
    expect([status, text]).toEqual([400, expect.stringContaining(explained)]);
    expect(test.deps.stores.find("fresh")).toBeUndefined();
  });
});

describe("secrets", () => {
  it.each(Object.entries(spellingsOf(PAIR)))(
    "may be a public key where the platform signs with one: %s",
    async (_spelling, key) => {
      expect((await add(aPlatform({ schemes: [jws] }), { secrets: [key] }))[1]).toBe(201);
      const [, status, text] = await add(aPlatform(), { secrets: ["s", key] });
      expect([status, text]).toEqual([
        400,
        expect.stringContaining("secrets.1: is a public key; this platform signs with a shared secret"),
      ]);
    },
  );

  it.each<[string, Partial<Platform>, readonly string[], string]>([
    ["a private key", { schemes: [jws] }, [PAIR.privateKey], "is a private key"],
    ["a private key for another platform", {}, [anEcPair().privateKey], "is a private key"],
    [
      "a weak key",
      { schemes: [jws] },
      [anRsaPair(1024).publicKey],
      "is no public key that can be read, or too weak a one",
    ],
    ["a broken key", { schemes: [jws] }, ["-----BEGIN PUBLIC KEY-----"], "is no public key that can be read"],
    ["a shared secret where keys sign", { schemes: [jws] }, ["shared"], "has to be a public key"],
    ["a token that anybody guesses", { schemes: [unsigned] }, ["short"], "is a part of the address"],
    ["a token of dots", { schemes: [unsigned] }, [".".repeat(20)], "is a part of the address"],
    ["a token with a slash", { schemes: [unsigned] }, ["0123456789/0123456789"], "is a part of the address"],
  ])("are refused: %s", async (_what, overrides, secrets, explained) => {
    const [test, status, text] = await add(aPlatform(overrides), { secrets });
    expect([status, text]).toEqual([400, expect.stringContaining(explained)]);
    for (const secret of secrets.filter(({ length }) => length > 10))
      expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
    expect(test.deps.stores.find("fresh")).toBeUndefined();
    const rotated = await appOf(aPlatform(overrides)).admin("POST", "/api/stores/acme/rotate", { secrets });
    expect([rotated.status, await rotated.text()]).toEqual([400, expect.stringContaining(explained)]);
  });

  it("are needed, except where the platform publishes its keys", async () => {
    expect((await add(aPlatform(), {}))[1]).toBe(400);
    expect((await add(aPlatform({ schemes: [jws] }), {}))[1]).toBe(400);
    expect((await add(aPlatform({ schemes: [fetched] }), {}))[1]).toBe(201);
  });

  it("are made where the address holds them: shown once, and never again", async () => {
    const [test, status, text] = await add(aPlatform({ schemes: [unsigned] }), {});
    expect(status).toBe(201);
    const { webhookUrl } = z.object({ webhookUrl: z.string() }).parse(JSON.parse(text));
    const token = webhookUrl.split("/").at(-1) ?? "";
    expect(token).toMatch(/^[A-Za-z0-9_-]{32}$/);
    const send = (path: string) => test.app.request(path, { method: "POST", body: '{"type":"sold"}' });
    expect((await send(new URL(webhookUrl).pathname)).status).toBe(200);
    const shown = await (await test.admin("GET", "/api/stores/fresh")).text();
    expect(shown).toContain("/webhooks/fair/fresh/{token}");
    const rotated = await (
      await test.admin("POST", "/api/stores/fresh/rotate", { overlapSeconds: 0 })
    ).json();
    const next = z.object({ webhookUrl: z.string() }).parse(rotated).webhookUrl;
    expect(next).not.toBe(webhookUrl);
    expect([
      (await send(new URL(webhookUrl).pathname)).status,
      (await send(new URL(next).pathname)).status,
    ]).toEqual([401, 200]);
    expect(JSON.stringify([shown, test.lines])).not.toContain(token);
  });
});

describe("credentials", () => {
  const platform = aPlatform({ credentials });
  const good = { clientId: "id-1", clientSecret: "hidden-1" };
  const put = (test: TestApp, values: object, name = "acme") =>
    test.admin("PUT", `/api/stores/${name}/credentials`, { credentials: values });

  it("are kept sealed; their names are shown, their values in no answer and no log line", async () => {
    const [test, status, text] = await add(platform, { secrets: ["s"], credentials: good });
    expect(status).toBe(201);
    expect(JSON.parse(text)).toMatchObject({ credentials: ["clientId", "clientSecret"], notes: [] });
    const changed = await put(test, { ...good, clientSecret: "hidden-2" }, "fresh");
    const told = [
      text,
      await changed.text(),
      await (await put(test, { clientId: "hidden-3" }, "fresh")).text(),
    ];
    const store = test.deps.stores.find("fresh");
    if (store === undefined) return expect.unreachable();
    expect(openCredentials(store, secretBox)).toEqual({ ...good, clientSecret: "hidden-2" });
    expect(JSON.stringify([told, test.lines, store])).not.toContain("hidden");
    expect(test.lines.filter(({ msg }) => msg === "audit").map(({ action }) => action)).toEqual([
      "store added",
      "store credentials changed",
    ]);
  });

  it("are replaced as a whole, and removed by giving none; the admin is told what that means", async () => {
    const test = appOf(platform);
    expect((await put(test, good)).status).toBe(200);
    const removed = await put(test, {});
    expect(await removed.json()).toMatchObject({
      credentials: [],
      notes: [expect.stringContaining("no API credentials")],
    });
    expect(test.deps.stores.find("acme")?.credentials).toBeUndefined();
  });

  it.each<[object, string]>([
    [{ clientId: "id-1" }, "credentials.clientSecret: is missing"],
    [{ ...good, clientId: "" }, "credentials.clientId: is empty"],
    [{ ...good, more: "1" }, "credentials.more: is not one of clientId, clientSecret"],
    [{ ...good, clientId: ["id-1"] }, "credentials.clientId: "],
  ])("are refused where they do not fit, and those that were there stay: %j", async (values, explained) => {
    const test = appOf(platform);
    await put(test, good);
    const refused = await put(test, values);
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining(explained)]);
    expect(test.deps.stores.find("acme")?.credentials?.names).toEqual(["clientId", "clientSecret"]);
  });

  it("of a store that nobody connected are a 404", async () => {
    expect((await put(appOf(platform), good, "other")).status).toBe(404);
  });
});
