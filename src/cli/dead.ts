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
      webhook: z.looseObject({ store: z.string(), topic: z.string() }).optional(),
      delivery: z
        .looseObject({ store: z.string(), subscription: z.string(), eventId: z.string() })
        .optional(),
    }),
  ),
});

const answered = z.object({
  redriven: z.number(),
  missing: z.array(z.number()),
  orphaned: z.array(z.number()),
  left: z.number(),
});

const OPTIONS = {
  store: { type: "string" },
  subscription: { type: "string" },
  "dry-run": { type: "boolean" },
  limit: { type: "string" },
  all: { type: "boolean" },
  json: { type: "boolean" },
} as const;

export const dead: Verb = {
  usage:
    "dead list [--store NAME] [--subscription NAME] [--limit 100]\n" +
    "dead redrive <sequence>... | --store NAME | --subscription NAME | --all [--dry-run]",
  summary: "Webhooks that could not be processed and events that were not taken: show them, try them again",
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
    ...(values.subscription ? { subscription: values.subscription } : {}),
    ...(values.limit ? { limit: values.limit } : {}),
  });
  const found = letters.parse(await createApi(env).call("GET", `/api/dead?${query}`)).dead;
  if (values.json) return printJson(found, print);
  if (found.length === 0) return print("There are no dead letters.");
  print(
    table(
      ["sequence", "at", "stage", "store", "about", "reason"],
      found.map(({ sequence, at, stage, webhook, delivery, reason }) => [
        String(sequence),
        at,
        stage,
        webhook?.store ?? delivery?.store ?? "",
        webhook?.topic ?? (delivery ? `${delivery.eventId} for ${delivery.subscription}` : ""),
        reason,
      ]),
    ),
  );
}

async function redrive({ args, env, print }: Invocation): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const { store, subscription, all, "dry-run": dryRun = false } = values;
  const sequences = positionals.map(Number);
  const selection = { ...(store ? { store } : {}), ...(subscription ? { subscription } : {}) };
  const isSelected = store !== undefined || subscription !== undefined;
  const body = all ? { all } : isSelected ? selection : { sequences };
  if ("sequences" in body && (sequences.length === 0 || sequences.some((each) => !Number.isInteger(each)))) {
    throw new UsageError(`Usage:\n${dead.usage}`);
  }
  const answer = answered.parse(await createApi(env).call("POST", "/api/dead/redrive", { ...body, dryRun }));
  const { redriven, missing, orphaned, left } = answer;
  print(dryRun ? `${redriven} would be tried again.` : `${redriven} are tried again.`);
  if (missing.length > 0) print(`Not found: ${missing.join(", ")}.`);
  if (orphaned.length > 0) print(`Left alone, because their subscription is gone: ${orphaned.join(", ")}.`);
  if (left > 0) print(`${left} more are left.`);
}
