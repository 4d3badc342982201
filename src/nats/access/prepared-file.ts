/** The file in which an operator lists the accounts that were prepared for subscribers. */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { ConfigError } from "../../config.ts";
import { decodeJwt } from "../embedded/jwt.ts";

export interface PreparedAccount {
  readonly name: string;
  /** Names of the consumers that it imports, each in every stream of subscribers. */
  readonly consumers: readonly string[];
  /** Public key of its user. */
  readonly user: string;
  /** Text of the user's .creds file. */
  readonly credentials: string;
}

const word = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "needs letters, digits, _ and -, at most 64");
const fileSchema = z.array(
  z.strictObject({
    name: word,
    consumers: z.array(word).min(2, "needs two at least: one for events, one for replays and tests"),
    /** Path of a .creds file; relative paths start at the list. */
    credentials: z.string().min(1),
  }),
);
const userClaims = z.object({ sub: z.string().regex(/^U[A-Z2-7]{55}$/) });

/** Reads the list and the credentials in it. Rejects with ConfigError, which names what does not fit. */
export async function readPrepared(path: string): Promise<PreparedAccount[]> {
  const parsed = fileSchema.safeParse(parseJson(await read(path), path));
  if (!parsed.success) {
    throw problem(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; "));
  }
  requireUnique(
    "account",
    parsed.data.map(({ name }) => name),
  );
  requireUnique(
    "consumer",
    parsed.data.flatMap(({ consumers }) => consumers),
  );
  return Promise.all(
    parsed.data.map(async ({ name, consumers, credentials: file }) => {
      const credentials = await read(resolve(dirname(path), file));
      return { name, consumers, credentials, user: userOf(credentials, file) };
    }),
  );
}

function requireUnique(what: string, names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw problem(`the ${what} ${twice} is there twice`);
}

function userOf(credentials: string, file: string): string {
  const token = /-----BEGIN NATS USER JWT-----\s+(\S+)/.exec(credentials)?.[1];
  try {
    return userClaims.parse(decodeJwt(token ?? "")).sub;
  } catch (error) {
    throw problem(`${file} is no .creds file`, error);
  }
}

async function read(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: unknown) => {
    throw problem(error instanceof Error ? error.message : String(error), error);
  });
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw problem(`${path} is no JSON`, error);
  }
}

function problem(text: string, cause?: unknown): ConfigError {
  const error = new ConfigError([`NATS_SUBSCRIBERS_FILE: ${text}`]);
  error.cause = cause;
  return error;
}
