/** The program as an admin starts it, built: a process of its own, with its own nats-server, ended by signals. */
import { once } from "node:events";
import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eventually } from "../helpers/eventually.ts";
import { startTestServer } from "../helpers/nats.ts";
import { useProgram } from "../helpers/admin.ts";
import { gone, isAlive } from "../helpers/child.ts";

const program = useProgram();
const { dataDir, entrepot, serve, cli, natsPid } = program;

/** A program that holds a port of 127.0.0.1. */
async function takenPort(): Promise<number> {
  const server: Server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  program.onEnd(async () => server.close());
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

describe("serve", () => {
  it("is ready when it says address, token and what to do next", async () => {
    const hub = await serve();
    expect(hub.out()).toContain(hub.token);
    expect(hub.out()).toContain("entrepot store add shopify acme");
    expect(hub.out()).toContain("entrepot send shopify orders/create");
    expect(hub.out()).toMatch(/commerce\.> on nats:\/\/127\.0\.0\.1:\d+/);
    expect((await fetch(`${hub.url}/readyz`)).status).toBe(200);
    expect((await stat(join(dataDir(), "admin-token"))).mode & 0o777).toBe(0o600);
    expect((await fetch(`${hub.url}/api/stores`)).status).toBe(401);
    const headers = { Authorization: `Bearer ${hub.token}` };
    expect((await fetch(`${hub.url}/api/stores`, { headers })).status).toBe(200);
  }, 60_000);

  it("does what the next commands say: a store is added, a sample sent, its outcome shown", async () => {
    const hub = await serve();
    expect(await cli(hub, "store", "add", "shopify", "acme", "--secret", "my-secret")).toContain(
      `${hub.url}/webhooks/shopify/acme`,
    );
    const send = ["send", "shopify", "orders/create", "--store", "acme", "--secret", "my-secret"];
    expect(await cli(hub, ...send, "--count", "3")).toMatch(/^(200 orders\/create \d+\n){3}$/);
    await eventually(async () => {
      const counts: unknown = JSON.parse(await cli(hub, "outcomes", "--json"));
      expect(counts).toMatchObject({ stored: 3, published: 3, events: 3 });
    });
    const wrong = await entrepot([...send.slice(0, -1), "wrong"], { ENTREPOT_URL: hub.url }).ended;
    expect(wrong.code).toBe(1);
    expect(wrong.out).toMatch(/^401 /);
  }, 60_000);

  it("finds everything again when it is started a second time, and does not print the token again", async () => {
    const first = await serve();
    await cli(first, "store", "add", "shopify", "acme", "--secret", "my-secret");
    await cli(
      first,
      "send",
      "shopify",
      "orders/create",
      "--store",
      "acme",
      "--secret",
      "my-secret",
      "--id",
      "77",
    );
    first.child.kill("SIGTERM");
    await first.ended;

    const second = await serve();
    expect(second.token).toBe(first.token);
    expect(second.out()).not.toContain(second.token);
    expect(second.out()).toContain("1 connected");
    expect(second.out()).not.toContain("store add");
    expect(await cli(second, "store", "list")).toContain("acme");
    const headers = { Authorization: `Bearer ${second.token}` };
    await eventually(async () => {
      const answer = await fetch(`${second.url}/api/events?entity=77`, { headers });
      expect(await answer.json()).toMatchObject({ events: [{ id: "acme:order:77:1" }] });
    });
    await cli(second, "send", "shopify", "orders/create", "--store", "acme", "--secret", "my-secret");
    await eventually(async () => {
      expect(JSON.parse(await cli(second, "outcomes", "--json"))).toMatchObject({ stored: 2, published: 2 });
    });
  }, 90_000);

  it("starts no server of its own with NATS_URL", async () => {
    const server = await startTestServer();
    program.onEnd(server.stop);
    const hub = await serve({ NATS_URL: server.url });
    expect(hub.out()).toContain(`127.0.0.1:${server.port}`);
    await expect(stat(join(dataDir(), "nats"))).rejects.toThrow("ENOENT");
    await cli(hub, "store", "add", "woocommerce", "hafen", "--secret", "my-secret");
    await cli(hub, "send", "woocommerce", "order.created", "--store", "hafen", "--secret", "my-secret");
    hub.child.kill("SIGTERM");
    expect(await hub.ended).toMatchObject({ code: 0 });
  }, 60_000);
});

describe("the end", () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "by %s comes in order: exit code 0, no nats-server left, and what was accepted is processed or stays",
    async (signal) => {
      const hub = await serve();
      const pid = await natsPid();
      await cli(hub, "store", "add", "shopify", "acme", "--secret", "my-secret");
      const sent = await cli(
        hub,
        ...["send", "shopify", "orders/paid", "--store", "acme", "--secret", "my-secret", "--count", "50"],
      );
      expect(sent.match(/^200 /gm)).toHaveLength(50);
      hub.child.kill(signal);
      const { code, err } = await hub.ended;
      expect(code, err).toBe(0);
      expect(err).toContain("entrepot has ended");
      expect(err).not.toContain("could not end in order");
      expect(await isAlive(pid)).toBe(false);

      const again = await serve();
      await eventually(async () => {
        expect(JSON.parse(await cli(again, "outcomes", "--json"))).toMatchObject({
          stored: 50,
          published: 50,
          events: 100,
        });
      });
    },
    90_000,
  );

  it("by SIGKILL leaves no nats-server, and the next start takes over at once", async () => {
    const hub = await serve();
    const pid = await natsPid();
    await cli(hub, "store", "add", "shopify", "acme", "--secret", "my-secret");
    hub.child.kill("SIGKILL");
    await hub.ended;
    await gone(pid);
    expect(await cli(await serve(), "store", "list")).toContain("acme");
  }, 90_000);

  it("comes even while the hub still waits for a broker that is not there", async () => {
    // Nothing listens on port 1.
    const running = entrepot(["serve"], { PORT: "0", NATS_URL: "nats://127.0.0.1:1" });
    await eventually(() => expect(running.err()).toContain("waiting for it"));
    running.child.kill("SIGTERM");
    const { code, err } = await running.ended;
    expect(code, err).toBe(0);
    expect(err).toContain("entrepot has ended");
    expect(err).not.toMatch(/^\s+at /m);
  }, 60_000);
});

describe("a start that cannot work", () => {
  /** Told on standard error, besides the log's JSON lines. */
  async function complaint(env: Record<string, string>): Promise<string> {
    const { code, out, err } = await entrepot(["serve"], { PORT: "0", NATS_PORT: "0", ...env }).ended;
    expect(code, out + err).toBe(1);
    const lines = err.split("\n").filter((line) => line !== "" && !line.startsWith("{"));
    expect(lines, err).toHaveLength(1);
    expect(out).not.toContain("listens on");
    return lines.join();
  }

  it("says that the port is taken", async () => {
    const port = await takenPort();
    expect(await complaint({ PORT: String(port) })).toMatch(new RegExp(`${port}.* taken`));
    await expect(readFile(join(dataDir(), "nats", "server.pid"))).rejects.toThrow("ENOENT");
  }, 30_000);

  it("says that the port for NATS is taken, when it was asked for", async () => {
    const port = await takenPort();
    expect(await complaint({ NATS_PORT: String(port) })).toMatch(new RegExp(`${port}.* taken`));
  }, 30_000);

  it("says that the data directory cannot be written", async () => {
    const file = join(dataDir(), "a-file");
    await writeFile(file, "");
    expect(await complaint({ DATA_DIR: join(file, "data") })).toContain("cannot be written");
  }, 30_000);

  it("says that the server's data directory cannot be written", async () => {
    await writeFile(join(dataDir(), "nats"), "in the way");
    expect(await complaint({})).toContain(dataDir());
  }, 30_000);

  it("says that NATS_SERVER_BIN is no server", async () => {
    const none = join(dataDir(), "no-such-server");
    expect(await complaint({ NATS_SERVER_BIN: none })).toContain(none);
    const broken = join(dataDir(), "broken-server");
    await writeFile(broken, "#!/bin/sh\nexit 3\n");
    await chmod(broken, 0o755);
    expect(await complaint({ NATS_SERVER_BIN: broken })).toContain(broken);
  }, 30_000);

  it("says what is wrong with a server that it was given", async () => {
    const server = await startTestServer({ jetstream: false });
    try {
      expect(await complaint({ NATS_URL: server.url })).toContain("JetStream is not enabled");
      const file = join(dataDir(), "no-such-file");
      expect(await complaint({ NATS_URL: server.url, NATS_CREDS: file })).toContain(file);
    } finally {
      await server.stop();
    }
  }, 30_000);

  it("says which variables are wrong, all at once", async () => {
    const { code, err } = await entrepot(["serve"], { PORT: "eighty", DURABILITY: "eternal" }).ended;
    expect(code).toBe(1);
    expect(err).toMatch(/PORT: .*\nDURABILITY: /);
    expect(err).not.toMatch(/^\s+at /m);
  }, 30_000);

  it("says that another hub uses the data directory", async () => {
    const first = await serve();
    expect(await complaint({})).toContain(`pid ${first.child.pid}`);
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
  }, 60_000);
});
