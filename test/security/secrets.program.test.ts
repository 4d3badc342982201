/**
 * Nothing that is secret is printed, served or kept in the clear. A hub at the most talkative level of its log is told
 * secrets of every kind and used in good and bad ways; then everything that it printed, answered, published and stored is
 * searched for them. Personal data is searched for in the log and the metrics.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, credsAuthenticator } from "nats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { subscribe } from "../../src/client/index.ts";
import type { SignatureScheme } from "../../src/normalizers/scheme.ts";
import { sampleBody, signedTo } from "../helpers/app.ts";
import { type Endpoint, startEndpoint } from "../helpers/endpoint.ts";
import { eventually } from "../helpers/eventually.ts";
import { type FakeApi, startFakeApi } from "../helpers/fake-api.ts";
import { type Running, startProgram } from "../helpers/program.ts";
import { formsOf, leaksIn } from "../helpers/secret-forms.ts";
import { secretFor } from "../helpers/secrets.ts";
import { examplesOf, WIRES, type WireRow } from "../helpers/wires.ts";

const PUBLIC_URL = "https://hub.example.com";
const TIMEOUT_MS = 120_000;
const PERSON = {
  email: "zacharias.needle@example.org",
  phone: "+4915100004711",
  firstName: "Zacharias",
  street: "Needlestreet 7",
};

/** By name; what must not be found anywhere. */
const secrets = new Map<string, string>();
/** All answers, with their headers, without what an answer is made to tell once. */
const served: string[] = [];
/** All events that subscribers could read. */
const published: string[] = [];

let dataDir: string;
let hub: Running;
let url: string;
let token: string;
let api: FakeApi;
let endpoint: Endpoint;
let echo: Endpoint;

function secret(name: string, text = randomBytes(24).toString("hex")): string {
  secrets.set(name, text);
  return text;
}

interface Asking {
  readonly body?: unknown;
  readonly as?: string;
  /** Fields that this answer alone tells. */
  readonly tells?: readonly string[];
}

/** Asks the admin API; keeps the answer for the search. */
async function ask(method: string, path: string, { body, as = token, tells = [] }: Asking = {}) {
  const response = await fetch(url + path, {
    method,
    headers: { Authorization: `Bearer ${as}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const told = tells.length === 0 ? {} : z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  const kept =
    tells.length === 0
      ? text
      : JSON.stringify({ ...told, ...Object.fromEntries(tells.map((name) => [name, ""])) });
  served.push(`${method} ${path} ${response.status} ${JSON.stringify([...response.headers])} ${kept}`);
  return { status: response.status, text, told };
}

async function post(path: string, init: RequestInit): Promise<number> {
  const response = await fetch(url + path, init);
  served.push(
    `POST ${path.split("/").slice(0, 4).join("/")} ${JSON.stringify([...response.headers])} ${await response.text()}`,
  );
  return response.status;
}

interface Connected extends WireRow {
  readonly store: string;
  readonly signing: string;
  readonly settings: Record<string, string>;
}

const isKeyed = ({ kind }: SignatureScheme) => ["rsa", "ecdsa", "jws", "jwt"].includes(kind);

/** Settings of a shop whose API, as far as its address is the shop's own, is the one of this test. */
function settingsOf({ platform }: WireRow): Record<string, string> {
  return Object.fromEntries(
    Object.entries(examplesOf(platform)).map(([name, example]) => [
      name,
      /^https?:\/\//.test(example) && platform.api?.base.startsWith(`{${name}}`) ? api.url : example,
    ]),
  );
}

async function connectStore(row: WireRow, at: number): Promise<Connected> {
  const { platform, variant, wire } = row;
  const store = `shop-${at}`;
  const settings = settingsOf(row);
  const pair = secretFor(wire, "own");
  const isPair = wire.schemes.some(isKeyed);
  const stored = isPair ? pair.stored : secret(`secret of ${row.name}`);
  // An API elsewhere is nobody's that a test may ask.
  const isOurs = Object.values(settings).includes(api.url);
  const credentials = Object.fromEntries(
    Object.keys(platform.credentials ?? {}).map((name) => [name, secret(`${name} of ${row.name}`)]),
  );
  const common = { platform: platform.id, ...(variant === undefined ? {} : { variant }), settings };
  const added = await ask("POST", "/api/stores", {
    body: { ...common, name: store, secrets: [stored], ...(isOurs ? { credentials } : {}) },
  });
  expect(added.status, added.text).toBe(201);
  if (!isOurs)
    await ask("POST", "/api/stores", {
      body: { ...common, name: `${store}-idle`, secrets: [stored], credentials },
    });
  return { ...row, store, settings, signing: isPair ? pair.signing : stored };
}

/** Good and bad requests of every topic of a wire. */
async function play({ platform, variant, wire, store, signing, settings }: Connected): Promise<number[]> {
  const statuses: number[] = [];
  const common = { platform, variant, store, settings, now: Date.now() };
  for (const topic of Object.keys(wire.samples.bodies).slice(0, 2)) {
    const sent = signedTo({ ...common, topic, secret: signing, deliveryId: `${store}-${topic}` });
    statuses.push(await post(sent.path, sent.init));
    const body = new Uint8Array([...sent.init.body, 32]);
    await post(sent.path, { ...sent.init, body });
  }
  const [scheme] = wire.schemes;
  if (scheme?.kind === "hmac" && scheme.signs.join() === "body") {
    const broken = signedTo({ ...common, secret: signing, body: "{", deliveryId: `${store}-broken` });
    await post(broken.path, broken.init);
  }
  const wrong = secret(`wrong secret for ${store}`);
  if (!wire.schemes.some(isKeyed)) {
    const forged = signedTo({ ...common, secret: wrong });
    await post(forged.path, forged.init);
  }
  await post(`/webhooks/${platform.id}/${store}/${wrong}`, { method: "POST", body: "{}" });
  return statuses;
}

async function makeSubscriptions(): Promise<string> {
  const events = ["*"];
  const given = secret("secret of a subscription", `whsec_${randomBytes(32).toString("base64")}`);
  const headers = {
    Authorization: `Bearer ${secret("bearer of an endpoint", `p+/&="%<${randomBytes(16).toString("hex")}`)}`,
    "X-Api-Key": secret("key of an endpoint"),
  };
  const echoing = { name: "echo", events, deliver: "http", url: echo.url, headers, retrySeconds: [] };
  await ask("POST", "/api/subscriptions", { body: { ...echoing, secret: given }, tells: ["secret"] });
  const made = await ask("POST", "/api/subscriptions", {
    body: { name: "crm", events, deliver: "http", url: endpoint.url, headers },
    tells: ["secret"],
  });
  secret("made secret of a subscription", z.string().parse(made.told.secret));
  const rotated = await ask("POST", "/api/subscriptions/crm/rotate", { body: {}, tells: ["secret"] });
  secret("rotated secret of a subscription", z.string().parse(rotated.told.secret));
  const nats = await ask("POST", "/api/subscriptions", {
    body: { name: "erp", events, deliver: "nats", startAt: "beginning" },
    tells: ["credentials"],
  });
  const [seed = ""] = /SU[A-Z2-7]{56}/.exec(z.string().parse(nats.told.credentials)) ?? [];
  secret("seed of a subscriber", seed);
  return nats.text;
}

/** Mistakes of every kind, each with a secret in the wrong place. */
async function makeMistakes(): Promise<void> {
  const slip = (name: string) => secret(`slip: ${name}`);
  const requests: readonly (readonly [string, string, unknown])[] = [
    ["POST", "/api/stores", { platform: "shopify", name: "BAD NAME", secrets: [slip("bad name")] }],
    ["POST", "/api/stores", { platform: "shopify", name: "one", secrets: slip("no list") }],
    ["POST", "/api/stores", { platform: "shopify", name: "one", secret: slip("unknown field") }],
    ["POST", "/api/stores", { platform: "nowhere", name: "one", secrets: [slip("unknown platform")] }],
    ["POST", "/api/stores", { platform: "shopify", name: "one", secrets: [slip("long").repeat(40)] }],
    ["POST", "/api/stores", { platform: "mercado-libre", name: "one", secrets: [`/${slip("token")}`] }],
    ["POST", "/api/stores", { platform: "shopify", name: "shop-1", secrets: [slip("name taken")] }],
    [
      "POST",
      "/api/stores",
      {
        platform: "bigcommerce",
        name: "one",
        secrets: ["x"],
        credentials: { wrong: slip("unknown credential") },
      },
    ],
    ["POST", "/api/stores", `{"platform":"shopify","name":"one","secrets":["${slip("cut JSON")}"`],
    ["POST", "/api/stores", slip("no JSON")],
    ["PUT", "/api/stores/none/credentials", { credentials: { accessToken: slip("no store") } }],
    ["POST", "/api/stores/none/rotate", { secrets: [slip("rotate nothing")] }],
    [
      "POST",
      "/api/subscriptions",
      { name: "x", events: ["*"], deliver: "http", url: endpoint.url, secret: slip("no whsec") },
    ],
    [
      "POST",
      "/api/subscriptions",
      {
        name: "x",
        events: ["*"],
        deliver: "http",
        url: endpoint.url,
        headers: { "X-K": `${slip("header")}\n` },
      },
    ],
    [
      "POST",
      "/api/subscriptions",
      { name: "x", events: ["*"], deliver: "http", url: `http://u:${slip("password in a URL")}@127.0.0.1/` },
    ],
    [
      "PUT",
      "/api/subscriptions/x",
      { events: ["*"], deliver: "nats", headers: { "X-K": slip("header over NATS") } },
    ],
    ["POST", "/api/tokens", { name: "t", scope: slip("scope") }],
  ];
  for (const [method, path, body] of requests) {
    const { status, text } = await ask(method, path, { body });
    expect(status, `${method} ${path} ${text}`).toBeGreaterThanOrEqual(400);
    expect(status, `${method} ${path} ${text}`).toBeLessThan(500);
  }
  for (const as of [slip("guessed token"), `${token}x`])
    expect((await ask("GET", "/api/stores", { as })).status).toBe(401);
}

async function readEverything(): Promise<void> {
  const made = await ask("POST", "/api/tokens", {
    body: { name: "reader", scope: "read" },
    tells: ["token"],
  });
  const as = secret("token that was made", z.string().parse(made.told.token));
  const stores = Array.from({ length: WIRES.length }, (_, at) => `shop-${at}`);
  const paths = [
    ...[
      "stores",
      "subscriptions",
      "tokens",
      "platforms",
      "outcomes",
      "rejections",
      "dead",
      "events?limit=1000",
      "attempts?limit=1000",
    ].map((name) => `/api/${name}`),
    ...stores.flatMap((name) => [`/api/stores/${name}`, `/api/renormalize?store=${name}&limit=20`]),
    ...["echo", "crm", "erp"].flatMap((name) => [
      `/api/subscriptions/${name}`,
      `/api/subscriptions/${name}/attempts`,
    ]),
    "/api/explain/shop-0/order/1",
    ...["/metrics", "/openapi.json", "/asyncapi.json", "/docs", "/healthz", "/readyz", "/nothing"],
  ];
  for (const path of paths) await ask("GET", path, { as });
}

async function listen(creds: string): Promise<() => Promise<void>> {
  const [, natsUrl = ""] = / on (nats:\/\/\S+?),/.exec(hub.printed().out) ?? [];
  const connection = await connect({
    servers: natsUrl,
    authenticator: credsAuthenticator(Buffer.from(creds)),
  });
  connection.subscribe("commerce.>", {
    callback: (_error, { subject, data, headers }) => {
      published.push(`${subject} ${headers?.toString()} ${Buffer.from(data).toString("utf8")}`);
    },
  });
  await connection.flush();
  return () => connection.close();
}

/** What a subscriber gets through its own consumers: as much as there is. */
async function consume(access: string): Promise<void> {
  const subscription = await subscribe(JSON.parse(access));
  const expected = published.length;
  let taken = 0;
  for await (const { event, ack } of subscription) {
    published.push(JSON.stringify(event));
    ack();
    taken += 1;
    if (taken === expected) break;
  }
  await subscription.close();
}

async function filesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const found = entries.map(async (entry) =>
    entry.isDirectory() ? filesBelow(join(dir, entry.name)) : [join(dir, entry.name)],
  );
  return (await Promise.all(found)).flat();
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "entrepot-secrets-"));
  api = await startFakeApi({ routes: {} });
  api.failAlways({ status: 400, body: "no" });
  endpoint = await startEndpoint();
  echo = await startEndpoint();
  // Some debugging services answer with what they were sent.
  echo.behave((response, { headers, body }) => {
    const text = JSON.stringify({ headers, authorization: headers.authorization, key: headers["x-api-key"] });
    response.writeHead(500).end(`${headers.authorization} ${text} ${body.toString("utf8")}`);
  });
  token = secret("admin token");
  const env = {
    DATA_DIR: dataDir,
    PORT: "0",
    NATS_PORT: "0",
    DURABILITY: "relaxed",
    PUBLIC_URL,
    LOG_LEVEL: "trace",
    EGRESS_ALLOW: "127.0.0.0/8",
    ADMIN_TOKEN: token,
    SECRET_KEY: secret("secret key", randomBytes(32).toString("hex")),
  };
  hub = startProgram(["serve"], env);
  url = await eventually(() => z.string().parse(/listens on (http:\S+)/.exec(hub.printed().out)?.[1]), {
    withinMs: 30_000,
  });
  const close = await listen(await readFile(join(dataDir, "nats", "reader.creds"), "utf8"));
  const access = await makeSubscriptions();
  const connected: Connected[] = [];
  for (const [at, row] of WIRES.entries()) connected.push(await connectStore(row, at));
  const statuses: number[] = [];
  for (const store of connected) statuses.push(...(await play(store)));
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(WIRES.length);
  await playPerson(connected);
  await makeMistakes();
  await eventually(async () => {
    const { dead } = z
      .object({ dead: z.array(z.object({ stage: z.string() })) })
      .parse(JSON.parse((await ask("GET", "/api/dead")).text));
    expect(new Set(dead.map(({ stage }) => stage))).toEqual(new Set(["normalize", "hydrate", "deliver"]));
    expect(endpoint.requests.length).toBeGreaterThan(10);
  });
  await consume(access);
  await readEverything();
  await close();
  hub.child.kill("SIGTERM");
  expect(await hub.ended).toBe(0);
}, TIMEOUT_MS);

/** An order of a person whom nothing but the events may know. */
async function playPerson(connected: readonly Connected[]): Promise<void> {
  const shop = connected.find(({ platform }) => platform.id === "shopify");
  if (shop === undefined) throw new Error("no shop");
  const order = z.record(z.string(), z.unknown()).parse(JSON.parse(sampleBody(shop.wire, "orders/create")));
  const { email, phone, firstName, street } = PERSON;
  const address = { first_name: firstName, address1: street, phone, country_code: "DE" };
  const body = JSON.stringify({
    ...order,
    id: 4711,
    email,
    phone,
    shipping_address: address,
    billing_address: address,
  });
  const { platform, store, signing } = shop;
  for (const [topic, text] of [
    ["orders/create", body],
    ["orders/create", body.slice(0, -1)],
  ] as const) {
    const { path, init } = signedTo({
      platform,
      store,
      topic,
      secret: signing,
      body: text,
      deliveryId: `${topic}-${text.length}`,
    });
    await post(path, init);
  }
}

afterAll(async () => {
  hub?.child.kill("SIGKILL");
  await hub?.ended;
  await Promise.all([api?.close(), endpoint?.close(), echo?.close()]);
  await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

describe("a secret", () => {
  it("of every kind was there to be found", () => {
    expect(secrets.size).toBeGreaterThan(60);
    expect(published.length).toBeGreaterThan(20);
    expect(served.length).toBeGreaterThan(200);
    expect(hub.printed().err.split("\n").length).toBeGreaterThan(100);
    expect(api.requests.length).toBeGreaterThan(3);
    expect(echo.requests.length).toBeGreaterThan(3);
    for (const form of formsOf("p+/%secret"))
      expect(leaksIn(`...${form}...`, new Map([["x", "p+/%secret"]]))).toHaveLength(1);
    const hidden = Buffer.from('{"a":"p+/%secret"}').toString("base64");
    expect(leaksIn(hidden, new Map([["x", "p+/%secret"]]))).toHaveLength(1);
  });

  it("is not printed", () => {
    const { out, err } = hub.printed();
    expect(leaksIn(out + err, secrets)).toEqual([]);
  });

  it("is in no answer, beyond the one that gives it out", () => {
    expect(leaksIn(served.join("\n"), secrets)).toEqual([]);
  });

  it("is in no event", () => {
    expect(leaksIn(published.join("\n"), secrets)).toEqual([]);
  });

  it("is not stored in the clear", async () => {
    const files = await filesBelow(dataDir);
    expect(files.length).toBeGreaterThan(20);
    const leaks: string[] = [];
    for (const file of files) {
      const text = (await readFile(file)).toString("latin1");
      leaks.push(...leaksIn(text, secrets).map((leak) => `${file}: ${leak}`));
    }
    expect(leaks).toEqual([]);
  });
});

describe("the data directory", () => {
  it("is for its owner only, and so is each file with a secret", async () => {
    const modeOf = async (name: string) => ((await stat(join(dataDir, name))).mode & 0o777).toString(8);
    for (const name of [".", "nats"]) expect(await modeOf(name), name).toBe("700");
    for (const name of ["nats/keys.json", "nats/reader.creds"]) expect(await modeOf(name), name).toBe("600");
  });
});

describe("personal data", () => {
  const person = new Map(Object.entries(PERSON));

  it("is in the events, which are made for it", () => {
    expect(leaksIn(published.join("\n"), person)).toHaveLength(person.size);
  });

  it("is in no line of the log", () => {
    const { out, err } = hub.printed();
    expect(leaksIn(out + err, person)).toEqual([]);
  });

  it("is in no metric", () => {
    const metrics = served.filter((text) => text.startsWith("GET /metrics 200"));
    expect(metrics).toHaveLength(1);
    expect(leaksIn(metrics.join("\n"), person)).toEqual([]);
  });
});
