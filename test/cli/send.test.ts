import { afterEach, describe, expect, it, vi } from "vitest";
import { send } from "../../src/cli/send.ts";
import { UsageError } from "../../src/cli/usage.ts";
import { checkRequest } from "../helpers/verify.ts";
import { platforms } from "../../src/normalizers/registry.ts";
import { type SecretPair, secretFor } from "../helpers/secrets.ts";
import { aStore, createTestApp, PUBLIC_URL, type TestApp } from "../helpers/app.ts";

const SECRET = "my-secret";
const KNOWN_PLATFORMS = new RegExp(`^The platforms are: ${Object.keys(platforms).join(", ")}\\.$`);
const TO_ACME = ["--store", "acme", "--secret", SECRET];

interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

let sent: Sent[] = [];

/** Hands requests to the app; without one, nobody answers. */
function network(test?: TestApp): void {
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    if (test === undefined) throw new TypeError("fetch failed");
    const request = new Request(url, init);
    const body = new Uint8Array(await request.clone().arrayBuffer());
    sent.push({ url, headers: request.headers, body });
    return test.app.request(request);
  });
}

function hub(): TestApp {
  const stores = Object.keys(platforms).map((platform) =>
    aStore({
      name: platform === "shopify" ? "acme" : platform,
      platform,
      secrets: [platform === "shopify" ? SECRET : secretOf(platform).stored],
    }),
  );
  const test = createTestApp({ stores });
  // Samples are signed as of now, and some platforms sign the moment.
  test.clock.now = Date.now();
  network(test);
  return test;
}

function secretOf(platform: string): SecretPair {
  return secretFor(platforms[platform] ?? { schemes: [] }, "own");
}

async function run(args: string[], env: Record<string, string> = {}): Promise<string[]> {
  const printed: string[] = [];
  const print = (line: string) => void printed.push(line);
  await send.run({ args, env, print, signal: new AbortController().signal });
  return printed;
}

/** What a person reads: one line, no stack. */
async function mistake(args: string[], env: Record<string, string> = {}): Promise<string> {
  const error = await run(args, env).then(
    () => expect.unreachable("it went through"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) return expect.unreachable(String(error));
  const isForPeople =
    error instanceof UsageError || ("code" in error && /^ERR_PARSE_ARGS/.test(String(error.code)));
  expect(isForPeople, error.stack).toBe(true);
  expect(error.message).not.toContain("\n    at ");
  return error.message;
}

afterEach(() => {
  vi.unstubAllGlobals();
  sent = [];
});

describe("send", () => {
  it.each(
    Object.values(platforms).flatMap(({ id, samples }) =>
      Object.keys(samples.bodies).map((topic) => [id, topic]),
    ),
  )("posts a sample that its platform could have signed: %s %s", async (id = "", topic = "") => {
    const test = hub();
    const store = id === "shopify" ? "acme" : id;
    // Some sign the moment of sending and the address too.
    test.clock.now = Date.now();
    const secret = id === "shopify" ? { signing: SECRET, stored: SECRET } : secretOf(id);
    const printed = await run([id, topic, "--store", store, `--secret=${secret.signing}`], { PUBLIC_URL });
    expect(printed).toEqual([expect.stringMatching(/^200 /)]);
    const [request] = sent;
    const [scheme] = platforms[id]?.schemes ?? [];
    if (!request || !scheme) return expect.unreachable();
    const checked = {
      headers: Object.fromEntries(request.headers),
      body: request.body,
      url: `${PUBLIC_URL}/webhooks/${id}/${store}`,
      // The last part of an address that holds a secret.
      token: request.url.slice(request.url.lastIndexOf("/") + 1),
      now: test.clock.now,
    };
    expect(await checkRequest(scheme, { ...checked, secrets: [secret.stored] })).toBe("ok");
    expect(
      await checkRequest(scheme, {
        ...checked,
        secrets: [secretFor(platforms[id] ?? { schemes: [] }, "other").stored],
      }),
    ).not.toBe("ok");
    expect(test.inbox.stored()).toMatchObject([{ platform: id, store, topic }]);
  });

  it("counts up from the id it was given, one delivery each", async () => {
    const test = hub();
    const args = ["shopify", "orders/create", ...TO_ACME, "--id", "9007199254740993", "--count", "3"];
    const printed = await run(args);
    const ids = ["9007199254740993", "9007199254740994", "9007199254740995"];
    expect(printed).toEqual(ids.map((id) => `200 orders/create ${id}`));
    const bodies = sent.map(({ body }) => Buffer.from(body).toString());
    for (const [at, id] of ids.entries()) expect(bodies[at]).toContain(`"id":${id}`);
    expect(new Set(test.inbox.stored().map(({ dedupeKey }) => dedupeKey)).size).toBe(3);
  });

  it("sends a duplicate as the platform repeats a delivery: the same to the byte", async () => {
    const test = hub();
    const printed = await run(["shopify", "orders/create", ...TO_ACME, "--count", "2", "--duplicate"]);
    expect(printed).toHaveLength(4);
    const texts = sent.map(({ headers, body }) =>
      JSON.stringify([[...headers], Buffer.from(body).toString()]),
    );
    expect([texts[0] === texts[1], texts[2] === texts[3], texts[0] === texts[2]]).toEqual([
      true,
      true,
      false,
    ]);
    expect(test.inbox.stored()).toHaveLength(2);
  });

  it("makes up an id of its own each time", async () => {
    hub();
    const one = await run(["shopify", "orders/create", ...TO_ACME]);
    const other = await run(["shopify", "orders/create", ...TO_ACME]);
    expect(one[0]).toMatch(/^200 orders\/create \d{18}$/);
    expect(one).not.toEqual(other);
  });

  it("puts amount, currency and time into the sample", async () => {
    hub();
    const at = "2026-10-31T10:00:00Z";
    await run(["shopify", "orders/create", ...TO_ACME, "--amount", "12.50", "--currency", "EUR", "--at", at]);
    const body = Buffer.from(sent[0]?.body ?? []).toString();
    expect(body).toContain('"total_price":"12.50"');
    expect(body).toContain('"currency":"EUR"');
    expect(sent[0]?.headers.get("x-shopify-triggered-at")).toBe(at);
  });

  it.each([
    [[], {}, "http://127.0.0.1:8080/webhooks/shopify/acme"],
    [[], { PORT: "9000" }, "http://127.0.0.1:9000/webhooks/shopify/acme"],
    [[], { ENTREPOT_URL: "https://hub.example.com/" }, "https://hub.example.com/webhooks/shopify/acme"],
    [
      ["--url", "http://other:1"],
      { ENTREPOT_URL: "https://hub.example.com" },
      "http://other:1/webhooks/shopify/acme",
    ],
    [["--url", "http://other:1/"], {}, "http://other:1/webhooks/shopify/acme"],
  ])("finds the hub: %j %j", async (args, env, url) => {
    hub();
    await run(["shopify", "orders/create", ...TO_ACME, ...args], { ...env });
    expect(sent[0]?.url).toBe(url);
  });

  it("takes the secret from the environment, where no process list shows it", async () => {
    hub();
    const args = ["shopify", "orders/create", "--store", "acme"];
    expect(await run(args, { ENTREPOT_SECRET: SECRET })).toEqual([expect.stringMatching(/^200 /)]);
  });

  it("prints one JSON object a line for programs", async () => {
    hub();
    const [line = ""] = await run(["shopify", "orders/create", ...TO_ACME, "--id", "7", "--json"]);
    expect(JSON.parse(line)).toEqual({ topic: "orders/create", id: "7", status: 200, text: "" });
  });
});

describe("a mistake in send is told in one sentence", () => {
  it.each<[string, string[], RegExp]>([
    ["nothing at all", [], KNOWN_PLATFORMS],
    ["an unknown platform", ["shopifi", "orders/create"], KNOWN_PLATFORMS],
    ["a name from the prototype", ["__proto__", "x"], /^The platforms are: /],
    ["no topic", ["shopify"], /^Shopify has samples of: orders\/create, /],
    ["an unknown topic", ["shopify", "orders/created"], /^Shopify has samples of: /],
    ["no store", ["shopify", "orders/create", "--secret", "s"], /^Usage: send /],
    ["no secret", ["shopify", "orders/create", "--store", "acme"], /^Usage: send /],
    ["an empty secret", ["shopify", "orders/create", "--store", "acme", "--secret", ""], /^Usage: send /],
    ["an unknown option", ["shopify", "orders/create", "--shop", "acme"], /^Unknown option '--shop'/],
    ["an option without its value", ["shopify", "orders/create", "--store"], /--store <value>/],
    ...["0", "-1", "1.5", "many", ""].map((count): [string, string[], RegExp] => [
      `--count=${count}`,
      ["shopify", "orders/create", ...TO_ACME, `--count=${count}`],
      /^--count needs a whole number above 0\.$/,
    ]),
    [
      "--count with an --id that is no number",
      ["shopify", "orders/create", ...TO_ACME, "--id", "a", "--count", "2"],
      /^--count needs an --id that is a number\.$/,
    ],
    ...["hub.example.com", "localhost:8080", "x", ":", "ftp://x"].map((url): [string, string[], RegExp] => [
      `--url ${url}`,
      ["shopify", "orders/create", ...TO_ACME, "--url", url],
      /^--url and ENTREPOT_URL need an address such as http:\/\/127\.0\.0\.1:8080\.$/,
    ]),
    [
      "--at yesterday",
      ["shopify", "orders/create", ...TO_ACME, "--at", "yesterday"],
      /^--at needs a time such as /,
    ],
    [
      "--amount much",
      ["shopify", "orders/create", ...TO_ACME, "--amount", "much"],
      /^--amount needs a decimal/,
    ],
  ])("%s", async (_what, args, expected) => {
    hub();
    expect(await mistake(args)).toMatch(expected);
    expect(sent).toEqual([]);
  });

  it("nobody answers", async () => {
    network();
    expect(await mistake(["shopify", "orders/create", ...TO_ACME])).toBe(
      'No hub answers at http://127.0.0.1:8080: start one with "npm start", or set ENTREPOT_URL.',
    );
  });

  it("the hub refuses: each answer is shown, and the end tells how many", async () => {
    hub();
    const printed: string[] = [];
    const args = ["shopify", "orders/create", "--store", "acme", "--secret", "wrong", "--count", "2"];
    const running = send.run({
      args,
      env: {},
      print: (line) => void printed.push(line),
      signal: new AbortController().signal,
    });
    await expect(running).rejects.toThrow(new UsageError("2 requests were refused."));
    expect(printed).toEqual([expect.stringMatching(/^401 /), expect.stringMatching(/^401 /)]);
    expect(printed.join()).not.toContain("wrong-");
  });
});
