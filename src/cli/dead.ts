import { parseArgs } from "node:util";
import { z } from "zod";
import { createApi } from "./api.ts";
import { printJson, table } from "./output.ts";
import { type Invocation, UsageError, type Verb } from "./usage.ts";

const letters = z.object({
  dead: z.array(
    z.looseObject({
      sequence: z.number(),
      stage: z.string(),
      reason: z.string(),
      at: z.string(),
      webhook: z.looseObject({ store: z.string(), topic: z.string() }),
    }),
  ),
});

const OPTIONS = {
  store: { type: "string" },
  limit: { type: "string" },
  all: { type: "boolean" },
  json: { type: "boolean" },
} as const;

export const dead: Verb = {
  usage: "dead list [--store NAME] [--limit 100]\ndead redrive <sequence>... | --store NAME | --all",
  summary: "Webhooks that could not be processed: show them, try them again",
  run: async (invocation) => {
    const [action, ...args] = invocation.args;
    if (action === "list") return list({ ...invocation, args });
    if (action === "redrive") return redrive({ ...invocation, args });
    throw new UsageError(`Usage:\n${dead.usage}`);
  },
};

async function list({ args, env, print }: Invocation): Promise<void> {
  const { values } = parseArgs({ args, options: OPTIONS, allowPositionals: false });
  const query = new URLSearchParams({
    ...(values.store ? { store: values.store } : {}),
    ...(values.limit ? { limit: values.limit } : {}),
  });
  const found = letters.parse(await createApi(env).call("GET", `/api/dead?${query}`)).dead;
  if (values.json) return printJson(found, print);
  if (found.length === 0) return print("There are no dead letters.");
  print(
    table(
      ["sequence", "at", "stage", "store", "topic", "reason"],
      found.map(({ sequence, at, stage, webhook, reason }) => [
        String(sequence),
        at,
        stage,
        webhook.store,
        webhook.topic,
        reason,
      ]),
    ),
  );
}

async function redrive({ args, env, print }: Invocation): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const sequences = positionals.map(Number);
  const body = values.all ? { all: true } : values.store ? { store: values.store } : { sequences };
  if ("sequences" in body && (sequences.length === 0 || sequences.some((each) => !Number.isInteger(each)))) {
    throw new UsageError("Usage: dead redrive <sequence>... | --store NAME | --all");
  }
  const answer = await createApi(env).call("POST", "/api/dead/redrive", body);
  const { redriven, missing } = z
    .object({ redriven: z.number(), missing: z.array(z.number()) })
    .parse(answer);
  print(
    `${redriven} went back into the inbox.${missing.length > 0 ? ` Not found: ${missing.join(", ")}.` : ""}`,
  );
}
