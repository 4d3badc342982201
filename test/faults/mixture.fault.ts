/** Faults of all kinds, one after the other or at once, as the seed decides. `FAULT_ROUNDS` plays more of them. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, it } from "vitest";
import { startTestServer, type TestServer } from "../helpers/nats.ts";
import { startTcpProxy, type TcpProxy } from "../helpers/tcp-proxy.ts";
import { hubsOn } from "./installation.ts";
import { type Kill, POINT_NAMES, POINTS } from "./points.ts";
import { play, type Run } from "./scenario.ts";
import { ROUNDS } from "./seed.ts";

type Fault = (place: Run & { readonly server: TestServer; readonly proxy: TcpProxy }) => Promise<void>;

const FAULTS: readonly [Fault, ...Fault[]] = [
  async ({ hubs }) => hubs[1]?.replace(),
  async ({ hubs }) => {
    await hubs[1]?.kill();
    await hubs[1]?.start();
  },
  async ({ server, random }) => {
    await server.kill();
    await sleep(random.between(0, 1000));
    await server.restart();
  },
  async ({ server }) => server.restart(),
  async ({ server, random }) => {
    server.freeze();
    await sleep(random.between(200, 4000));
    server.thaw();
  },
  async ({ proxy }) => proxy.reset(),
  async ({ proxy, random }) => {
    proxy.delay(random.between(10, 300));
    await sleep(random.between(500, 2000));
    proxy.delay(0);
  },
];

const STEPS = [0.05, 0.2, 0.35, 0.5, 0.65, 0.8];

/** Two kills of the first hub at any points. */
function anyKills({ random }: Pick<Run, "random">): Kill[] {
  const [first = "after the answer", ...others] = POINT_NAMES;
  return [1, 2].map(() => {
    const point = random.pick([first, ...others]);
    return { point, flush: random.chance(0.5), passage: random.between(1, POINTS[point].passages) };
  });
}

describe.concurrent("a mixture of faults", () => {
  it.for(Array.from({ length: 2 * ROUNDS }, (_none, at) => at + 1))(
    "(%i) loses and doubles nothing",
    async (round, test) => {
      const server = await startTestServer();
      const proxy = await startTcpProxy(server.port);
      try {
        await play(test, {
          name: `mixture ${round}`,
          install: hubsOn({ natsUrl: server.url, hubUrl: `nats://127.0.0.1:${proxy.port}`, count: 2 }),
          kills: (random) => anyKills({ random }),
          during: async (run) => {
            for (const part of STEPS) {
              await run.taken(part);
              const faults = Array.from({ length: run.random.between(1, 2) }, () => run.random.pick(FAULTS));
              for (const fault of faults) await fault({ ...run, server, proxy });
            }
          },
        });
      } finally {
        await proxy.close();
        await server.stop();
      }
    },
  );
});
