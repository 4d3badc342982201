/** Keys that platforms publish: where they are fetched from, how long they count, and what a stranger can make us fetch. */
import { describe, expect, it } from "vitest";
import { createKeys } from "../../../src/ingest/signature/keys.ts";
import { createPlatformFetch, type PlatformAnswer } from "../../../src/ingest/signature/platform-fetch.ts";
import { sign } from "../../../src/ingest/signature/sign.ts";
import type { JwsScheme, PublicKeyScheme } from "../../../src/normalizers/scheme.ts";
import { createEgress } from "../../../src/egress/egress.ts";
import { anRsaPair, toJwk, toJwks } from "../../helpers/key-pairs.ts";
import { checkRequest } from "../../helpers/verify.ts";

const HOUR_MS = 3_600_000;
const PLACE = { url: "https://keys.example/jwks.json", cacheSeconds: 3600 };
const ONE = anRsaPair();
const TWO = anRsaPair();

/** A platform that publishes keys; `answers` may be changed meanwhile. */
function aPlatform(text = toJwks({ one: ONE })) {
  const state: { now: number; answer: PlatformAnswer | undefined; fetched: string[] } = {
    now: 0,
    answer: { status: 200, text },
    fetched: [],
  };
  const fetch = async (url: string) => {
    state.fetched.push(url);
    return state.answer;
  };
  const keys = createKeys({ fetch, now: () => state.now });
  const find = async (id?: string, place = PLACE) => {
    const found = await keys.find(place, id);
    return found.ok ? found.keys.map((key) => key.id) : found.reason;
  };
  return { state, fetch, find };
}

describe("fetched keys", () => {
  it("are kept as long as the platform's declaration says, and fetched once for many requests", async () => {
    const { state, find } = aPlatform();
    expect(await Promise.all([find("one"), find("one"), find()])).toEqual([["one"], ["one"], ["one"]]);
    state.now = HOUR_MS;
    expect(await find("one")).toEqual(["one"]);
    expect(state.fetched).toHaveLength(1);
    state.now += 1;
    await find("one");
    expect(state.fetched).toHaveLength(2);
  });

  it("that are new are found by fetching again, but not more often than once a minute", async () => {
    const { state, find } = aPlatform();
    await find("one");
    state.answer = { status: 200, text: toJwks({ one: ONE, two: TWO }) };
    state.now = 59_999;
    expect(await find("two")).toBe("unknown_key");
    expect(state.fetched).toHaveLength(1);
    state.now = 60_000;
    expect(await find("two")).toEqual(["two"]);
    for (let made = 0; made < 100; made += 1) expect(await find(`made-up-${made}`)).toBe("unknown_key");
    expect(state.fetched).toHaveLength(2);
  });

  it("that the platform withdrew do not count once they were fetched again", async () => {
    const { state, find } = aPlatform(toJwks({ one: ONE, two: TWO }));
    expect(await find("one")).toEqual(["one"]);
    state.answer = { status: 200, text: toJwks({ two: TWO }) };
    state.now = HOUR_MS + 1;
    expect(await find("one")).toBe("unknown_key");
  });

  it("outlive a platform that does not answer by as long again, and no longer", async () => {
    const { state, find } = aPlatform();
    await find("one");
    state.answer = undefined;
    state.now = 2 * HOUR_MS;
    expect(await find("one")).toEqual(["one"]);
    state.now += 5001;
    expect(await find("one")).toBe("keys_unavailable");
  });

  it.each<[string, PlatformAnswer | undefined]>([
    ["nothing", undefined],
    ["an error", { status: 500, text: toJwks({ one: ONE }) }],
    ["a redirect", { status: 302, text: toJwks({ one: ONE }) }],
    ["a page", { status: 200, text: "<html>" }],
    ["an empty set", { status: 200, text: '{"keys":[]}' }],
    ["a private key alone", { status: 200, text: ONE.privateKey }],
    ["deeply nested JSON", { status: 200, text: `${"[".repeat(100_000)}${"]".repeat(100_000)}` }],
    ["too many keys", { status: 200, text: JSON.stringify({ keys: Array(51).fill({ kty: "x" }) }) }],
    ["shared secrets", { status: 200, text: '{"keys":[{"kty":"oct","k":"AAAA"}]}' }],
  ])("are none where the platform answers with %s; asked again after 5 s", async (_what, answer) => {
    const { state, find } = aPlatform();
    state.answer = answer;
    expect([await find("one"), await find("one")]).toEqual(["keys_unavailable", "keys_unavailable"]);
    expect(state.fetched).toHaveLength(1);
    state.answer = { status: 200, text: toJwks({ one: ONE }) };
    state.now = 5000;
    expect(await find("one")).toEqual(["one"]);
  });

  it("may be in a list of an object, with ids that are numbers, or for one key only", async () => {
    const der = Buffer.from(ONE.publicKey.split("\n").slice(1, -2).join(""), "base64").toString("base64");
    const list = JSON.stringify({
      keys: [
        { id: 7, publicKey: der },
        { id: 8, publicKey: ONE.publicKey },
      ],
    });
    expect(await aPlatform(list).find("7")).toEqual(["7"]);
    expect(await aPlatform(list).find("8")).toEqual(["8"]);
    expect(await aPlatform(JSON.stringify(toJwk(ONE))).find("any")).toEqual([undefined]);
  });
});

describe("strangers", () => {
  const place = (path: string) => ({ ...PLACE, url: `https://keys.example/${path}` });

  it("cannot make us fetch more than 20 made-up places of a host in a minute", async () => {
    const { state, find } = aPlatform("no keys");
    for (let made = 0; made < 100; made += 1) await find(undefined, place(`made-up-${made}`));
    expect(state.fetched).toHaveLength(20);
    expect(await find(undefined, { ...PLACE, url: "https://other.example/" })).toBe("keys_unavailable");
    expect(state.fetched).toHaveLength(21);
    state.now = 60_000;
    await find(undefined, place("late"));
    expect(state.fetched).toHaveLength(22);
  });

  it("cannot keep us from renewing the keys that we know", async () => {
    const { state, find } = aPlatform();
    await find("one");
    state.answer = { status: 404, text: "" };
    state.now = HOUR_MS + 1;
    for (let made = 0; made < 100; made += 1) await find(undefined, place(`made-up-${made}`));
    state.answer = { status: 200, text: toJwks({ two: TWO }) };
    expect(await find("two")).toEqual(["two"]);
  });
});

describe("a key set at the store's own address", () => {
  const scheme: JwsScheme = {
    kind: "jws",
    signature: { headers: ["x-signature"] },
    algorithms: ["RS256"],
    keys: { kind: "jwks", url: "{apiUrl}/.well-known/jwks.json", cacheSeconds: 3600 },
  };
  const body = Buffer.from('{"id":1}');
  const { headers } = sign({ scheme, secret: ONE.privateKey, body, now: 0 });
  const check = async (settings: Record<string, string>, secrets: readonly string[] = []) => {
    const { state, fetch } = aPlatform();
    const result = await checkRequest(scheme, { headers, body, settings, secrets, fetch });
    return [result, ...state.fetched];
  };

  it("is fetched where the admin said", async () => {
    const url = "https://shop.example/.well-known/jwks.json";
    expect(await check({ apiUrl: "https://shop.example" })).toEqual(["ok", url]);
    expect(await check({ apiUrl: "https://shop.example/" })).toEqual(["ok", url]);
  });

  it.each<Record<string, string>>([
    {},
    { apiUrl: "" },
    { apiUrl: "http://shop.example" },
    { apiUrl: "shop.example" },
    { apiUrl: "file:///etc" },
    { apiUrl: "https://user:password@shop.example" },
  ])("is fetched from nowhere with the settings %j", async (settings) => {
    expect(await check(settings)).toEqual(["keys_unavailable"]);
  });

  it("is not fetched where the store pins keys, be they good or bad", async () => {
    expect(await check({ apiUrl: "https://shop.example" }, [ONE.publicKey])).toEqual(["ok"]);
    expect(await check({ apiUrl: "https://shop.example" }, [TWO.publicKey])).toEqual(["wrong_signature"]);
    expect(await check({ apiUrl: "https://shop.example" }, ["-----BEGIN PUBLIC KEY-----"])).toEqual([
      "secret_unreadable",
    ]);
  });
});

describe("a key at a path that the request names", () => {
  const signature = (generation: string) => ({
    signature: { headers: [`x-signature-${generation}`] },
    keys: {
      kind: "pem" as const,
      origin: "https://keys.example",
      path: {
        header: `x-key-${generation}-path`,
        pattern: /^\/(prod|stage)\/keys\/pub-key-[0-9a-f-]{36}\.pem$/,
      },
      cacheSeconds: 3600,
    },
  });
  const scheme: PublicKeyScheme = {
    kind: "rsa",
    signatures: [signature("1"), signature("2")],
    hash: "sha256",
    encoding: "base64",
    signs: ["body"],
  };
  const body = Buffer.from('{"id":1}');
  const PATH = "/prod/keys/pub-key-11111111-2222-3333-4444-555555555555.pem";
  const signed = sign({ scheme, secret: ONE.privateKey, body, now: 0 }).headers["x-signature-1"] ?? "";
  const check = async (headers: Record<string, string>) => {
    const { state, fetch } = aPlatform(ONE.publicKey);
    return [await checkRequest(scheme, { headers, body, fetch }), ...state.fetched];
  };

  it("is fetched from the declared host; either signature is enough", async () => {
    const url = `https://keys.example${PATH}`;
    expect(await check({ "x-signature-1": signed, "x-key-1-path": PATH })).toEqual(["ok", url]);
    expect(await check({ "x-signature-2": signed, "x-key-2-path": PATH })).toEqual(["ok", url]);
    const both = {
      "x-signature-1": "AAAA",
      "x-key-1-path": PATH,
      "x-signature-2": signed,
      "x-key-2-path": PATH,
    };
    expect(await check(both)).toEqual(["ok", url]);
    expect(await check({ "x-signature-1": "AAAA", "x-key-1-path": PATH })).toEqual(["wrong_signature", url]);
  });

  it.each([
    ".evil.com/prod/keys/x.pem",
    `@evil.com${PATH}`,
    `//evil.com${PATH}`,
    `https://evil.com${PATH}`,
    `${PATH}?x`,
    `${PATH}#x`,
    `${PATH}\n`,
    ` ${PATH}`,
    PATH.replace("prod", "prod/../.."),
    PATH.replace("/prod", "\\prod"),
    `${PATH}, ${PATH}`,
  ])("is fetched from nowhere else: %j", async (path) => {
    expect(await check({ "x-signature-1": signed, "x-key-1-path": path })).toEqual(["unknown_key"]);
  });

  it("is needed", async () => {
    expect(await check({ "x-signature-1": signed })).toEqual(["missing_signature"]);
    expect(await check({ "x-signature-1": signed, "x-key-1-path": "" })).toEqual(["missing_signature"]);
  });
});

describe("the way out", () => {
  it.each([
    "http://keys.example/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://169.254.169.254/latest/meta-data",
    "https://10.0.0.1/",
    "ftp://keys.example/",
    "data:text/plain,x",
    "no address",
  ])("does not lead to %s", async (url) => {
    const egress = createEgress({ allow: [] });
    expect(await createPlatformFetch(egress.dispatcher)(url)).toBeUndefined();
    await egress.close();
  });

  it("does not lead to a name that stands for a private address", async () => {
    const egress = createEgress({ allow: [], resolve: async () => [{ address: "10.0.0.1", family: 4 }] });
    expect(await createPlatformFetch(egress.dispatcher)("https://keys.example/")).toBeUndefined();
    await egress.close();
  });
});
