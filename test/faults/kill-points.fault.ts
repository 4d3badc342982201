/** `kill -9` of the only hub process at each named point of the flow, with or without what it had still to send. */
import { describe, it } from "vitest";
import type { Random } from "../helpers/random.ts";
import { useServer } from "../helpers/broker.ts";
import { hubsOn } from "./installation.ts";
import { type Kill, POINT_NAMES, POINTS } from "./points.ts";
import { play } from "./scenario.ts";

const server = useServer();

/** The points of one load, one after the other: each process ends at the next one. */
const STAGES = {
  ingest: ["store", "answer"],
  processing: ["set", "publish"],
  settling: ["record", "ack"],
  delivering: ["attempt", "settle"],
} as const;

function killsAt(steps: readonly string[], random: Random): Kill[] {
  return POINT_NAMES.filter((point) => steps.includes(POINTS[point].step)).map((point) => ({
    point,
    flush: random.chance(0.5),
    passage: random.between(1, POINTS[point].passages),
  }));
}

describe.concurrent("a hub that is killed", () => {
  it.for(Object.entries(STAGES))(
    "at each point of %s loses and doubles nothing",
    async ([stage, steps], test) => {
      await play(test, {
        name: `a hub is killed at each point of ${stage}`,
        install: hubsOn({ natsUrl: server().url }),
        entities: 60,
        kills: (random) => killsAt(steps, random),
      });
    },
  );
});
