/** A whole hub in this process against a test server: real streams, real worker, HTTP through `app.request`. */
import { randomBytes } from "node:crypto";
import type { Authenticator } from "nats";
import { z } from "zod";
import { type Fetch, type Listening, openHttp } from "../../src/http.ts";
import { createHub } from "../../src/hub.ts";
import { sampleRequest } from "../../src/ingest/sample-request.ts";
import { createLogger, type Logger } from "../../src/log.ts";
import { createMetrics, type Metrics } from "../../src/metrics.ts";
import { type Broker, connect } from "../../src/nats/connect.ts";
import { createNames, type Names } from "../../src/nats/names.ts";
import { type CanonicalEvent, envelope } from "../../src/normalizers/canonical/event.ts";
import type { Platform } from "../../src/normalizers/platform.ts";
import type { SampleOptions } from "../../src/normalizers/wire.ts";
import type { HydrationPolicy } from "../../src/publish/hydrate/policy.ts";
import type { Counts } from "../../src/publish/ledger.ts";
import { WEBHOOK_OUTCOMES } from "../../src/publish/settle.ts";
import type { Access } from "../../src/subscriptions/access.ts";
import { type EventFilter, createEventReader } from "../../src/subscriptions/events.ts";
import { platformOf } from "./app.ts";
import { STREAM_SETTINGS } from "./stream-settings.ts";
import { eventually, type Patience } from "./eventually.ts";

export const SECRET = "test-store-secret";
/** When the stores of a test are connected; what a sample says of later moments is news. */
export const CONNECTED_AT = "2026-11-01T12:00:00Z";

/** A hub that cannot give credentials; its subscribers are let in by the server itself. */
const NO_ACCESS: Access = {
  offer: { kind: "operator", needed: () => ["credentials of the test"] },
  servers: () => ["nats://127.0.0.1:4222"],
  apiPrefix: "$JS.API",
  reserve: async () => undefined,
  reserved: async () => undefined,
  canRevoke: false,
  grant: () => Promise.reject(new Error("no access here")),
  update: async (_grant, state) => state,
  rotate: () => Promise.reject(new Error("no access here")),
  expire: async (_grant, state) => state,
  revoke: async () => undefined,
  restore: async () => undefined,
};

export const ADMIN_TOKEN = "test-admin-token-0123456789";
export const SECRET_KEY = "ab".repeat(32);
const counts = z.object({
  stored: z.number(),
  events: z.number(),
  published: z.number(),
  unchanged: z.number(),
  stale: z.number(),
  ignored: z.number(),
  unknown_topic: z.number(),
  dead_lettered: z.number(),
});

export interface TestHubOptions {
  readonly url: string;
  /** A fresh one without it; two hubs with one prefix are two processes of one installation. */
  readonly prefix?: string;
  /** Without it a clock that stands. */
  readonly now?: () => number;
  /** Networks that endpoints may be in; this machine without it. */
  readonly egressAllow?: readonly string[];
  readonly ackWaitMs?: number;
  /** How it logs in at the server. */
  readonly authenticator?: Authenticator;
  /** The server is one of the test's own, with TLS. */
  readonly ownServerTls?: boolean;
  /** How its NATS subscribers get in; without it the hub gives no credentials. */
  readonly access?: Access;
  /** Instead of those of the registry. */
  readonly platforms?: Readonly<Record<string, Platform>>;
  readonly hydration?: Partial<HydrationPolicy>;
  /** Copies of each stream; 1 without it. */
  readonly replicas?: number;
  /** What the hub gets instead of its connection. */
  readonly through?: (broker: Broker) => Broker;
  readonly log?: Logger;
  readonly onBroken?: (error: unknown) => void;
}

export interface Sending extends Partial<SampleOptions> {
  readonly platform?: string;
  readonly store?: string;
  readonly secret?: string;
  /** Equal on every retry. */
  readonly deliveryId?: string;
  /** When it is signed. */
  readonly now?: number;
  /** Instead of the sample's. */
  readonly body?: string;
}

export interface Listen {
  readonly port?: number;
  /** What answers requests instead of the hub's own. */
  readonly through?: (fetch: Fetch) => Fetch;
}

export interface TestHub {
  readonly broker: Broker;
  readonly names: Names;
  readonly prefix: string;
  readonly metrics: Metrics;
  readonly clock: { now: number };
  /** A request with the admin token, or another. */
  readonly admin: (method: string, path: string, body?: unknown, token?: string) => Promise<Response>;
  /** Posts a webhook of any platform to the hub. */
  readonly post: (path: string, init: RequestInit) => Promise<Response>;
  /** Connects a store whose webhooks `send` can sign. */
  readonly addStore: (platform: string, name: string, secrets?: readonly string[]) => Promise<void>;
  /** Lets the hub be reached over the network from now on, on a free port without one; gives its address. */
  readonly listen: (options?: Listen) => Promise<string>;
  /** Posts a signed sample, as the platform would. */
  readonly send: (topic: string, sending?: Sending) => Promise<Response>;
  /** All events so far, oldest first. */
  readonly events: (filter?: EventFilter) => Promise<CanonicalEvent[]>;
  readonly outcomes: (store?: string) => Promise<Counts>;
  /** Resolves when every stored webhook has its outcome and no message waits; gives the counts. */
  readonly settled: (patience?: Patience) => Promise<Counts>;
  /** In order: what is in hand first, then the connection. May be called twice. */
  readonly stop: () => Promise<void>;
}

export async function startTestHub({
  url,
  prefix = `t${randomBytes(4).toString("hex")}`,
  egressAllow = ["127.0.0.0/8"],
  ...options
}: TestHubOptions): Promise<TestHub> {
  const { log = createLogger("silent"), through = (same: Broker) => same } = options;
  const metrics = createMetrics();
  const clock = { now: Date.parse(CONNECTED_AT) };
  const { authenticator, ownServerTls = false, access = NO_ACCESS } = options;
  const broker = await connect({ url, name: `hub ${prefix}`, log, authenticator, ownServerTls });
  const hub = await createHub({
    broker: through(broker),
    prefix,
    publicUrl: "https://hub.example.com",
    adminToken: ADMIN_TOKEN,
    secretKey: SECRET_KEY,
    ...STREAM_SETTINGS,
    ...(options.replicas === undefined ? {} : { replicas: options.replicas }),
    bodyBytesMax: 5_000_000,
    waitingRequestsMax: 2000,
    egressAllow,
    ...(options.ackWaitMs === undefined ? {} : { ackWaitMs: options.ackWaitMs }),
    ...(options.platforms === undefined ? {} : { platforms: options.platforms }),
    ...(options.hydration === undefined ? {} : { hydration: options.hydration }),
    access,
    version: "0.0.0",
    log,
    metrics,
    now: options.now ?? (() => clock.now),
    onBroken:
      options.onBroken ??
      ((error) => {
        throw error;
      }),
  });
  const names = createNames(prefix);
  const admin = async (
    method: string,
    path: string,
    body?: unknown,
    token = ADMIN_TOKEN,
  ): Promise<Response> =>
    hub.app.request(path, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const outcomes = async (store?: string): Promise<Counts> => {
    const answer = await admin("GET", `/api/outcomes${store === undefined ? "" : `?store=${store}`}`);
    if (answer.status !== 200) throw new Error(`/api/outcomes answered ${answer.status}`);
    return counts.parse(await answer.json());
  };
  let stopped: Promise<void> | undefined;
  let listening: Listening | undefined;
  return {
    broker,
    names,
    prefix,
    metrics,
    clock,
    admin,
    outcomes,
    post: async (path, init) => hub.app.request(path, init),
    addStore: async (platform, name, secrets = [SECRET]) => {
      const answer = await admin("POST", "/api/stores", { platform, name, secrets });
      if (answer.status !== 201)
        throw new Error(`store add answered ${answer.status}: ${await answer.text()}`);
    },
    send: async (topic, sending = {}) => {
      const { platform = "shopify", store = "acme" } = sending;
      return hub.app.request(
        `/webhooks/${platform}/${store}`,
        signedSample(topic, { now: clock.now, ...sending }),
      );
    },
    events: (filter = {}) => readEvents(broker, names, filter),
    settled: (patience) => eventually(() => checkSettled(broker, names, outcomes), patience),
    listen: async ({ port = 0, through: around = (same: Fetch) => same } = {}) => {
      listening ??= await openHttp({ host: "127.0.0.1", port });
      await listening.open(around((request, bindings) => hub.app.fetch(request, bindings)));
      return listening.url;
    },
    stop: () => {
      stopped ??= Promise.resolve(listening?.close())
        .then(() => hub.stop())
        .then(() => broker.close());
      return stopped;
    },
  };
}

/** The request of a sample. Each has an id of its own, unless `deliveryId` makes it a retry. */
export function signedSample(topic: string, sending: Sending = {}) {
  const { platform: platformId = "shopify", secret = SECRET } = sending;
  const { deliveryId = randomBytes(8).toString("hex") } = sending;
  const platform = platformOf(platformId);
  const { id = "820982911946154508", at = "2026-11-01T12:00:10Z", now = Date.now(), ...rest } = sending;
  const sample: SampleOptions = { ...rest, id, at };
  const { headers, body } = sampleRequest({
    wire: platform,
    platform: platformId,
    store: sending.store ?? "acme",
    publicUrl: "https://hub.example.com",
    topic,
    sample,
    secret,
    deliveryId,
    now,
    body: sending.body ?? platform.samples.bodies[topic]?.({ ...sample, deliveryId }) ?? "{}",
  });
  return { method: "POST", body: new Uint8Array(body), headers };
}

async function readEvents(broker: Broker, names: Names, filter: EventFilter): Promise<CanonicalEvent[]> {
  const reader = createEventReader(broker, names);
  const all: CanonicalEvent[] = [];
  let after = 0;
  for (;;) {
    const { events, next } = await reader.page(filter, after, 1000);
    all.push(...events.map((event) => envelope.parse(event)));
    if (next === undefined) return all;
    after = Number(next);
  }
}

async function checkSettled({ jsm }: Broker, names: Names, outcomes: () => Promise<Counts>): Promise<Counts> {
  for (const { worker } of names.lanes) {
    const { num_pending, num_ack_pending } = await jsm.consumers.info(names.streams.inbox, worker);
    if (num_pending + num_ack_pending > 0) {
      throw new Error(`${worker}: ${num_pending} messages wait, ${num_ack_pending} are in hand`);
    }
  }
  const now = await outcomes();
  const sum = WEBHOOK_OUTCOMES.reduce((all, outcome) => all + now[outcome], 0);
  if (sum !== now.stored) throw new Error(`not every webhook has its outcome: ${JSON.stringify(now)}`);
  return now;
}
