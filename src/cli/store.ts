import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { z } from "zod";
import { type Api, createApi } from "./api.ts";
import { printJson, table } from "./output.ts";
import { readPairs, readSecretPairs } from "./pairs.ts";
import { type Invocation, UsageError, type Verb } from "./usage.ts";

const view = z.object({
  name: z.string(),
  platform: z.string(),
  variant: z.string().optional(),
  credentials: z.array(z.string()).default([]),
  webhookUrl: z.string(),
  connectedAt: z.string(),
  secrets: z.array(z.object({ createdAt: z.string(), expiresAt: z.string().optional() })),
});

const OPTIONS = {
  secret: { type: "string", multiple: true },
  variant: { type: "string" },
  set: { type: "string", multiple: true },
  credential: { type: "string", multiple: true },
  "external-id": { type: "string" },
  currency: { type: "string" },
  "weight-unit": { type: "string" },
  "dimension-unit": { type: "string" },
  "timestamp-tolerance": { type: "string" },
  "overlap-hours": { type: "string" },
  json: { type: "boolean" },
} as const;

export const store: Verb = {
  usage: [
    "store add <platform> <name> [--secret S]... [--variant V] [--set KEY=VALUE]... [--credential KEY=VALUE|KEY=@FILE|KEY=-]... [--external-id ID] [--currency EUR] [--weight-unit kg] [--dimension-unit cm] [--timestamp-tolerance SECONDS]",
    "store list",
    "store rotate <name> [--secret S]... [--overlap-hours 24]",
    "store remove <name>",
  ].join("\n"),
  summary: "Connect stores and change their secrets",
  run: async (invocation) => {
    const [action, ...args] = invocation.args;
    const run = action === undefined ? undefined : ACTIONS.get(action);
    if (run === undefined) throw new UsageError(`Usage:\n${store.usage}`);
    await run({ ...invocation, args });
  },
};

const ACTIONS = new Map([
  ["add", add],
  ["list", list],
  ["rotate", rotate],
  ["remove", remove],
]);

async function add({ args, env, print }: Invocation): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const [platform, name] = positionals;
  if (platform === undefined || name === undefined)
    throw new UsageError("Usage: store add <platform> <name> [--secret S]");
  const api = createApi(env);
  const isOfUse = values.secret !== undefined || (await takesSecret(api, platform, values.variant));
  const { secrets, made } = isOfUse ? chooseSecrets(values.secret) : { secrets: [] };
  const externalId = values["external-id"] ? { externalId: values["external-id"] } : {};
  const answer = await api.call("POST", "/api/stores", {
    platform,
    name,
    secrets,
    options: optionsOf(values),
    ...externalId,
    ...(values.variant ? { variant: values.variant } : {}),
    ...(values.set ? { settings: readPairs(values.set, "--set") } : {}),
    ...(values.credential ? { credentials: readSecretPairs(values.credential, "--credential") } : {}),
  });
  const added = view.parse(answer);
  if (values.json) return print(JSON.stringify({ ...added, ...(made ? { secret: made } : {}) }));
  print(`Connected ${added.name}. Let ${added.platform} post its webhooks to\n  ${added.webhookUrl}`);
  if (made) print(`signed with this secret, which is shown only now:\n  ${made}`);
}

/** What platforms' webhooks leave out; the hub says what it cannot take. */
function optionsOf(values: {
  readonly currency?: string;
  readonly "weight-unit"?: string;
  readonly "dimension-unit"?: string;
  readonly "timestamp-tolerance"?: string;
}) {
  const { currency, "weight-unit": weightUnit, "dimension-unit": dimensionUnit } = values;
  const { "timestamp-tolerance": tolerance } = values;
  return {
    ...(currency ? { currency } : {}),
    ...(weightUnit ? { weightUnit } : {}),
    ...(dimensionUnit ? { dimensionUnit } : {}),
    ...(tolerance ? { timestampToleranceSeconds: Number(tolerance) } : {}),
  };
}

async function list({ args, env, print }: Invocation): Promise<void> {
  const { values } = parseArgs({ args, options: OPTIONS, allowPositionals: false });
  const { stores } = z
    .object({ stores: z.array(view) })
    .parse(await createApi(env).call("GET", "/api/stores"));
  if (values.json) return printJson(stores, print);
  if (stores.length === 0) return print("No store is connected yet: entrepot store add <platform> <name>");
  print(
    table(
      ["name", "platform", "variant", "connected", "secrets", "credentials", "webhook URL"],
      stores.map((each) => [
        each.name,
        each.platform,
        each.variant ?? "",
        each.connectedAt,
        String(each.secrets.length),
        each.credentials.join(", "),
        each.webhookUrl,
      ]),
    ),
  );
}

async function rotate({ args, env, print }: Invocation): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const [name] = positionals;
  if (name === undefined)
    throw new UsageError("Usage: store rotate <name> [--secret S] [--overlap-hours 24]");
  const hours = Number(values["overlap-hours"] ?? 24);
  if (!Number.isFinite(hours)) throw new UsageError("--overlap-hours needs a number.");
  const { secrets, made } = chooseSecrets(values.secret);
  const body = { secrets, overlapSeconds: Math.round(hours * 3600) };
  const rotated = view.parse(
    await createApi(env).call("POST", `/api/stores/${encodeURIComponent(name)}/rotate`, body),
  );
  if (values.json) return print(JSON.stringify({ ...rotated, ...(made ? { secret: made } : {}) }));
  print(`${name} has a new secret; the previous ones stay valid for ${hours} hours.`);
  if (made) print(`It is shown only now:\n  ${made}`);
}

async function remove({ args, env, print }: Invocation): Promise<void> {
  const [name] = args;
  if (name === undefined) throw new UsageError("Usage: store remove <name>");
  await createApi(env).call("DELETE", `/api/stores/${encodeURIComponent(name)}`);
  print(`Disconnected ${name}. What it sent stays.`);
}

const wire = z.object({ takesSecret: z.boolean() });
const platforms = z.object({
  platforms: z.array(
    wire.extend({ id: z.string(), variants: z.array(wire.extend({ id: z.string() })).default([]) }),
  ),
});

/** Whether a secret that is made here would be of use; true for a platform that the hub will refuse. */
async function takesSecret(api: Api, id: string, variant: string | undefined): Promise<boolean> {
  const known = platforms.parse(await api.call("GET", "/api/platforms")).platforms;
  const platform = known.find((each) => each.id === id);
  const chosen = variant === undefined ? platform : platform?.variants.find((each) => each.id === variant);
  return chosen?.takesSecret ?? true;
}

/** Letters and digits only: some platforms mangle anything else before they sign. */
function chooseSecrets(given: string[] | undefined): { secrets: string[]; made?: string } {
  if (given !== undefined && given.length > 0) return { secrets: given };
  const made = randomBytes(32).toString("hex");
  return { secrets: [made], made };
}
