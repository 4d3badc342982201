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

const redriven = z.object({
  redriven: z.number(),
  missing: z.array(z.number()),
  orphaned: z.array(z.number()),
  next: z.number().optional(),
});
type Redriven = z.infer<typeof redriven>;

const SELECTION = {
  stage: { type: "string" },
  store: { type: "string" },
  subscription: { type: "string" },
  json: { type: "boolean" },
} as const;
const SELECTED = "[--stage normalize|hydrate|deliver] [--store NAME] [--subscription NAME]";
const REDRIVE = `dead redrive <sequence>... | ${SELECTED} | --all [--dry-run]`;

export const dead: Verb = {
  usage: `dead list ${SELECTED} [--after SEQUENCE] [--limit 100]\n${REDRIVE}`,
  summary: "What could not be processed or delivered: show it, try it again",
  run: async (invocation) => {
    const [action, ...args] = invocation.args;
    if (action === "list") return list({ ...invocation, args });
    if (action === "redrive") return redrive({ ...invocation, args });
    throw new UsageError(`Usage:\n${dead.usage}`);
  },
};

async function list({ args, env, print }: Invocation): Promise<void> {
  const options = { ...SELECTION, after: { type: "string" }, limit: { type: "string" } } as const;
  const { json, ...query } = parseArgs({ args, options, allowPositionals: false }).values;
  const found = letters.parse(
    await createApi(env).call("GET", `/api/dead?${new URLSearchParams({ ...query })}`),
  ).dead;
  if (json) return printJson(found, print);
  if (found.length === 0) return print("There are no dead letters.");
  print(
    table(
      ["sequence", "at", "stage", "store", "what", "reason"],
      found.map(({ sequence, at, stage, webhook, delivery, reason }) => [
        String(sequence),
        at,
        stage,
        (webhook ?? delivery)?.store ?? "",
        webhook?.topic ?? (delivery ? `${delivery.eventId} to ${delivery.subscription}` : ""),
        reason,
      ]),
    ),
  );
}

async function redrive({ args, env, print }: Invocation): Promise<void> {
  const options = { ...SELECTION, all: { type: "boolean" }, "dry-run": { type: "boolean" } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const { json, "dry-run": dryRun = false, ...query } = values;
  const wanted = toWanted(positionals, query);
  const api = createApi(env);
  const post = async (body: object) => redriven.parse(await api.call("POST", "/api/dead/redrive", body));
  // What fails again at once is a new letter: without a count from before, it would be tried for ever.
  const counted = await readAll(
    (after) => post({ ...wanted, ...after, dryRun: true }),
    Number.POSITIVE_INFINITY,
  );
  const done = dryRun
    ? counted
    : await readAll((after) => post({ ...wanted, ...after, dryRun }), sizeOf(counted));
  if (json) return print(JSON.stringify({ ...done, dryRun }));
  print(toSentence(done, dryRun));
}

function toWanted(
  positionals: readonly string[],
  query: { all?: boolean | undefined } & Readonly<Record<string, string | boolean | undefined>>,
): object {
  const sequences = positionals.map(Number);
  const isSelected = Object.values(query).some((value) => value !== undefined);
  const isWrong = sequences.some((sequence) => !Number.isInteger(sequence));
  if (isWrong || isSelected === sequences.length > 0) throw new UsageError(`Usage: ${REDRIVE}`);
  return isSelected ? query : { sequences };
}

/** All stretches as one, until the end or as many letters as `max`. */
async function readAll(
  read: (after: { after?: number }) => Promise<Redriven>,
  max: number,
): Promise<Omit<Redriven, "next">> {
  let all: Omit<Redriven, "next"> = { redriven: 0, missing: [], orphaned: [] };
  for (let after: { after?: number } | undefined = {}; after && sizeOf(all) < max; ) {
    const { next, ...found } = await read(after);
    all = {
      redriven: all.redriven + found.redriven,
      missing: [...all.missing, ...found.missing],
      orphaned: [...all.orphaned, ...found.orphaned],
    };
    after = next === undefined ? undefined : { after: next };
  }
  return all;
}

function sizeOf({ redriven: count, missing, orphaned }: Omit<Redriven, "next">): number {
  return count + missing.length + orphaned.length;
}

function toSentence({ redriven: count, missing, orphaned }: Omit<Redriven, "next">, dryRun: boolean): string {
  return [
    dryRun ? `${count} would be tried again.` : `${count} are tried again.`,
    ...(missing.length > 0 ? [`Not found: ${missing.join(", ")}.`] : []),
    ...(orphaned.length > 0 ? [`Left, because their subscription is gone: ${orphaned.join(", ")}.`] : []),
  ].join(" ");
}
