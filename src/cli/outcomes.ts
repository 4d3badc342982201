import { parseArgs } from "node:util";
import { z } from "zod";
import { createApi } from "./api.ts";
import { table } from "./output.ts";
import type { Verb } from "./usage.ts";

const counts = z.record(z.string(), z.number());

export const outcomes: Verb = {
  usage: "outcomes [--store NAME] [--json]",
  summary: "How many webhooks were stored and what became of them",
  run: async ({ args, env, print }) => {
    const { values } = parseArgs({ args, options: { store: { type: "string" }, json: { type: "boolean" } } });
    const query = values.store ? `?store=${encodeURIComponent(values.store)}` : "";
    const found = counts.parse(await createApi(env).call("GET", `/api/outcomes${query}`));
    print(
      values.json
        ? JSON.stringify(found)
        : table(
            ["outcome", "count"],
            Object.entries(found).map(([name, count]) => [name, String(count)]),
          ),
    );
  },
};
