/** The whole app without network, NATS or time: memory stores and inbox, fakes behind the read side, a clock that stands. */
import { type AppDeps, createApp } from "../../src/app.ts";
import { createMemoryCollection } from "../../src/collection.ts";
import { createMemoryInbox, type MemoryInbox } from "../../src/ingest/inbox/memory.ts";
import type { ExplainPorts } from "../../src/explain/explain.ts";
import { createRejections } from "../../src/ingest/rejections.ts";
import { createSecretBox } from "../../src/secret-box.ts";
import { sampleRequest } from "../../src/ingest/sample-request.ts";
import type { Store } from "../../src/ingest/stores.ts";
import { createMemoryStores } from "../../src/ingest/stores-memory.ts";
import { createLogger } from "../../src/log.ts";
import { createMetrics, type Metrics } from "../../src/metrics.ts";
import { createNames } from "../../src/nats/names.ts";
import { createPeers } from "../../src/peers.ts";
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import type { Platform } from "../../src/normalizers/platform.ts";
import type { SampleOptions, Wire } from "../../src/normalizers/wire.ts";
import { findPlatform, platforms, wireOf } from "../../src/normalizers/registry.ts";
import type { DeadLetterQuery, DeadLetters } from "../../src/dead-letters/dead-letters.ts";
import type { DeadLetter } from "../../src/dead-letters/letter.ts";
import type { Counts } from "../../src/publish/ledger.ts";
import type { EventReader } from "../../src/subscriptions/events.ts";
import type { AccessOffer } from "../../src/subscriptions/access.ts";
import type { AttemptRecord } from "../../src/subscriptions/deliver/attempts.ts";
import type { Subscription } from "../../src/subscriptions/subscription.ts";
import type { Token } from "../../src/tokens/token.ts";
import { createMemoryStage, type MemoryStage } from "./subscriptions.ts";

export const ADMIN_TOKEN = "test-admin-token-0123456789";
export const SECRET = "shopify-client-secret-example";
export const NOW = Date.parse("2026-11-01T12:00:00Z");
export const PUBLIC_URL = "https://hub.example.com";
const SAMPLE_AT = "2026-11-01T11:59:59Z";
export const secretBox = createSecretBox("ab".repeat(32));

export type LogLine = Readonly<Record<string, unknown>> & { readonly level: number; readonly msg: string };

export interface TestApp {
  readonly deps: AppDeps;
  readonly app: ReturnType<typeof createApp>;
  readonly inbox: MemoryInbox;
  /** Subscriptions, their consumers and accesses. */
  readonly stage: MemoryStage;
  readonly metrics: Metrics;
  /** Everything that was logged, at any level. */
  readonly lines: LogLine[];
  /** Set `now` to let time pass. */
  readonly clock: { now: number };
  /** A request with the admin token; `body` is sent as JSON. */
  readonly admin: (method: string, path: string, body?: unknown) => Promise<Response>;
  /** Value of a counter, 0 when it was never counted. */
  readonly count: (metric: "requests" | "rejections", labels: Record<string, string>) => Promise<number>;
}

export interface TestAppOptions {
  /** Without it: `acme` on Shopify, signed with `SECRET`. */
  readonly stores?: readonly Store[];
  readonly tokens?: readonly Token[];
  readonly events?: readonly CanonicalEvent[];
  readonly dead?: readonly DeadLetter[];
  readonly subscriptions?: readonly Subscription[];
  readonly attempts?: readonly AttemptRecord[];
  /** Without it the hub gives credentials. */
  readonly offer?: AccessOffer;
  readonly overrides?: Partial<AppDeps>;
}

export function createTestApp(options: TestAppOptions = {}): TestApp {
  const { stores = [aStore()], tokens = [], events = [], dead = [], overrides = {} } = options;
  const inbox = createMemoryInbox();
  const peers = createPeers();
  const metrics = createMetrics();
  const clock = { now: NOW };
  const lines: LogLine[] = [];
  const log = createLogger("trace", { stream: { write: (line) => void lines.push(JSON.parse(line)) } });
  const deadLetters = createMemoryDeadLetters(dead);
  const memoryStores = createMemoryStores(stores);
  const stage = createMemoryStage({
    ...options,
    now: () => clock.now,
    log,
    secretBox,
    deadLetters,
    isStore: (name) => memoryStores.find(name) !== undefined,
  });
  const deps: AppDeps = {
    stores: memoryStores,
    tokens: createMemoryCollection(tokens),
    inbox,
    metrics,
    log,
    findPlatform,
    secretBox,
    rejections: createRejections(peers),
    peers,
    bodyBytesMax: 5_000_000,
    now: () => clock.now,
    platformIds: () => Object.keys(platforms),
    platforms: Object.values(platforms),
    publicUrl: PUBLIC_URL,
    names: createNames(""),
    version: "0.0.0",
    adminToken: ADMIN_TOKEN,
    renormalize: async function* () {
      yield { kind: "summary", webhooks: 0, same: 0, missing: 0, extra: 0, different: 0, unknown: 0 };
    },
    explainPorts: createEmptyExplainPorts(),
    ledger: { counts: async (store) => countStored(inbox, store) },
    deadLetters,
    subscriptionRoutes: stage.routes,
    attempts: stage.attempts,
    eventReader: createMemoryEvents(events),
    notReady: async () => [],
    ...overrides,
  };
  const app = createApp(deps);
  return {
    deps,
    app,
    inbox,
    stage,
    metrics,
    lines,
    clock,
    admin: async (method, path, body) =>
      app.request(path, {
        method,
        headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, "Content-Type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    count: async (metric, labels) => {
      const { values } = await metrics[metric].get();
      return values.find((value) => isSame(value.labels, labels))?.value ?? 0;
    },
  };
}

/** A store record; `secrets` are plain texts here. */
export function aStore({
  secrets = [SECRET],
  ...rest
}: Partial<Omit<Store, "secrets">> & { secrets?: readonly string[] } = {}): Store {
  const { name = "acme", platform = "shopify" } = rest;
  const connectedAt = new Date(NOW).toISOString();
  return {
    connectedAt,
    options: {},
    ...rest,
    name,
    platform,
    secrets: secrets.map((secret) => ({ sealed: secretBox.seal(secret, name), createdAt: connectedAt })),
  };
}

export interface Signing {
  readonly platform?: Pick<Platform, "id"> | undefined;
  readonly variant?: string | undefined;
  readonly store?: string | undefined;
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** When it is signed. */
  readonly now?: number | undefined;
  readonly secret?: string | undefined;
  readonly topic?: string | undefined;
  /** Equal on every retry. */
  readonly deliveryId?: string | undefined;
  readonly body?: Uint8Array | string | undefined;
  /** Replace those of the platform; undefined removes one. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
}

export interface SignedInit {
  readonly method: "POST";
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** A request as the platform would sign it; without more, a sample order of Shopify. */
export function signed(signing: Signing = {}): SignedInit {
  return signedTo(signing).init;
}

/** The same with the address, which holds a token or the topic at some platforms. */
export function signedTo(signing: Signing = {}): { path: string; init: SignedInit } {
  const { platform: { id } = shopify(), variant, store = "acme", secret = SECRET, settings = {} } = signing;
  const wire = wireFor(id, variant);
  const { topic = Object.keys(wire.samples.bodies)[0] ?? "", headers = {} } = signing;
  const deliveryId = signing.deliveryId ?? "545ebdd4-b7be-4d3d-b14e-54aa78e0e0f9";
  const request = sampleRequest({
    wire,
    platform: id,
    store,
    publicUrl: PUBLIC_URL,
    topic,
    sample: { id: "1", at: SAMPLE_AT },
    secret,
    settings,
    deliveryId,
    now: signing.now ?? NOW,
    body: signing.body ?? sampleBody(wire, topic, { deliveryId }),
  });
  const all = { ...request.headers, "content-type": undefined, ...headers };
  return {
    path: request.url.slice(PUBLIC_URL.length),
    init: { method: "POST", headers: defined(all), body: new Uint8Array(request.body) },
  };
}

export function sampleBody(
  wire: Pick<Wire, "samples">,
  topic: string,
  options: Partial<SampleOptions> = {},
): string {
  return wire.samples.bodies[topic]?.({ id: "820982911946154508", at: SAMPLE_AT, ...options }) ?? "";
}

export function wireFor(platform: string, variant?: string): Wire {
  const wire = wireOf(platformOf(platform), variant);
  if (wire === undefined) throw new Error(`${platform} has no variant ${variant}`);
  return wire;
}

export function shopify(): Platform {
  return platformOf("shopify");
}

export function platformOf(id: string): Platform {
  const platform = findPlatform(id);
  if (platform === undefined) throw new Error(`${id} is not in the registry`);
  return platform;
}

function createMemoryDeadLetters(initial: readonly DeadLetter[] = []): DeadLetters {
  let letters = [...initial];
  const select = ({ stage, store, subscription }: DeadLetterQuery) =>
    letters.filter(
      ({ stage: at, webhook, delivery }) =>
        (stage ?? at) === at &&
        (store === undefined || (webhook?.store ?? delivery?.store) === store) &&
        (subscription === undefined || delivery?.subscription === subscription),
    );
  return {
    add: async () => undefined,
    addDelivery: async () => undefined,
    count: async (query) => select(query).length,
    list: async ({ after = 0, limit, ...query }) =>
      select(query)
        .filter(({ sequence }) => sequence > after)
        .slice(0, limit),
    find: async (sequence) => letters.find((letter) => letter.sequence === sequence),
    redrive: async (sequence) => {
      const before = letters.length;
      letters = letters.filter((letter) => letter.sequence !== sequence);
      return letters.length < before;
    },
  };
}

/** Nothing was ever received. */
function createEmptyExplainPorts(): ExplainPorts {
  const scan = { lookedAt: 0, isWhole: true };
  return {
    stream: "COMMERCE",
    findEvents: async () => ({ ...scan, events: [], total: 0 }),
    findRow: async () => undefined,
    findStore: () => undefined,
    outcomes: { scan: async () => ({ ...scan, found: [], silent: 0 }) },
    deadReader: { webhooks: async () => scan, deliveries: async () => scan },
    subscriptions: createMemoryCollection<Subscription>(),
    consumers: { positions: async () => new Map() },
    attempts: { page: async () => ({ attempts: [] }) },
    waiting: { find: async () => undefined },
  };
}

function createMemoryEvents(events: readonly CanonicalEvent[]): EventReader {
  const wanted = (store: string | undefined) =>
    events.filter((event) => store === undefined || event.store === store);
  return {
    page: async ({ store }, after, limit) => ({ events: wanted(store).slice(after, after + limit) }),
    follow: async ({ store }, after, onEvent) => {
      for (const [index, event] of wanted(store).slice(after).entries()) onEvent(event, index + 1);
      return () => undefined;
    },
  };
}

function countStored(inbox: MemoryInbox, store: string | undefined): Counts {
  const stored = inbox.stored().filter((webhook) => store === undefined || webhook.store === store).length;
  const outcomes = { published: 0, unchanged: 0, stale: 0, ignored: 0, unknown_topic: 0, dead_lettered: 0 };
  return { stored, events: 0, ...outcomes };
}

function defined(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) kept[name] = value;
  return kept;
}

function isSame(
  labels: Readonly<Partial<Record<string, string | number>>>,
  wanted: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}
