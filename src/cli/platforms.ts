import { parseArgs } from "node:util";
import { z } from "zod";
import { createApi } from "./api.ts";
import { printJson, table } from "./output.ts";
import type { Verb } from "./usage.ts";

const view = z.object({
  platforms: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string(),
      docs: z.string(),
      capabilities: z.record(z.string(), z.string()),
    }),
  ),
});

export const listPlatforms: Verb = {
  usage: "platforms [--json]",
  summary: "The platforms and how many events each can report",
  run: async ({ args, env, print }) => {
    const { values } = parseArgs({ args, options: { json: { type: "boolean" } } });
    const { platforms } = view.parse(await createApi(env).call("GET", "/api/platforms"));
    if (values.json) return printJson(platforms, print);
    print(
      table(
        ["id", "name", "events", "documentation"],
        platforms.map(({ id, name, docs, capabilities }) => [id, name, String(reported(capabilities)), docs]),
      ),
    );
  },
};

function reported(capabilities: Record<string, string>): number {
  return Object.values(capabilities).filter((how) => how !== "impossible").length;
}
