import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Authenticator, connect, credsAuthenticator, type NatsConnection } from "nats";
import { afterEach, beforeEach, describe, expect, inject, test, vi } from "vitest";
import { type Embedded, type EmbeddedOptions, startEmbedded } from "../../src/nats/embedded/server.ts";
import { gone, isAlive } from "../helpers/child.ts";

const WAIT = { timeout: 20_000, interval: 50 };

let dataDir: string;
let cleanups: (() => Promise<unknown>)[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "entrepot-embedded-"));
  cleanups = [];
});

afterEach(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
  await rm(dataDir, { recursive: true, force: true });
});

function env() {
  return { NATS_SERVER_BIN: inject("natsServerBin") };
}

async function start(overrides: Partial<EmbeddedOptions> = {}): Promise<Embedded> {
  const embedded = await startEmbedded({
    dataDir,
    durability: "relaxed",
    port: 0,
    subscriberStreams: ["COMMERCE", "DIRECT"],
    eventSubject: "commerce.>",
    env: env(),
    report: () => undefined,
    ...overrides,
  });
  cleanups.push(embedded.stop);
  return embedded;
}

async function client(url: string, authenticator: Authenticator): Promise<NatsConnection> {
  const connection = await connect({ servers: url, authenticator, reconnect: false, timeout: 2_000 });
  cleanups.push(() => connection.close());
  return connection;
}

async function publishOne(embedded: Embedded): Promise<void> {
  const connection = await client(embedded.url, embedded.credentials.hub);
  const jsm = await connection.jetstreamManager();
  await jsm.streams.add({ name: "COMMERCE", subjects: ["commerce.>"] });
  await connection.jetstream().publish("commerce.shopify.acme.order.paid", "{}");
  await connection.close();
}

async function countMessages(embedded: Embedded): Promise<number> {
  const connection = await client(embedded.url, embedded.credentials.hub);
  try {
    const jsm = await connection.jetstreamManager();
    return (await jsm.streams.info("COMMERCE")).state.messages;
  } finally {
    await connection.close();
  }
}

async function serverPid(): Promise<number> {
  return Number(await readFile(join(dataDir, "nats", "server.pid"), "utf8"));
}

async function occupyPort(): Promise<number> {
  const server: Server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(async () => server.close());
  return portOf(server.address());
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** A hub of its own process, which can be killed. Resolves when its server runs. */
async function startHubProcess(): Promise<ChildProcess & { readonly pid: number }> {
  const module = new URL("../../src/nats/embedded/server.ts", import.meta.url).href;
  const options = {
    dataDir,
    durability: "strict",
    port: 0,
    subscriberStreams: ["COMMERCE", "DIRECT"],
    eventSubject: "commerce.>",
  };
  const script = `
    import { startEmbedded } from ${JSON.stringify(module)};
    const env = { NATS_SERVER_BIN: ${JSON.stringify(inject("natsServerBin"))} };
    await startEmbedded({ ...${JSON.stringify(options)}, env, report: () => undefined });
    console.log("ready");
    setInterval(() => undefined, 1_000);
  `;
  const args = ["--import", "tsx", "--input-type=module", "-e", script];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  cleanups.push(async () => child.kill("SIGKILL"));
  await once(createInterface(child.stdout), "line");
  const { pid } = child;
  if (pid === undefined) throw new Error("the hub process did not start");
  return Object.assign(child, { pid });
}

describe("start and stop", () => {
  test("keeps streams and accounts over a restart", async () => {
    const first = await start();
    await publishOne(first);
    const pid = await serverPid();
    await first.stop();
    expect(await isAlive(pid)).toBe(false);
    expect(await countMessages(await start())).toBe(1);
  });

  test("leaves a directory that only its owner can read, and no lock", async () => {
    await (await start()).stop();
    const nats = join(dataDir, "nats");
    for (const name of ["keys.json", "reader.creds", "server.conf"]) {
      expect((await stat(join(nats, name))).mode & 0o777, name).toBe(0o600);
    }
    expect((await stat(nats)).mode & 0o777).toBe(0o700);
    await expect(stat(join(nats, "lock.json"))).rejects.toThrow(/ENOENT/);
  });

  test.each([
    ["strict", { sync_always: true }],
    ["relaxed", { sync_interval: 100_000_000 }],
  ] as const)("runs the server with the syncing of class %s", async (durability, expected) => {
    const embedded = await start({ durability });
    expect(embedded.durability).toBe(durability);
    const connection = await client(embedded.url, embedded.credentials.sys);
    const answer = await connection.request("$SYS.REQ.SERVER.PING.VARZ", "", { timeout: 5_000 });
    expect(answer.json()).toMatchObject({
      data: { jetstream: { config: expected }, max_payload: 8 * 1024 ** 2 },
    });
  });
});

describe("crashes", () => {
  test("a killed hub leaves no server, and the next hub takes its directory over", async () => {
    const hub = await startHubProcess();
    const pid = await serverPid();
    expect(await isAlive(pid)).toBe(true);
    hub.kill("SIGKILL");
    await gone(pid);
    await publishOne(await start());
  });

  test.runIf(process.platform === "linux")(
    "a server that outlived hub and guard is stopped first",
    async () => {
      const hub = await startHubProcess();
      const pid = await serverPid();
      const guard = Number((await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]?.split(" ")[1]);
      const children = await readFile(`/proc/${guard}/task/${guard}/children`, "utf8");
      const watchers = children.trim().split(" ").map(Number);
      // The hub cannot react, and nothing is left of the guard that could.
      process.kill(hub.pid, "SIGSTOP");
      for (const watcher of watchers) if (watcher !== pid) process.kill(watcher, "SIGKILL");
      process.kill(guard, "SIGKILL");
      process.kill(hub.pid, "SIGKILL");
      await gone(hub.pid);
      expect(await isAlive(pid)).toBe(true);
      await start();
      expect(await isAlive(pid)).toBe(false);
      expect(await serverPid()).not.toBe(pid);
    },
  );

  test("a killed server is started again on the same port with its data", async () => {
    const exits: string[] = [];
    const embedded = await start({ durability: "strict", onExit: (how) => exits.push(how) });
    await publishOne(embedded);
    const pid = await serverPid();
    process.kill(pid, "SIGKILL");
    await gone(pid);
    await vi.waitFor(async () => expect(await countMessages(embedded)).toBe(1), WAIT);
    expect(exits).toEqual([expect.stringContaining("137")]);
  });

  test("stop ends the restarting", async () => {
    const embedded = await start();
    const pid = await serverPid();
    process.kill(pid, "SIGKILL");
    await embedded.stop();
    await expect(client(embedded.url, embedded.credentials.hub)).rejects.toThrow(/CONNECTION_REFUSED/);
  });
});

describe("lock", () => {
  test("refuses a second hub on the same directory, naming the first", async () => {
    const hub = await startHubProcess();
    await expect(start()).rejects.toMatchObject({
      code: "data_dir_locked",
      message: expect.stringContaining(`pid ${hub.pid}`),
    });
    expect(await isAlive(await serverPid())).toBe(true);
  });

  test("refuses a second start in the same process", async () => {
    const first = await start();
    await expect(start()).rejects.toMatchObject({ code: "data_dir_locked" });
    await publishOne(first);
  });

  test("takes a lock over whose pid belongs to another program now, and lets that program live", async () => {
    const bystander = spawn("sleep", ["600"]);
    cleanups.push(async () => bystander.kill());
    const nats = join(dataDir, "nats");
    await mkdir(nats);
    const stale = { pid: bystander.pid, start: "long ago" };
    await writeFile(join(nats, "lock.json"), JSON.stringify({ id: "x", hub: stale, server: stale }));
    await writeFile(join(nats, "server.pid"), String(bystander.pid));
    await start();
    expect(bystander.exitCode).toBeNull();
    expect(bystander.signalCode).toBeNull();
  });
});

describe("ports", () => {
  test("a taken port that was asked for is refused", async () => {
    const port = await occupyPort();
    await expect(start({ port })).rejects.toMatchObject({
      code: "port_taken",
      message: expect.stringContaining(`Port ${port} on 127.0.0.1`),
    });
    await start();
  });

  test("a taken default gives way to a free port, and to the same one at the next start", async () => {
    const port = await occupyPort();
    const first = await start({ port, portIsDefault: true });
    expect(first.url).not.toContain(`:${port}`);
    await first.stop();
    const second = await start({ port, portIsDefault: true });
    expect(second.url).toBe(first.url);
  });
});

describe("failures", () => {
  test("a data directory that cannot be made is named", async () => {
    const file = join(dataDir, "file");
    await writeFile(file, "");
    await expect(start({ dataDir: join(file, "data") })).rejects.toMatchObject({
      code: "data_dir_unwritable",
      message: expect.stringContaining(join(file, "data")),
    });
  });

  test("a server that does not start is quoted, and the directory given back", async () => {
    // The store of a server that is not there any more: a file where its directory must be.
    await mkdir(join(dataDir, "nats", "store"), { recursive: true });
    await (await start()).stop();
    await rm(join(dataDir, "nats", "store", "jetstream"), { recursive: true });
    await writeFile(join(dataDir, "nats", "store", "jetstream"), "");
    await expect(start()).rejects.toMatchObject({
      code: "server_failed",
      message: expect.stringMatching(/did not start \(exit code 1\): .*storage directory/i),
    });
    await rm(join(dataDir, "nats", "store", "jetstream"));
    await start();
  });
});

describe("reader", () => {
  test("sees the events and can neither publish nor reach JetStream", async () => {
    const embedded = await start();
    await publishOne(embedded);
    const hub = await client(embedded.url, embedded.credentials.hub);
    const creds = await readFile(embedded.credentials.readerFile);
    const reader = await client(embedded.url, credsAuthenticator(creds));

    const events = reader.subscribe("commerce.>", { max: 1 });
    await reader.flush();
    await hub.jetstream().publish("commerce.shopify.acme.order.paid", "seen");
    const seen: string[] = [];
    for await (const message of events) seen.push(message.string());
    expect(seen).toEqual(["seen"]);

    reader.publish("commerce.shopify.acme.order.paid", "forged");
    await reader.flush();
    expect(await countMessages(embedded)).toBe(2);
    await expect(reader.jetstreamManager({ timeout: 1_000 })).rejects.toThrow(/permissions|timeout/i);
    for (const subject of [">", "inbox.>", "$JS.API.>", "_INBOX.>"]) {
      await expect(firstError(reader, subject), subject).resolves.toMatch(/permissions/i);
    }
  });
});

/** The error that the server answers a subscription with. */
function firstError(connection: NatsConnection, subject: string): Promise<string> {
  return new Promise((resolve) => {
    connection.subscribe(subject, { callback: (error) => resolve(error?.message ?? "a message") });
  });
}
