#!/usr/bin/env node
/** `entrepot <verb>`: one file per verb; everything but `serve` and `send` speaks to the admin API. */
import { VERSION } from "../version.ts";
import { dead } from "./dead.ts";
import { doctor } from "./doctor.ts";
import { explain } from "./explain.ts";
import { outcomes } from "./outcomes.ts";
import { listPlatforms } from "./platforms.ts";
import { renormalize } from "./renormalize.ts";
import { replay } from "./replay.ts";
import { send } from "./send.ts";
import { serve } from "./serve.ts";
import { store } from "./store.ts";
import { subscription } from "./subscription.ts";
import { tail } from "./tail.ts";
import { token } from "./token.ts";
import { UsageError, type Verb } from "./usage.ts";

const VERBS = new Map<string, Verb>([
  ["serve", serve],
  ["store", store],
  ["send", send],
  ["tail", tail],
  ["explain", explain],
  ["outcomes", outcomes],
  ["subscription", subscription],
  ["replay", replay],
  ["dead", dead],
  ["renormalize", renormalize],
  ["platforms", listPlatforms],
  ["token", token],
  ["doctor", doctor],
]);

await main(process.argv.slice(2));

async function main([name, ...args]: string[]): Promise<void> {
  const print = (line: string) => process.stdout.write(`${line}\n`);
  if (name === "--version") return void print(VERSION);
  const verb = name === undefined ? undefined : VERBS.get(name);
  if (verb === undefined || args.includes("--help")) {
    print(help(verb));
    if (verb === undefined && name !== undefined && name !== "--help" && name !== "help")
      process.exitCode = 2;
    return;
  }
  const ending = new AbortController();
  if (verb !== serve)
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ending.abort());
  try {
    await verb.run({ args, env: process.env, print, signal: ending.signal });
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(isForPeople(error) ? `${error.message}\n` : `${describe(error)}\n`);
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

function help(verb: Verb | undefined): string {
  if (verb) return `${verb.summary}\n\n${indent(verb.usage)}`;
  const verbs = [...VERBS.values()].map(({ usage, summary }) => `${summary}\n${indent(usage)}`);
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
