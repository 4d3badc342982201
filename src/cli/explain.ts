import { parseArgs } from "node:util";
import { type Explanation, explanation } from "../explain/view.ts";
import { createApi } from "./api.ts";
import { tellStory } from "./explain-output.ts";
import { UsageError, type Verb } from "./usage.ts";

const OPTIONS = { limit: { type: "string" }, json: { type: "boolean" } } as const;

export const explain: Verb = {
  usage: "explain <store> <resource> <id> [--limit 50] [--json]",
  summary: "What was received for an entity, what it became, and who got it",
  run: async ({ args, env, print }) => {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    if (positionals.length !== 3) throw new UsageError(`Usage: ${explain.usage}`);
    const path = positionals.map(encodeURIComponent).join("/");
    const query = values.limit === undefined ? "" : `?limit=${encodeURIComponent(values.limit)}`;
    const answer = await createApi(env).call("GET", `/api/explain/${path}${query}`);
    const story: Explanation = explanation.parse(answer);
    print(values.json ? JSON.stringify(story) : tellStory(story));
  },
};
