/** `kill -9` of the only hub process at each named point of the flow, several times in one load. */
import { afterAll, beforeAll, describe, it } from "vitest";
import { startTestServer, type TestServer } from "../helpers/nats.ts";
import { type Kill, POINTS, type PointName } from "./points.ts";
import { play } from "./scenario.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  await server?.stop();
});

const KILLS = [{ flush: false }, { flush: true }] as const;

function isPoint(name: string): name is PointName {
  return Object.hasOwn(POINTS, name);
}

describe.concurrent("a hub that is killed", () => {
  it.each(Object.keys(POINTS).filter(isPoint))("%s, loses and doubles nothing", async (point) => {
    await play({
      name: `killed ${point}`,
      natsUrl: server.url,
      kills: (random): Kill[] =>
        KILLS.map((how) => ({ ...how, point, passage: random.between(1, POINTS[point].passages) })),
    });
  });
});
