#!/usr/bin/env node
/** `entrepot <verb>`: one file per verb; everything but `serve` and `send` speaks to the admin API. */
import { VERSION } from "../version.ts";
import { visible } from "../visible.ts";
import { UsageError, type Verb } from "./usage.ts";

/** Loaded when they are asked for: most need little of the program, and a command should answer at once. */
const VERBS = new Map<string, () => Promise<Verb>>([
  ["serve", async () => (await import("./serve.ts")).serve],
  ["store", async () => (await import("./store.ts")).store],
  ["send", async () => (await import("./send.ts")).send],
  ["tail", async () => (await import("./tail.ts")).tail],
  ["explain", async () => (await import("./explain.ts")).explain],
  ["outcomes", async () => (await import("./outcomes.ts")).outcomes],
  ["subscription", async () => (await import("./subscription.ts")).subscription],
  ["replay", async () => (await import("./replay.ts")).replay],
  ["dead", async () => (await import("./dead.ts")).dead],
  ["renormalize", async () => (await import("./renormalize.ts")).renormalize],
  ["platforms", async () => (await import("./platforms.ts")).listPlatforms],
  ["token", async () => (await import("./token.ts")).token],
  ["doctor", async () => (await import("./doctor.ts")).doctor],
]);

await main(process.argv.slice(2));

async function main([name, ...args]: string[]): Promise<void> {
  const print = (line: string) => process.stdout.write(`${visible(line)}\n`);
  if (name === "--version") return void print(VERSION);
  const ending = new AbortController();
  try {
    const verb = await VERBS.get(name ?? "")?.();
    if (verb === undefined || args.includes("--help")) {
      print(await help(verb));
      if (verb === undefined && name !== undefined && name !== "--help" && name !== "help")
        process.exitCode = 2;
      return;
    }
    if (name !== "serve")
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ending.abort());
    await verb.run({ args, env: process.env, print, signal: ending.signal });
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${visible(isForPeople(error) ? error.message : describe(error))}\n`);
  }
}

/** Mistakes in arguments come from node:util with a code of this form. */
function isForPeople(error: unknown): error is Error {
  return (
    error instanceof UsageError ||
    (error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"))
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function help(verb: Verb | undefined): Promise<string> {
  if (verb) return `${verb.summary}\n\n${indent(verb.usage)}`;
  const all = await Promise.all([...VERBS.values()].map((load) => load()));
  const verbs = all.map(({ usage, summary }) => `${summary}\n${indent(usage)}`);
  return ["entrepot: platform webhooks in, canonical events out on NATS", ...verbs].join("\n\n");
}

function indent(usage: string): string {
  return (
    usage
      .split("\n")
      // A line that goes on begins with blanks.
      .map((line) => (line.startsWith(" ") ? `         ${line}` : `  entrepot ${line}`))
      .join("\n")
  );
}
