/**
 * A hub at the most talkative level of its log. What it is told as secret is remembered, and so is everything that it
 * answers and publishes: a test searches the one for the other.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { z } from "zod";
import { type Endpoint, startEndpoint } from "../../helpers/endpoint.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type FakeApi, startFakeApi } from "../../helpers/fake-api.ts";
import { startProgram } from "../../helpers/program.ts";

interface Asking {
  readonly body?: unknown;
  /** The admin token without it. */
  readonly as?: string;
  /** Fields that this answer alone tells: they are not kept. */
  readonly tells?: readonly string[];
}

interface Asked {
  readonly status: number;
  readonly text: string;
  /** The answer's fields, where it tells something. */
  readonly told: Readonly<Record<string, unknown>>;
}

export interface TalkativeHub {
  readonly dataDir: string;
  /** By name; what must not be found anywhere. */
  readonly secrets: ReadonlyMap<string, string>;
  /** All answers, with their headers, without what an answer is made to tell once. */
  readonly served: string[];
  /** All events that subscribers could read. */
  readonly published: string[];
  /** Everything on its two outputs so far. */
  readonly printed: () => string;
  /** The API of the shops, which refuses everything. */
  readonly api: FakeApi;
  /** An endpoint that takes everything. */
  readonly endpoint: Endpoint;
  /** An endpoint that fails and answers with what it was sent, as some debugging services do. */
  readonly echo: Endpoint;
  /** A text that is a secret from now on; a random one unless it is given. */
  readonly secret: (name: string, text?: string) => string;
  /** Asks the admin API; keeps the answer for the search. */
  readonly ask: (method: string, path: string, asking?: Asking) => Promise<Asked>;
  /** Sends a webhook; keeps the answer, gives its status. */
  readonly post: (path: string, init: RequestInit) => Promise<number>;
  /** Ends the hub in order. */
  readonly stop: () => Promise<void>;
  /** Removes everything, also when it did not end. */
  readonly close: () => Promise<void>;
}

export async function startTalkativeHub(): Promise<TalkativeHub> {
  const dataDir = await mkdtemp(join(tmpdir(), "entrepot-secrets-"));
  const [api, endpoint, echo] = await Promise.all([refusingApi(), startEndpoint(), startEcho()]);
  const { secrets, secret } = rememberSecrets();
  const token = secret("admin token");
  const program = startProgram(["serve"], {
    DATA_DIR: dataDir,
    PORT: "0",
    NATS_PORT: "0",
    DURABILITY: "relaxed",
    PUBLIC_URL: "https://hub.example.com",
    LOG_LEVEL: "trace",
    EGRESS_ALLOW: "127.0.0.0/8",
    ADMIN_TOKEN: token,
    SECRET_KEY: secret("secret key", randomBytes(32).toString("hex")),
  });
  const printed = () => program.printed().out + program.printed().err;
  const close = async () => {
    program.child.kill("SIGKILL");
    await program.ended;
    await Promise.all([api.close(), endpoint.close(), echo.close()]);
    await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  try {
    const url = await eventually(() => z.string().parse(/listens on (http:\S+)/.exec(printed())?.[1]), {
      withinMs: 30_000,
    });
    const stop = async () => {
      program.child.kill("SIGTERM");
      expect(await program.ended).toBe(0);
    };
    const served: string[] = [];
    const senders = { ask: asker(url, token, served), post: poster(url, served) };
    const receivers = { api, endpoint, echo };
    return {
      dataDir,
      secrets,
      secret,
      served,
      published: [],
      printed,
      ...receivers,
      ...senders,
      stop,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function rememberSecrets(): Pick<TalkativeHub, "secrets" | "secret"> {
  const secrets = new Map<string, string>();
  const secret = (name: string, text = randomBytes(24).toString("hex")) => {
    secrets.set(name, text);
    return text;
  };
  return { secrets, secret };
}

async function refusingApi(): Promise<FakeApi> {
  const api = await startFakeApi({ routes: {} });
  api.failAlways({ status: 400, body: "no" });
  return api;
}

async function startEcho(): Promise<Endpoint> {
  const echo = await startEndpoint();
  echo.behave((response, { headers, body }) => {
    const text = JSON.stringify({ headers, authorization: headers.authorization, key: headers["x-api-key"] });
    response.writeHead(500).end(`${headers.authorization} ${text} ${body.toString("utf8")}`);
  });
  return echo;
}

function asker(url: string, token: string, served: string[]): TalkativeHub["ask"] {
  return async (method, path, { body, as = token, tells = [] } = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: { Authorization: `Bearer ${as}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const told = tells.length === 0 ? {} : z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    const untold = Object.fromEntries(tells.map((name) => [name, ""]));
    const kept = tells.length === 0 ? text : JSON.stringify({ ...told, ...untold });
    served.push(`${method} ${path} ${response.status} ${JSON.stringify([...response.headers])} ${kept}`);
    return { status: response.status, text, told };
  };
}

function poster(url: string, served: string[]): TalkativeHub["post"] {
  return async (path, init) => {
    const response = await fetch(url + path, init);
    // A wrong secret may be the last part of the path: it was asked for, not answered.
    const asked = path.split("/").slice(0, 4).join("/");
    served.push(`POST ${asked} ${JSON.stringify([...response.headers])} ${await response.text()}`);
    return response.status;
  };
}
