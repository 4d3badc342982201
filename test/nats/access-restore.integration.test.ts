/** What the servers know of subscribers survives: restarts, lost resolvers, directories of earlier releases. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NatsConnection } from "nats";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSeed, decodeJwt, fromSeed, signJwt } from "../../src/nats/embedded/jwt.ts";
import {
  type AccessHub,
  connectSubscriber,
  type IssuedAccess,
  startAccessHub,
  subscribe,
} from "../helpers/access-hub.ts";
import { eventually } from "../helpers/eventually.ts";

const PREFIX = "kept";

let dataDir: string;
let cleanups: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "entrepot-restore-"));
});

afterEach(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
  cleanups = [];
  await rm(dataDir, { recursive: true, force: true });
});

async function start(): Promise<AccessHub> {
  const hub = await startAccessHub({ dataDir, prefix: PREFIX });
  cleanups.push(hub.stop);
  return hub;
}

/** Servers move with every start of a test: the subscriber is told the new address. */
async function fetchTest(hub: AccessHub, issued: IssuedAccess): Promise<unknown> {
  const { status } = await hub.admin("POST", `/api/subscriptions/${issued.name}/test`, {});
  expect(status).toBe(202);
  const connection: NatsConnection = await connectSubscriber({ ...issued, servers: [hub.embedded.url] });
  cleanups.push(() => connection.close());
  const js = connection.jetstream({ apiPrefix: issued.apiPrefix, checkAPI: false });
  const direct = issued.consumers.find(({ stream }) => stream !== issued.stream);
  const handle = await js.consumers.get(direct?.stream ?? "", direct?.name);
  const message = await handle.next({ expires: 5000 });
  expect(await message?.ackAck()).toBe(true);
  await connection.close();
  return message?.json();
}

test("credentials outlive a restart of the hub with its server", async () => {
  const first = await start();
  const issued = await subscribe(first, "shipping");
  await first.stop();
  expect(await fetchTest(await start(), issued)).toMatchObject({ test: true });
});

test("a restart tells a server that knows all accounts nothing", async () => {
  const first = await start();
  const issued = await subscribe(first, "shipping");
  await first.stop();
  const known = await readAccounts();
  const second = await start();
  await fetchTest(second, issued);
  await second.stop();
  expect((await readAccounts()).get("subscription shipping")).toBe(known.get("subscription shipping"));
});

test("credentials work again after the server's accounts were lost", async () => {
  const first = await start();
  const [issued, removed] = [await subscribe(first, "shipping"), await subscribe(first, "gone")];
  await first.admin("DELETE", "/api/subscriptions/gone");
  await first.stop();
  await rm(join(dataDir, "nats", "jwt"), { recursive: true });
  const second = await start();
  await fetchTest(second, issued);
  await expect(connectSubscriber({ ...removed, servers: [second.embedded.url] })).rejects.toThrow(
    /authorization/i,
  );
});

test("accounts can be made and ended after the server crashed under the hub", async () => {
  const hub = await start();
  const issued = await subscribe(hub, "shipping");
  process.kill(Number(await readFile(join(dataDir, "nats", "server.pid"), "utf8")), "SIGKILL");
  const later = await eventually(() => subscribe(hub, "marketing"), { withinMs: 20_000 });
  await fetchTest(hub, issued);
  await fetchTest(hub, later);
  expect((await hub.admin("DELETE", "/api/subscriptions/shipping")).status).toBe(204);
  await expect(connectSubscriber({ ...issued, servers: [hub.embedded.url] })).rejects.toThrow(
    /authorization/i,
  );
});

test("a directory of the first release, whose account offered less, is brought up to date", async () => {
  const operator = fromSeed(await writeFirstRelease());
  const hub = await start();
  await fetchTest(hub, await subscribe(hub, "shipping"));
  expect(hub.embedded.signers.operator.getPublicKey()).toBe(operator.getPublicKey());
});

/** Token by the name of its account. */
async function readAccounts(): Promise<Map<string, string>> {
  const dir = join(dataDir, "nats", "jwt");
  const files = (await readdir(dir, { recursive: true })).filter((file) => file.endsWith(".jwt"));
  const tokens = await Promise.all(files.map((file) => readFile(join(dir, file), "utf8")));
  return new Map(tokens.map((token) => [String(Object(decodeJwt(token)).name), token]));
}

/** Keys as the first release made them, and the token of its account as its server kept it. */
async function writeFirstRelease(): Promise<string> {
  const operator = createSeed("operator");
  const accounts = { sys: createSeed("account"), hub: createSeed("account") };
  const users = { sys: createSeed("user"), hub: createSeed("user"), reader: createSeed("user") };
  await mkdir(join(dataDir, "nats", "jwt"), { recursive: true });
  await writeFile(join(dataDir, "nats", "keys.json"), JSON.stringify({ operator, accounts, users }));
  const hub = fromSeed(accounts.hub).getPublicKey();
  const exported = ["$JS.API.CONSUMER.MSG.NEXT", "$JS.API.CONSUMER.INFO", "$JS.ACK"].map((api) => ({
    name: api,
    subject: api === "$JS.ACK" ? `${api}.${PREFIX}_COMMERCE.*.>` : `${api}.${PREFIX}_COMMERCE.*`,
    type: "service",
    token_req: true,
  }));
  const limits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1 };
  const jetstream = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
  const nats = { exports: exported, limits: { ...limits, ...jetstream }, type: "account", version: 2 };
  const token = signJwt(fromSeed(operator), { sub: hub, name: "HUB", nats }, Date.now() - 86_400_000);
  await writeFile(join(dataDir, "nats", "jwt", `${hub}.jwt`), token);
  return operator;
}
