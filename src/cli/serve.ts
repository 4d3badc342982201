import { ConfigError } from "../config.ts";
import { serve as runHub } from "../main.ts";
import { EmbeddedError } from "../nats/embedded/error.ts";
import { UsageError, type Verb } from "./usage.ts";

export const serve: Verb = {
  usage: "serve",
  summary: "Run the hub; with NATS_URL against that server, else with one of its own",
  run: async ({ env, print }) => {
    try {
      await runHub(env, print);
    } catch (error) {
      if (error instanceof ConfigError) throw new UsageError(error.problems.join("\n"));
      if (error instanceof EmbeddedError) throw new UsageError(error.message);
      throw error;
    }
  },
};
