/** The account resolver of the servers, reached through their system account: what accounts they know. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Msg, type NatsConnection, RequestStrategy } from "nats";
import { z } from "zod";
import { HubError } from "../../errors.ts";
import type { KeyPair } from "../embedded/jwt.ts";
import { removalToken } from "./claims.ts";

export interface Resolver {
  /** Makes an account known, or known anew. Rejects with HubError `unavailable` when the servers do not take it. */
  readonly put: (accountToken: string) => Promise<void>;
  /** Makes the servers forget an account and close its connections. False where they are set up not to forget any. */
  readonly remove: (account: string) => Promise<boolean>;
  /** The token that the servers know; undefined when they know none. */
  readonly find: (account: string) => Promise<string | undefined>;
}

const UPDATE = "$SYS.REQ.CLAIMS.UPDATE";
const REMOVE = "$SYS.REQ.CLAIMS.DELETE";
const TIMEOUT_MS = 2000;
const PAUSES_MS = [100, 300, 1000];
/** Servers of a cluster answer one by one; the last one has answered when no other follows for so long. */
const MORE_ANSWERS_MS = 100;

const answer = z.object({ error: z.object({ description: z.string() }).optional() });

export function createResolver(connection: NatsConnection, operator: KeyPair, now: () => number): Resolver {
  return {
    put: async (accountToken) => {
      const problem = await ask(connection, UPDATE, accountToken);
      if (problem !== undefined) throw notTaken(problem);
    },
    remove: async (account) => {
      const problem = await ask(connection, REMOVE, removalToken(operator, [account], now()));
      if (problem === undefined) return true;
      if (/delete must be enabled/.test(problem)) return false;
      // A server that never knew it, or forgot it in an earlier try.
      if (/no such file|not found|cannot find/i.test(problem)) return true;
      throw notTaken(problem);
    },
    find: async (account) => {
      const message = await request(connection, `$SYS.REQ.ACCOUNT.${account}.CLAIMS.LOOKUP`, "");
      const token = message.string();
      return token === "" ? undefined : token;
    },
  };
}

/** The problem that a server has with it; undefined when all took it. */
async function ask(connection: NatsConnection, subject: string, body: string): Promise<string | undefined> {
  const messages = connection.info?.cluster
    ? await requestAll(connection, subject, body)
    : [await request(connection, subject, body)];
  return messages
    .map((each) => answer.parse(each.json()).error?.description)
    .find((text) => text !== undefined);
}

/** A server that just starts does not answer yet. All of this may be asked twice. */
async function request(connection: NatsConnection, subject: string, body: string): Promise<Msg> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await connection.request(subject, body, { timeout: TIMEOUT_MS });
    } catch (error) {
      const pauseMs = PAUSES_MS[attempt];
      if (pauseMs === undefined) throw notTaken("the account resolver does not answer", error);
      await sleep(pauseMs);
    }
  }
}

async function requestAll(connection: NatsConnection, subject: string, body: string): Promise<Msg[]> {
  const answers = await connection.requestMany(subject, body, {
    strategy: RequestStrategy.JitterTimer,
    jitter: MORE_ANSWERS_MS,
    maxWait: TIMEOUT_MS,
  });
  const messages: Msg[] = [];
  for await (const message of answers) messages.push(message);
  return messages.length > 0 ? messages : [await request(connection, subject, body)];
}

function notTaken(problem: string, cause?: unknown): HubError {
  return new HubError("unavailable", {
    detail: `the NATS servers did not take an account: ${problem}`,
    explain: "the NATS servers did not take the change of the subscriber's account",
    cause,
  });
}
