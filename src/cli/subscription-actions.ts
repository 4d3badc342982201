/** The verbs that do one thing to one subscription. */
import { parseArgs } from "node:util";
import { z } from "zod";
import { createApi } from "./api.ts";
import { printIssued } from "./subscription-output.ts";
import { type Invocation, UsageError } from "./usage.ts";

export function pathOf(name: string, action = ""): string {
  return `/api/subscriptions/${encodeURIComponent(name)}${action === "" ? "" : `/${action}`}`;
}

/** The one name that is given. Throws the usage when there is none, or more. */
export function nameFrom(positionals: readonly string[], usage: string): string {
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new UsageError(`Usage: subscription ${usage}`);
  return name;
}

export async function pause(invocation: Invocation): Promise<void> {
  await change(invocation, "pause", "holds events back until it is resumed");
}

export async function disable(invocation: Invocation): Promise<void> {
  await change(invocation, "disable", "is disabled; it keeps its place");
}

async function change({ args, env, print }: Invocation, action: string, told: string): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { json: { type: "boolean" } },
    allowPositionals: true,
  });
  const name = nameFrom(positionals, `${action} <name>`);
  const answer = await createApi(env).call("POST", pathOf(name, action));
  print(values.json ? JSON.stringify(answer) : `${name} ${told}.`);
}

export async function resume({ args, env, print }: Invocation): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { from: { type: "string" }, json: { type: "boolean" } },
    allowPositionals: true,
  });
  const name = nameFrom(positionals, "resume <name> [--from stopped|now]");
  const { from = "stopped" } = values;
  const answer = await createApi(env).call("POST", pathOf(name, "resume"), { from });
  const told = `${name} goes on ${from === "now" ? "from now on" : "where it stopped"}.`;
  print(values.json ? JSON.stringify(answer) : told);
}

export async function rotate({ args, env, print }: Invocation): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { "overlap-hours": { type: "string" }, json: { type: "boolean" } },
    allowPositionals: true,
  });
  const name = nameFrom(positionals, "rotate <name> [--overlap-hours 24]");
  const hours = values["overlap-hours"] ?? "24";
  const overlapSeconds = Math.round(Number(hours) * 3600);
  if (hours.trim() === "" || !Number.isSafeInteger(overlapSeconds) || overlapSeconds < 0)
    throw new UsageError("--overlap-hours needs a number from 0.");
  const answer = await createApi(env).call("POST", pathOf(name, "rotate"), { overlapSeconds });
  printIssued(answer, { isJson: values.json === true, print });
}

export async function sendTest({ args, env, print }: Invocation): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { type: { type: "string" }, json: { type: "boolean" } },
    allowPositionals: true,
  });
  const name = nameFrom(positionals, "test <name> [--type order.created]");
  const body = values.type ? { type: values.type } : {};
  const sent = z
    .object({ eventId: z.string(), type: z.string() })
    .parse(await createApi(env).call("POST", pathOf(name, "test"), body));
  print(values.json ? JSON.stringify(sent) : `A test event ${sent.type} is on its way: ${sent.eventId}`);
}

export async function remove({ args, env, print }: Invocation): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { json: { type: "boolean" } },
    allowPositionals: true,
  });
  const name = nameFrom(positionals, "remove <name>");
  await createApi(env).call("DELETE", pathOf(name));
  const told = `Removed ${name}, its consumers and its access.`;
  print(values.json ? JSON.stringify({ name, removed: true }) : told);
}
