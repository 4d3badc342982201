/** The real program with its own nats-server, in its default class: each of the two is killed while the load is on. */
import { describe, it } from "vitest";
import { play } from "./scenario.ts";
import { prepareProgram } from "./serve-process.ts";

describe.concurrent("entrepot serve", () => {
  it("starts its nats-server again when that is killed, and loses and doubles nothing", async (test) => {
    const program = await prepareProgram();
    await play(test, {
      name: "the nats-server of serve is killed",
      install: program.install,
      during: async ({ taken }) => {
        for (const part of [0.3, 0.6]) {
          await taken(part);
          process.kill(await program.natsPid(), "SIGKILL");
        }
      },
    });
  });

  it("that is killed leaves no server behind, and the next start goes on where it stopped", async (test) => {
    const program = await prepareProgram();
    await play(test, {
      name: "serve is killed",
      install: program.install,
      during: async ({ hubs, taken }) => {
        await taken(0.3);
        await hubs[0]?.replace();
      },
    });
  });

  it("that is killed together with its server goes on, too", async (test) => {
    const program = await prepareProgram();
    await play(test, {
      name: "serve and its nats-server are killed",
      install: program.install,
      during: async ({ hubs, taken }) => {
        await taken(0.3);
        process.kill(await program.natsPid(), "SIGKILL");
        await hubs[0]?.replace();
      },
    });
  });
});
