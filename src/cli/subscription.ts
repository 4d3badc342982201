import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { createApi } from "./api.ts";
import { printJson, table } from "./output.ts";
import { replay } from "./replay.ts";
import {
  disable,
  nameFrom,
  pathOf,
  pause,
  remove,
  resume,
  rotate,
  sendTest,
} from "./subscription-actions.ts";
import { toInput, SUBSCRIPTION_OPTIONS } from "./subscription-input.ts";
import { printIssued, printShown, shortView, shownView } from "./subscription-output.ts";
import { type Invocation, UsageError, type Verb } from "./usage.ts";

export const subscription: Verb = {
  usage: [
    "subscription add|set <name> --events order.*,stock.changed --deliver nats | --url URL [--store NAME]... [--platform ID]... [--where JSON]",
    "    [--start-at now|beginning|TIME|SEQUENCE] [--header 'Name: value']... [--ordered] [--timeout-ms N] [--concurrency N] [--rate N]",
    "    [--retry-seconds 5,300,1800] [--disable-after-seconds N] [--disabled]",
    "subscription apply <file.json>",
    "subscription list | show <name> | attempts <name> [--failed] [--event ID] [--limit 20]",
    "subscription pause|disable|remove <name>",
    "subscription resume <name> [--from stopped|now]",
    "subscription rotate <name> [--overlap-hours 24]",
    "subscription test <name> [--type order.created]",
    "subscription replay <name>, with the options of replay",
  ].join("\n"),
  summary: "Register who gets which events, over NATS or HTTP",
  run: async (invocation) => {
    const [action, ...args] = invocation.args;
    const run = action === undefined ? undefined : ACTIONS.get(action);
    if (run === undefined) throw new UsageError(`Usage:\n${subscription.usage}`);
    await run({ ...invocation, args });
  },
};

const ACTIONS = new Map([
  ["add", add],
  ["set", set],
  ["apply", apply],
  ["list", list],
  ["show", show],
  ["attempts", listAttempts],
  ["pause", pause],
  ["disable", disable],
  ["resume", resume],
  ["rotate", rotate],
  ["test", sendTest],
  ["replay", replayTo],
  ["remove", remove],
]);

const attempt = z.looseObject({
  at: z.string(),
  eventId: z.string(),
  attempt: z.number(),
  outcome: z.string(),
  status: z.number().optional(),
  error: z.string().optional(),
  durationMs: z.number(),
});

const WANTED = "<name> --events order.* --deliver nats | --url URL";

async function add({ args, env, print }: Invocation): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: SUBSCRIPTION_OPTIONS, allowPositionals: true });
  const name = nameFrom(positionals, `add ${WANTED}`);
  const answer = await createApi(env).call("POST", "/api/subscriptions", { name, ...toInput(values) });
  printIssued(answer, { isJson: values.json === true, print });
}

/** Makes it what the options say, all of them: what is left away gets its default. */
async function set({ args, env, print }: Invocation): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: SUBSCRIPTION_OPTIONS, allowPositionals: true });
  const name = nameFrom(positionals, `set ${WANTED}`);
  const answer = await createApi(env).call("PUT", pathOf(name), toInput(values));
  printIssued(answer, { isJson: values.json === true, print });
}

/** The same as \`replay --to <name>\`. */
async function replayTo(invocation: Invocation): Promise<void> {
  const [name, ...rest] = invocation.args;
  if (name === undefined || name.startsWith("-"))
    throw new UsageError("Usage: subscription replay <name> [--store NAME] [--type order.*] ...");
  await replay.run({ ...invocation, args: ["--to", name, ...rest] });
}

/** Configuration as code: creates what is new, changes what is known, leaves the rest alone. */
async function apply({ args, env, print }: Invocation): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { json: { type: "boolean" } },
    allowPositionals: true,
  });
  const file = nameFrom(positionals, "apply <file.json>");
  const wanted = readWanted(file);
  const api = createApi(env);
  for (const { name, ...input } of wanted) {
    const answer = await api.call("PUT", pathOf(name), input);
    printIssued(answer, { isJson: values.json === true, print });
  }
}

function readWanted(file: string): { name: string }[] {
  try {
    const one = z.looseObject({ name: z.string() });
    return z
      .union([z.array(one), one.transform((each) => [each])])
      .parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const reason =
      error instanceof z.ZodError ? "needs an object with a name, or a list of such" : String(error);
    throw new UsageError(`${file}: ${reason}`);
  }
}

async function list({ args, env, print }: Invocation): Promise<void> {
  const { values } = parseArgs({ args, options: { json: { type: "boolean" } } });
  const { subscriptions } = z
    .object({ subscriptions: z.array(shortView) })
    .parse(await createApi(env).call("GET", "/api/subscriptions"));
  if (values.json) return printJson(subscriptions, print);
  if (subscriptions.length === 0)
    return print("There are no subscriptions yet: entrepot subscription add <name>");
  const rows = subscriptions.map(({ name, state, deliver, url, events, pending, unsettled }) => [
    name,
    state,
    url ?? deliver,
    events.join(","),
    String(pending),
    String(unsettled),
  ]);
  print(table(["name", "state", "deliver", "events", "pending", "unsettled"], rows));
}

async function show({ args, env, print }: Invocation): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { json: { type: "boolean" } },
    allowPositionals: true,
  });
  const answer = await createApi(env).call("GET", pathOf(nameFrom(positionals, "show <name>")));
  if (values.json) return print(JSON.stringify(answer));
  printShown(shownView.parse(answer), print);
}

async function listAttempts({ args, env, print }: Invocation): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: {
      failed: { type: "boolean" },
      event: { type: "string" },
      limit: { type: "string" },
      json: { type: "boolean" },
    },
    allowPositionals: true,
  });
  const query = new URLSearchParams({
    subscription: nameFrom(positionals, "attempts <name>"),
    ...(values.failed ? { result: "failed" } : {}),
    ...(values.event ? { event: values.event } : {}),
    limit: values.limit ?? "20",
  });
  const { attempts } = z
    .object({ attempts: z.array(attempt) })
    .parse(await createApi(env).call("GET", `/api/attempts?${query}`));
  if (values.json) return printJson(attempts, print);
  if (attempts.length === 0) return print("There are no such attempts within their retention.");
  const rows = attempts.map((each) => [
    each.at,
    each.eventId,
    `#${each.attempt}`,
    each.outcome,
    String(each.status ?? each.error ?? ""),
    `${each.durationMs} ms`,
  ]);
  print(table(["at", "event", "try", "outcome", "answer", "took"], rows));
}
