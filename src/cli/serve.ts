import { parseArgs } from "node:util";
import { ConfigError } from "../config.ts";
import { serve as runHub } from "../main.ts";
import { EmbeddedError } from "../nats/embedded/error.ts";
import { UsageError, type Verb } from "./usage.ts";

const WORKERS_MAX = 64;

export const serve: Verb = {
  usage: "serve [--workers N]",
  summary:
    "Run the hub; with NATS_URL against that server, else with one of its own. Several workers use several processor cores",
  run: async ({ args, env, print }) => {
    const { values } = parseArgs({ args, options: { workers: { type: "string", default: "1" } } });
    const workers = Number(values.workers);
    if (!Number.isInteger(workers) || workers < 1 || workers > WORKERS_MAX)
      throw new UsageError(`--workers needs a whole number from 1 to ${WORKERS_MAX}`);
    try {
      await runHub(env, { say: print, workers });
    } catch (error) {
      if (error instanceof ConfigError) throw new UsageError(error.problems.join("\n"));
      if (error instanceof EmbeddedError) throw new UsageError(error.message);
      throw error;
    }
  },
};
