import { parseArgs } from "node:util";
import { z } from "zod";
import { createApi } from "./api.ts";
import { printJson, table } from "./output.ts";
import { type Invocation, UsageError, type Verb } from "./usage.ts";

const view = z.object({
  name: z.string(),
  scope: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().optional(),
});

const OPTIONS = {
  scope: { type: "string" },
  "expires-days": { type: "string" },
  json: { type: "boolean" },
} as const;

const DAY_SECONDS = 86_400;

export const token: Verb = {
  usage: [
    "token add <name> [--scope admin|read] [--expires-days N] [--json]",
    "token list [--json]",
    "token remove <name> [--json]",
  ].join("\n"),
  summary: "Make tokens for the admin API, to read only or to change things too",
  run: async (invocation) => {
    const [action, ...args] = invocation.args;
    const run = action === undefined ? undefined : ACTIONS.get(action);
    if (run === undefined) throw new UsageError(`Usage:\n${token.usage}`);
    await run({ ...invocation, args });
  },
};

const ACTIONS = new Map([
  ["add", add],
  ["list", list],
  ["remove", remove],
]);

async function add({ args, env, print }: Invocation): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const [name] = positionals;
  if (name === undefined)
    throw new UsageError("Usage: token add <name> [--scope admin|read] [--expires-days N]");
  const days = values["expires-days"];
  const answer = await createApi(env).call("POST", "/api/tokens", {
    name,
    ...(values.scope === undefined ? {} : { scope: values.scope }),
    ...(days === undefined ? {} : { expiresInSeconds: toSeconds(days) }),
  });
  const made = view.extend({ token: z.string() }).parse(answer);
  if (values.json) return print(JSON.stringify(made));
  const end = made.expiresAt ? ` until ${made.expiresAt}` : "";
  print(`${made.name} (${made.scope}) counts${end}. The token is shown only now:\n  ${made.token}`);
}

async function list({ args, env, print }: Invocation): Promise<void> {
  const { values } = parseArgs({ args, options: OPTIONS, allowPositionals: false });
  const { tokens } = z
    .object({ tokens: z.array(view) })
    .parse(await createApi(env).call("GET", "/api/tokens"));
  if (values.json) return printJson(tokens, print);
  if (tokens.length === 0) return print("There is the admin token only: entrepot token add <name>");
  print(
    table(
      ["name", "scope", "created", "expires"],
      tokens.map(({ name, scope, createdAt, expiresAt }) => [name, scope, createdAt, expiresAt ?? "never"]),
    ),
  );
}

async function remove({ args, env, print }: Invocation): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const [name] = positionals;
  if (name === undefined) throw new UsageError("Usage: token remove <name>");
  await createApi(env).call("DELETE", `/api/tokens/${encodeURIComponent(name)}`);
  print(
    values.json ? JSON.stringify({ name, removed: true }) : `Removed ${name}. It opens nothing any more.`,
  );
}

function toSeconds(days: string): number {
  const seconds = Math.round(Number(days) * DAY_SECONDS);
  if (days.trim() !== "" && Number.isSafeInteger(seconds) && seconds > 0) return seconds;
  throw new UsageError("--expires-days needs a number above 0.");
}
