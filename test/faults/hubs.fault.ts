/** `kill -9` of hub processes from outside: one of several, all of them, and while endpoints hold their requests. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { answer, type Behaviour } from "../helpers/endpoint.ts";
import { useServer } from "../helpers/broker.ts";
import { hubsOn } from "./installation.ts";
import { play, type Run } from "./scenario.ts";

const server = useServer();

describe.concurrent("hub processes that are killed", () => {
  it("one at a time: the others do its work", async (test) => {
    await play(test, {
      name: "one of three hubs is killed, again and again",
      install: hubsOn({ natsUrl: server().url, count: 3 }),
      during: async ({ random, hubs, taken }) => {
        for (const part of [0.15, 0.4, 0.65]) {
          await taken(part);
          await hubs[random.between(0, 2)]?.replace();
        }
      },
    });
  });

  it("all at once: the next ones go on where they stopped", async (test) => {
    await play(test, {
      name: "all hubs are killed",
      install: hubsOn({ natsUrl: server().url, count: 2 }),
      during: async ({ random, hubs, taken }) => {
        for (const part of [0.3, 0.6]) {
          await taken(part);
          await Promise.all(hubs.map((hub) => hub.kill()));
          await sleep(random.between(0, 500));
          await Promise.all(hubs.map((hub) => hub.start()));
        }
      },
    });
  });

  it("in the middle of deliveries: these are made again, under the same ids", async (test) => {
    await play(test, {
      name: "a hub is killed in the middle of deliveries",
      install: hubsOn({ natsUrl: server().url }),
      during: async (run) => {
        for (const part of [0.2, 0.5]) {
          await run.taken(part);
          await killWhileHeld(run);
        }
      },
    });
  });
});

/** Lets the endpoint say nothing until it holds several requests, and kills the hub then. */
async function killWhileHeld({ subscribers, hubs, random }: Run): Promise<void> {
  const wanted = random.between(1, 4);
  let held = 0;
  await new Promise<void>((resolve) => {
    const hold: Behaviour = () => {
      held += 1;
      if (held === wanted) resolve();
    };
    subscribers.behave(hold);
  });
  await hubs[0]?.kill();
  subscribers.behave(answer(204));
  expect(held).toBeGreaterThanOrEqual(wanted);
  await hubs[0]?.start();
}
