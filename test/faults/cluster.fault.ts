/** Three nats-servers with every stream on all of them: one goes and comes back, the leader goes, each is restarted in turn. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clusterConfig } from "../helpers/cluster.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePorts } from "../helpers/free-ports.ts";
import { startTestServer, type TestServer } from "../helpers/nats.ts";
import { hubsOn } from "./installation.ts";
import { play, type Run } from "./scenario.ts";

const SIZE = 3;
let servers: TestServer[] = [];

beforeAll(async () => {
  const ports = await freePorts(SIZE);
  servers = await Promise.all(
    ports.map((_port, at) => startTestServer({ extraConfig: clusterConfig(ports, at) })),
  );
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

function cluster() {
  return hubsOn({ natsUrl: servers.map(({ url }) => url).join(","), count: 2, replicas: SIZE });
}

/** Every copy of every stream is up to date. */
async function untilWhole({ broker, names }: Run): Promise<void> {
  const streams = [
    ...Object.values(names.streams),
    ...Object.values(names.buckets).map((bucket) => `KV_${bucket}`),
  ];
  await eventually(
    async () => {
      for (const stream of streams) {
        const { cluster } = await broker.jsm.streams.info(stream);
        const behind = (cluster?.replicas ?? []).filter(
          ({ current, offline }) => !current || offline === true,
        );
        if (cluster?.leader === undefined || behind.length > 0) throw new Error(`${stream} is not whole`);
      }
    },
    { withinMs: 60_000, everyMs: 250 },
  );
}

/** The server that leads the inbox. */
async function leader({ broker, names }: Run): Promise<TestServer | undefined> {
  const { cluster } = await broker.jsm.streams.info(names.streams.inbox);
  return servers[Number(cluster?.leader?.replace("server-", ""))];
}

describe("a cluster of three", () => {
  it("that loses a server and gets it back loses and doubles nothing", async (test) => {
    await play(test, {
      name: "a server of the cluster goes and comes back",
      install: cluster(),
      during: async (run) => {
        await run.taken(0.2);
        const lost = servers[run.random.between(0, SIZE - 1)];
        await lost?.kill();
        await run.taken(0.6);
        await lost?.restart();
        await untilWhole(run);
      },
    });
  });

  it("that loses the leader of the inbox loses and doubles nothing", async (test) => {
    await play(test, {
      name: "the leader of the cluster goes",
      install: cluster(),
      during: async (run) => {
        await run.taken(0.3);
        const lost = await leader(run);
        expect(lost).toBeDefined();
        await lost?.kill();
        await run.taken(0.7);
        await lost?.restart();
        await untilWhole(run);
      },
    });
  });

  it("whose servers are restarted in turn loses and doubles nothing", async (test) => {
    await play(test, {
      name: "each server of the cluster is restarted",
      install: cluster(),
      pauseMs: 150,
      during: async (run) => {
        for (const [at, server] of servers.entries()) {
          await run.taken(0.1 + at * 0.2);
          await server.restart();
          await untilWhole(run);
        }
      },
    });
  });
});
