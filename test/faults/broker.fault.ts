/** What happens to the broker and to the way there, while two hub processes work: kills, silence, a bad network, no room. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, type TestContext } from "vitest";
import { startTestServer, type TestServer, type TestServerOptions } from "../helpers/nats.ts";
import { smallDiskProblem, startSmallDisk } from "../helpers/small-disk.ts";
import { startTcpProxy } from "../helpers/tcp-proxy.ts";
import { hubsOn } from "./installation.ts";
import { play } from "./scenario.ts";

type Closing = Pick<TestContext, "onTestFinished">;

/** The tests of a file run side by side, so each ends what is its own. */
async function startServer(
  { onTestFinished }: Closing,
  options: TestServerOptions = {},
): Promise<TestServer> {
  const server = await startTestServer(options);
  onTestFinished(server.stop);
  return server;
}

describe.concurrent("a nats-server", () => {
  it("that is killed and started again, three times under load, loses and doubles nothing", async (test) => {
    const server = await startServer(test);
    await play(test, {
      name: "nats-server is killed three times",
      install: hubsOn({ natsUrl: server.url, count: 2 }),
      during: async ({ random, taken }) => {
        for (const part of [0.2, 0.45, 0.7]) {
          await taken(part);
          await server.kill();
          await sleep(random.between(0, 1500));
          await server.restart();
        }
      },
    });
  });

  it("that hangs for half a minute and goes on is waited for", async (test) => {
    const server = await startServer(test);
    await play(test, {
      name: "nats-server hangs for 30 seconds",
      install: hubsOn({ natsUrl: server.url, count: 2, ackWaitMs: 30_000 }),
      during: async ({ taken }) => {
        await taken(0.4);
        server.freeze();
        await sleep(30_000);
        server.thaw();
      },
    });
  });

  it("that hangs again and again for a moment is waited for", async (test) => {
    const server = await startServer(test);
    await play(test, {
      name: "nats-server hangs for moments",
      install: hubsOn({ natsUrl: server.url, count: 2 }),
      during: async ({ random, taken }) => {
        for (const part of [0.1, 0.25, 0.4, 0.55, 0.7]) {
          await taken(part);
          server.freeze();
          await sleep(random.between(500, 4500));
          server.thaw();
        }
      },
    });
  });
});

describe.concurrent("the way to the nats-server", () => {
  it("is reset again and again: nothing is lost or doubled", async (test) => {
    const server = await startServer(test);
    const proxy = await startTcpProxy(server.port);
    test.onTestFinished(proxy.close);
    await play(test, {
      name: "connections are reset",
      install: hubsOn({ natsUrl: server.url, hubUrl: `nats://127.0.0.1:${proxy.port}`, count: 2 }),
      during: async ({ random, taken }) => {
        for (let part = 0.1; part < 0.9; part += 0.1) {
          await taken(part);
          await sleep(random.between(0, 200));
          proxy.reset();
        }
        // The first two were the hubs' own.
        expect(proxy.connections()).toBeGreaterThan(8);
      },
    });
  });

  it("takes long, and now and then breaks: nothing is lost or doubled", async (test) => {
    const server = await startServer(test);
    const proxy = await startTcpProxy(server.port);
    test.onTestFinished(proxy.close);
    await play(test, {
      name: "the network is slow and breaks",
      install: hubsOn({ natsUrl: server.url, hubUrl: `nats://127.0.0.1:${proxy.port}`, count: 2 }),
      during: async ({ random, taken }) => {
        for (const part of [0.1, 0.3, 0.5, 0.7]) {
          await taken(part);
          proxy.delay(random.between(20, 400));
          if (random.chance(0.5)) proxy.reset();
        }
        await taken(0.85);
        proxy.delay(0);
      },
    });
  });
});

describe.concurrent("no room", () => {
  it("in the store is answered with 503 until there is some again", async (test) => {
    const server = await startServer(test, { storeMax: "700KB" });
    await play(test, {
      name: "the store is full",
      install: hubsOn({ natsUrl: server.url, count: 2 }),
      during: async ({ refused }) => {
        await refused(20);
        await server.restart({ storeMax: "10GB" });
      },
    });
  });

  it("on the disk is answered with 503 until the server is started again with some", async (test) => {
    const problem = await smallDiskProblem();
    if (problem !== undefined) process.stdout.write(`SKIPPED: a full disk, because ${problem}\n`);
    test.skip(problem !== undefined, problem);
    const disk = await startSmallDisk(64);
    test.onTestFinished(disk.stop);
    const server = await startServer(test, { storeDir: disk.dir, enter: disk.enter });
    await play(test, {
      name: "the disk is full",
      install: hubsOn({ natsUrl: server.url, count: 2 }),
      // Enough is left to send when it is full.
      pauseMs: 800,
      during: async ({ taken, refused, random }) => {
        await taken(0.4);
        const makeRoom = await disk.fill();
        // Refused at least once, however long it takes until the server notices.
        await refused(random.between(1, 20));
        await makeRoom();
        await server.restart();
      },
    });
  });
});
