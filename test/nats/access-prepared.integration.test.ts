/** Accounts that the operator of the servers prepared, and what the hub says where it can do nothing. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KV } from "nats";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createLogger } from "../../src/log.ts";
import { accountToken, userToken } from "../../src/nats/access/claims.ts";
import { openClusterAccess } from "../../src/nats/access/open.ts";
import { createResolver } from "../../src/nats/access/resolver.ts";
import { type Broker, connect, openConnection } from "../../src/nats/connect.ts";
import { createSeed, credsText, fromSeed, type KeyPair } from "../../src/nats/embedded/jwt.ts";
import { createNames } from "../../src/nats/names.ts";
import { createSecretBox } from "../../src/secret-box.ts";
import {
  type AccessHub,
  connectSubscriber,
  issuedSchema,
  startAccessHub,
  subscribe,
} from "../helpers/access-hub.ts";
import { SECRET_KEY, startTestHub, type TestHub } from "../helpers/hub.ts";

const PREFIX = "prep";
const log = createLogger("silent");
const names = createNames(PREFIX);
const { commerce, direct } = names.streams;

let operator: AccessHub;
let broker: Broker;
let dir: string;
let hub: TestHub;
let loans: KV;

/** The server of another hub serves as somebody's cluster. */
beforeAll(async () => {
  operator = await startAccessHub({ prefix: PREFIX });
  dir = await mkdtemp(join(tmpdir(), "entrepot-prepared-"));
  const { url, credentials } = operator.embedded;
  broker = await connect({ url, name: "test", log, authenticator: credentials.hub });
}, 60_000);

afterAll(async () => {
  await hub?.stop();
  await broker?.close();
  await operator?.stop();
  await rm(dir, { recursive: true, force: true });
});

beforeEach(async () => {
  await hub?.stop();
  await broker.js.views.kv(names.buckets.subscriptions).then((kv) => kv.destroy());
  await broker.js.views.kv(names.preparedBucket).then((kv) => kv.destroy());
});

/** Makes an account for consumers of these names, and the credentials of a user in it. */
async function prepare(name: string, consumers: readonly string[]): Promise<KeyPair> {
  const { url, credentials, signers } = operator.embedded;
  const account = fromSeed(createSeed("account"));
  const sys = await openConnection({ url, name: "operator", log, authenticator: credentials.sys });
  const allowed = consumers.flatMap((consumer) => [
    { stream: commerce, name: consumer },
    { stream: direct, name: consumer },
  ]);
  const subscriber = {
    name,
    account: account.getPublicKey(),
    consumers: allowed,
    issuedAt: 1,
    revokedUntil: 0,
  };
  await createResolver(sys, signers.operator, Date.now).put(accountToken(subscriber, signers));
  await sys.close();
  await writeCredentials(name, account);
  return account;
}

async function writeCredentials(name: string, account: KeyPair): Promise<void> {
  const seed = createSeed("user");
  const token = userToken(account, fromSeed(seed).getPublicKey(), name, Math.floor(Date.now() / 1000));
  await writeFile(join(dir, `${name}.creds`), credsText(token, seed));
}

async function writeList(accounts: Record<string, readonly string[]>): Promise<string> {
  const path = join(dir, "subscribers.json");
  const list = Object.entries(accounts).map(([name, consumers]) => {
    return { name, consumers, credentials: `${name}.creds` };
  });
  await writeFile(path, JSON.stringify(list));
  return path;
}

async function startHub(subscribersFile: string | undefined): Promise<void> {
  const { access } = await openClusterAccess(
    { operator: undefined, subscribersFile },
    {
      broker,
      nats: { url: operator.embedded.url.replace("//", "//user:secret@") },
      names,
      replicas: 1,
      secretBox: createSecretBox(SECRET_KEY),
      log,
      now: Date.now,
    },
  );
  const { url, credentials } = operator.embedded;
  hub = await startTestHub({ url, prefix: PREFIX, authenticator: credentials.hub, access });
  loans = await broker.js.views.kv(names.preparedBucket);
}

const post = (path: string, body: object) => hub.admin("POST", `/api/subscriptions${path}`, body);
const events = (...types: string[]) => ({ events: types, deliver: "nats" });

describe("a prepared account", () => {
  test("is handed out with its consumers, and its credentials reach them", async () => {
    await prepare("one", ["one-1", "one-2"]);
    await startHub(await writeList({ one: ["one-1", "one-2"] }));
    const issued = await subscribe(hub, "shipping", events("order.*"));
    expect(issued.consumers.map(({ stream, name }) => [stream, name])).toEqual([
      [commerce, "one-1"],
      [direct, "one-2"],
    ]);
    expect(issued.servers).toEqual([operator.embedded.url]);
    await post("/shipping/test", {});
    const connection = await connectSubscriber(issued);
    const js = connection.jetstream({ apiPrefix: issued.apiPrefix, checkAPI: false });
    const message = await (await js.consumers.get(direct, "one-2")).next({ expires: 5000 });
    expect(message?.json()).toMatchObject({ test: true });
    expect(await message?.ackAck()).toBe(true);
    await connection.close();
  });

  test("goes to one subscription only, also when two are created at once", async () => {
    await prepare("one", ["one-1", "one-2"]);
    await startHub(await writeList({ one: ["one-1", "one-2"] }));
    const answers = await Promise.all(
      ["shipping", "marketing"].map((name) => post("", { name, ...events("order.*") })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(await refused?.json()).toMatchObject({ detail: expect.stringContaining("NATS_SUBSCRIBERS_FILE") });
  });

  test("with too few consumers is left alone", async () => {
    await prepare("small", ["small-1", "small-2"]);
    await prepare("large", ["large-1", "large-2", "large-3"]);
    await startHub(
      await writeList({ small: ["small-1", "small-2"], large: ["large-1", "large-2", "large-3"] }),
    );
    const issued = await subscribe(hub, "shipping", events("order.*", "product.*"));
    expect(issued.consumers.map(({ name }) => name)).toEqual(["large-1", "large-2", "large-3"]);
    expect((await post("", { name: "wide", ...events("order.*", "product.*") })).status).toBe(409);
  });

  test("keeps a changed subscription within its consumers", async () => {
    await prepare("one", ["one-1", "one-2", "one-3"]);
    await startHub(await writeList({ one: ["one-1", "one-2", "one-3"] }));
    await subscribe(hub, "shipping", events("order.*"));
    const put = (body: object) => hub.admin("PUT", "/api/subscriptions/shipping", body);
    const consumersOf = async (answer: Response) =>
      issuedSchema
        .omit({ credentials: true })
        .parse(await answer.json())
        .consumers.map(({ stream, name }) => [stream, name]);

    expect(await consumersOf(await put(events("product.*")))).toEqual([
      [commerce, "one-3"],
      [direct, "one-2"],
    ]);
    expect(await consumersOf(await put(events("product.*", "order.*")))).toEqual([
      [commerce, "one-3"],
      [commerce, "one-1"],
      [direct, "one-2"],
    ]);
    // Nothing is free any more: the new ones get the names of those that go.
    const swapped = await consumersOf(await put(events("stock.*", "customer.*")));
    expect(swapped.map(([, name]) => name).sort()).toEqual(["one-1", "one-2", "one-3"]);
    const refused = await put(events("stock.*", "customer.*", "order.*"));
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ detail: expect.stringContaining("prepared for 3") });
    expect((await put({ ...events("stock.*", "customer.*"), startAt: "beginning" })).status).toBe(200);
    const there = await broker.jsm.consumers.list(commerce).next();
    expect(there.filter(({ name }) => name.startsWith("one-"))).toHaveLength(2);
  });

  test("is not handed out again while somebody has its credentials", async () => {
    const account = await prepare("one", ["one-1", "one-2"]);
    await startHub(await writeList({ one: ["one-1", "one-2"] }));
    const issued = await subscribe(hub, "shipping", events("order.*"));
    expect((await hub.admin("DELETE", "/api/subscriptions/shipping")).status).toBe(204);
    expect((await post("", { name: "shipping", ...events("order.*") })).status).toBe(409);
    await writeCredentials("one", account);
    const again = await subscribe(hub, "marketing", events("order.*"));
    expect(again.credentials).not.toBe(issued.credentials);
  });

  test("gets other credentials when its entry has others", async () => {
    const account = await prepare("one", ["one-1", "one-2"]);
    await startHub(await writeList({ one: ["one-1", "one-2"] }));
    const issued = await subscribe(hub, "shipping", events("order.*"));
    expect((await post("/shipping/rotate", {})).status).toBe(409);
    await writeCredentials("one", account);
    const rotated = issuedSchema.parse(await (await post("/shipping/rotate", {})).json());
    expect(rotated.credentials).not.toBe(issued.credentials);
    expect(rotated.consumers).toEqual(issued.consumers);
  });

  test("brings nothing while its subscription is disabled", async () => {
    await prepare("one", ["one-1", "one-2"]);
    await startHub(await writeList({ one: ["one-1", "one-2"] }));
    await subscribe(hub, "shipping", events("order.*"));
    expect((await post("/shipping/disable", {})).status).toBe(200);
    expect((await broker.jsm.consumers.info(commerce, "one-1")).paused).toBe(true);
    expect((await post("/shipping/resume", {})).status).toBe(200);
    expect((await broker.jsm.consumers.info(commerce, "one-1")).paused ?? false).toBe(false);
  });

  test("is free again when a creation did not come to its end", async () => {
    await prepare("one", ["one-1", "one-2"]);
    await startHub(await writeList({ one: ["one-1", "one-2"] }));
    const user = /BEGIN NATS USER JWT-----\s+(\S+)/;
    const { credentials } = await subscribe(hub, "first", events("order.*"));
    await hub.admin("DELETE", "/api/subscriptions/first");
    const entry = await loans.get("one");
    const loan = { ...Object(entry?.json()), isIssued: false };
    await loans.put("one", JSON.stringify({ ...loan, at: Date.now() }));
    expect((await post("", { name: "second", ...events("order.*") })).status).toBe(409);
    await loans.put("one", JSON.stringify({ ...loan, at: Date.now() - 120_000 }));
    const second = await subscribe(hub, "second", events("order.*"));
    expect(user.exec(second.credentials)?.[1]).toBe(user.exec(credentials)?.[1]);
  });
});

describe("the list of prepared accounts", () => {
  test.each([
    ["no JSON", "{", /is no JSON/],
    [
      "an account without a consumer for tests",
      '[{"name":"a","consumers":["a"],"credentials":"x"}]',
      /two at least/,
    ],
    [
      "a consumer of two accounts",
      '[{"name":"a","consumers":["x","y"],"credentials":"c"},{"name":"b","consumers":["y","z"],"credentials":"c"}]',
      /consumer y is there twice/,
    ],
    ["credentials that are not there", '[{"name":"a","consumers":["x","y"],"credentials":"none"}]', /ENOENT/],
    ["a field that nobody knows", '[{"name":"a","consumers":["x","y"],"creds":"c"}]', /creds/],
  ])("is refused with %s", async (_what, text, message) => {
    const path = join(dir, "wrong.json");
    await writeFile(path, text);
    const failure = startHub(path);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toThrow(/NATS_SUBSCRIBERS_FILE/);
  });
});

describe("without keys and prepared accounts", () => {
  test("the answer lists what the operator has to do for these consumers, and creates them", async () => {
    await startHub(undefined);
    const answer = await post("", { name: "shipping", ...events("order.*") });
    expect(answer.status).toBe(201);
    const { needed, consumers, credentials } = Object(await answer.json());
    expect(credentials).toBeUndefined();
    const list = needed.join("\n");
    for (const { stream, name } of consumers) {
      expect(list).toContain(`exports the service $JS.API.CONSUMER.MSG.NEXT.${stream}.${name} `);
      expect(list).toContain(
        `imports the service $JS.API.CONSUMER.INFO.${stream}.${name} as hub.API.CONSUMER.INFO.`,
      );
      expect(list).toContain(`imports the service $JS.ACK.${stream}.${name}.*.*.*.*.*`);
    }
    expect(list).toMatch(/"deliver": "http"/);
    expect((await post("/shipping/rotate", {})).status).toBe(409);
  });
});
