/** Plays the life of an order over a hub: webhooks as samples, and the platform's API as a fake that the hub reads. */
import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { sampleRequest } from "../../src/ingest/sample-request.ts";
import type { Api } from "../../src/normalizers/hydration.ts";
import type { Field, Platform } from "../../src/normalizers/platform.ts";
import { LIFE_STAGES, type LifeStage, type SampleOptions } from "../../src/normalizers/wire.ts";
import { type FakeApi, type FakeRequest, startFakeApi } from "./fake-api.ts";
import { startTestHub, type TestHub } from "./hub.ts";
import { wireFor } from "./app.ts";
import { secretFor } from "./secrets.ts";

/** What the API answers to a read of this path, below its base, when the order has come this far. */
export type LifeAnswers = (stage: LifeStage, options: SampleOptions) => (path: string) => unknown;

interface LifeOptions {
  readonly broker: string;
  readonly platform: Platform;
  readonly variant?: string | undefined;
  /** Without it the store has no credentials, and nothing can be read. */
  readonly answers?: LifeAnswers | undefined;
  /** Takes what has to be closed after the test. */
  readonly open: (close: () => Promise<void>) => void;
}

interface PlayedLife {
  readonly hub: TestHub;
  readonly api: FakeApi;
}

const ORDER_ID = "1001";
const TOKEN = "token-of-the-life";
const PUBLIC_URL = "https://hub.example.com";
const DEPTHS = ["{a}", "{a}/{b}", "{a}/{b}/{c}", "{a}/{b}/{c}/{d}", "{a}/{b}/{c}/{d}/{e}"];

/** Sends what the platform sends at each stage of its life, one stage after the other. */
export async function playLife({
  broker,
  platform,
  variant,
  answers,
  open,
}: LifeOptions): Promise<PlayedLife> {
  const now: { stage: LifeStage; at: string } = { stage: "created", at: "2026-11-01T12:00:10Z" };
  const settings = examplesOf(platform.settings);
  const credentials = answers === undefined ? {} : examplesOf(platform.credentials);
  const api = await fakeOf(platform.api, { ...settings, ...credentials }, (path) =>
    answers?.(now.stage, { id: ORDER_ID, at: now.at })(path),
  );
  open(api.close);
  const hub = await startTestHub({ url: broker, platforms: { [platform.id]: readingAt(platform, api.url) } });
  open(hub.stop);
  const wire = wireFor(platform.id, variant);
  const secret = secretFor(wire, "own");
  const connected = await hub.admin("POST", "/api/stores", {
    platform: platform.id,
    name: "acme",
    secrets: [secret.stored],
    settings,
    ...(Object.keys(credentials).length === 0 ? {} : { credentials }),
    ...(variant === undefined ? {} : { variant }),
  });
  expect(connected.status, await connected.clone().text()).toBe(201);
  for (const [position, stage] of LIFE_STAGES.entries()) {
    now.stage = stage;
    now.at = `2026-11-01T12:00:1${position}Z`;
    for (const topic of wire.samples.life?.[stage] ?? []) {
      hub.clock.now += 1000;
      const { url, headers, body } = sampleRequest({
        wire,
        platform: platform.id,
        store: "acme",
        publicUrl: PUBLIC_URL,
        topic,
        sample: { id: ORDER_ID, at: now.at, stage },
        secret: secret.signing,
        settings,
        deliveryId: randomBytes(8).toString("hex"),
        now: hub.clock.now,
      });
      const path = url.slice(PUBLIC_URL.length);
      const answer = await hub.post(path, { method: "POST", headers, body: new Uint8Array(body) });
      expect(answer.status, `${topic}: ${await answer.clone().text()}`).toBe(200);
      await hub.settled();
    }
  }
  return { hub, api };
}

/** The examples that the platform gives for what the admin has to tell. */
function examplesOf(fields: Readonly<Record<string, Field>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, { example }]) => [name, example]));
}

/** The platform, but for the addresses of its API and its patience: limits are no part of a life. */
function readingAt(platform: Platform, url: string): Platform {
  const { api } = platform;
  if (api === undefined) return platform;
  const auth =
    api.auth.kind === "token" ? { ...api.auth, url: new URL(api.auth.url, url).pathname } : api.auth;
  const limits = { ...api.limits, perSecond: 1000 };
  return { ...platform, api: { ...api, base: url, auth, limits } };
}

async function fakeOf(
  api: Api | undefined,
  known: Readonly<Record<string, string>>,
  answer: (path: string) => unknown,
): Promise<FakeApi> {
  const route = ({ url }: FakeRequest) => {
    const body = answer(decodeURIComponent(`${url.pathname}${url.search}`));
    return body === undefined ? { status: 404 } : { body };
  };
  const tokenRoute =
    api?.auth.kind === "token" ? `POST ${new URL(api.auth.url, PUBLIC_URL).pathname}` : undefined;
  const token = { access_token: TOKEN, expires_in: 3600, refresh_token: "the-next-one" };
  return startFakeApi({
    authorize: ({ headers }) => {
      const [name, value] = authorizationOf(api, known);
      return headers[name] === value;
    },
    open: tokenRoute === undefined ? [] : [tokenRoute],
    routes: {
      ...(tokenRoute === undefined ? {} : { [tokenRoute]: () => ({ body: token }) }),
      ...Object.fromEntries(
        ["GET", "POST"].flatMap((method) => DEPTHS.map((path) => [`${method} /${path}`, route])),
      ),
    },
  });
}

/** The header that lets a read in. */
function authorizationOf(
  api: Api | undefined,
  known: Readonly<Record<string, string>>,
): readonly [name: string, value: string] {
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_all, name: string) => known[name] ?? "");
  switch (api?.auth.kind) {
    case "header":
      return [api.auth.name.toLowerCase(), fill(api.auth.value)];
    case "basic": {
      const pair = `${fill(api.auth.user)}:${fill(api.auth.password)}`;
      return ["authorization", `Basic ${Buffer.from(pair).toString("base64")}`];
    }
    case "token":
      return ["authorization", `${api.auth.prefix ?? "Bearer "}${TOKEN}`];
    default:
      return ["authorization", "nobody is let in"];
  }
}
