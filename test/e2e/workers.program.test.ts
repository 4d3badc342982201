/** The program with several workers: they share the port and the work, and each can be lost. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { eventually } from "../helpers/eventually.ts";
import { type Serving, useProgram } from "../helpers/admin.ts";
import { gone, isAlive } from "../helpers/child.ts";

const { dataDir, entrepot, serve, cli, natsPid } = useProgram();

/** Numbers of the workers, once so many of them answer. */
async function workersOf({ url, token }: Serving, count: number): Promise<string[]> {
  return eventually(
    async () => {
      const answer = await fetch(`${url}/metrics`, { headers: { Authorization: `Bearer ${token}` } });
      const text = await answer.text();
      const figures = text.matchAll(/^entrepot_nats_connected\{worker="(\d+)"\} 1$/gm);
      const found = [...figures].map(([, number = ""]) => number).sort();
      expect(found).toHaveLength(count);
      return found;
    },
    { withinMs: 30_000 },
  );
}

/** Processes that this one started and that run this same program. */
async function workerPids({ child }: Serving): Promise<number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "pid=,args=", "--ppid", String(child.pid)]);
  return [...stdout.matchAll(/^\s*(\d+) .*main\.js serve/gm)].map(([, pid]) => Number(pid));
}

async function send(hub: Serving, count: number): Promise<void> {
  const order = ["send", "shopify", "orders/create", "--store", "acme", "--secret", "my-secret"];
  const sent = await cli(hub, ...order, "--count", String(count));
  expect(sent.match(/^200 /gm)).toHaveLength(count);
}

async function outcomes(hub: Serving): Promise<unknown> {
  return JSON.parse(await cli(hub, "outcomes", "--json"));
}

describe("serve --workers 2", () => {
  it("answers with both, goes on when one is killed, starts another, and leaves nobody behind at the end", async () => {
    const hub = await serve({}, "--workers", "2");
    expect(hub.out().match(/listens on/g)).toHaveLength(1);
    expect(await workersOf(hub, 2)).toEqual(["1", "2"]);
    await cli(hub, "store", "add", "shopify", "acme", "--secret", "my-secret");
    await send(hub, 20);
    await eventually(async () => expect(await outcomes(hub)).toMatchObject({ stored: 20, published: 20 }));

    const [victim = 0, survivor = 0] = await workerPids(hub);
    process.kill(victim, "SIGKILL");
    await gone(victim);
    // At once, by the other one.
    await send(hub, 20);
    await workersOf(hub, 2);
    const after = await workerPids(hub);
    expect(after).toHaveLength(2);
    expect(after).toContain(survivor);
    expect(after).not.toContain(victim);
    await eventually(() => expect(hub.err()).toContain("worker ended and is started again"));
    await eventually(async () => expect(await outcomes(hub)).toMatchObject({ stored: 40, published: 40 }), {
      withinMs: 20_000,
    });

    const server = await natsPid();
    hub.child.kill("SIGTERM");
    const { code, err } = await hub.ended;
    expect(code, err).toBe(0);
    expect(err.match(/entrepot has ended/g)).toHaveLength(2);
    for (const pid of [...after, server]) expect(await isAlive(pid)).toBe(false);
  }, 90_000);

  it("leaves nobody behind when the primary is killed", async () => {
    const hub = await serve({}, "--workers", "2");
    await workersOf(hub, 2);
    const pids = [...(await workerPids(hub)), await natsPid()];
    expect(pids).toHaveLength(3);
    hub.child.kill("SIGKILL");
    await hub.ended;
    for (const pid of pids) await gone(pid);
  }, 60_000);

  it("tells of all workers' refusals, and counts failed tokens for all of them", async () => {
    const hub = await serve({}, "--workers", "2");
    await workersOf(hub, 2);
    // A connection of its own for each request, so that both workers get some.
    const fresh = { Connection: "close" };
    for (let request = 0; request < 10; request += 1) {
      const refused = await fetch(`${hub.url}/webhooks/shopify/nobody-${request}`, {
        method: "POST",
        body: "{}",
        headers: fresh,
      });
      expect(refused.status).toBe(404);
    }
    const headers = { ...fresh, Authorization: `Bearer ${hub.token}` };
    const { rejections } = JSON.parse(await (await fetch(`${hub.url}/api/rejections`, { headers })).text());
    expect(rejections).toHaveLength(10);
    await eventually(() => {
      const lines = hub
        .err()
        .split("\n")
        .filter((line) => line.includes('"no_store"'));
      expect(new Set(lines.map((line) => JSON.parse(line).worker))).toEqual(new Set([1, 2]));
    });

    const wrong = { ...fresh, Authorization: "Bearer wrong-token-0123456789" };
    const guess = async () => (await fetch(`${hub.url}/api/stores`, { headers: wrong })).status;
    const guesses: number[] = [];
    for (let attempt = 0; attempt < 30; attempt += 1) guesses.push(await guess());
    expect(guesses.at(-1)).toBe(429);
  }, 60_000);
});

it("refuses a number of workers that is none", async () => {
  for (const workers of ["0", "many", "1.5"]) {
    const { code, err } = await entrepot(["serve", "--workers", workers]).ended;
    expect([code, err.trim()]).toEqual([1, "--workers needs a whole number from 1 to 64"]);
  }
});

it("says once that the port is taken, and starts nothing", async () => {
  const hub = await serve();
  const { port } = new URL(hub.url);
  const other = join(dataDir(), "other");
  const second = entrepot(["serve", "--workers", "2"], { PORT: port, DATA_DIR: other });
  const { code, err } = await second.ended;
  expect(code, err).toBe(1);
  expect(err.match(/is taken/g), err).toHaveLength(1);
  await expect(readFile(join(other, "nats/server.pid"))).rejects.toThrow("ENOENT");
}, 60_000);
