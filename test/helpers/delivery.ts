/** Hubs, endpoints and subscriptions for tests of HTTP delivery; everything that was started ends with its test. */
import { afterEach, expect } from "vitest";
import { z } from "zod";
import { createEventPublisher } from "../../src/publish/jetstream.ts";
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import { type AttemptRecord, attemptRecord } from "../../src/subscriptions/deliver/attempts.ts";
import { type TestBroker, useBroker } from "./broker.ts";
import { type Endpoint, type EndpointOptions, startEndpoint } from "./endpoint.ts";
import { startTestHub, type TestHub, type TestHubOptions } from "./hub.ts";

const issued = z.object({ name: z.string(), state: z.string(), secret: z.string().optional() });
const shown = z.object({
  state: z.string(),
  stopped: z.object({ at: z.string(), reason: z.string() }).optional(),
  statistics: z.object({
    pending: z.number(),
    unsettled: z.number(),
    delivered: z.number(),
    failed: z.number(),
    waiting: z.number(),
    dead: z.number(),
    lastError: z.object({ error: z.string(), status: z.number().optional() }).optional(),
  }),
});
const attemptPage = z.object({ attempts: z.array(attemptRecord), next: z.number().optional() });

export interface DeliveryHub extends TestHub {
  /** Lets its clock jump ahead; otherwise it goes as the real one. */
  readonly skip: (ms: number) => void;
  readonly now: () => number;
  /** Posts a subscription of `order.*` to the URL, unless `input` says otherwise; gives its secret. */
  readonly subscribe: (url: string, input?: Readonly<Record<string, unknown>>) => Promise<string>;
  readonly publish: (...events: readonly CanonicalEvent[]) => Promise<void>;
  /** A request that must succeed; gives the answer's JSON. */
  readonly ask: (method: string, path: string, body?: unknown) => Promise<unknown>;
  readonly show: (name?: string) => Promise<z.infer<typeof shown>>;
  /** Of `GET /api/attempts?query`, oldest first. */
  readonly attempts: (query?: string) => Promise<AttemptRecord[]>;
}

export interface DeliveryTest {
  readonly broker: () => TestBroker;
  readonly startHub: (options?: Partial<TestHubOptions>) => Promise<DeliveryHub>;
  readonly startEndpoint: (options?: EndpointOptions) => Promise<Endpoint>;
  /** Run after the test, the last one first. */
  readonly closers: (() => Promise<unknown>)[];
}

/** The name of a subscription that is not told another. */
export const NAME = "crm";

/** Registers the hooks of the file: one nats-server, and what a test starts ends with it. */
export function useDelivery(): DeliveryTest {
  const broker = useBroker();
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  return {
    broker,
    closers,
    startHub: async (options = {}) => {
      const hub = await startDeliveryHub({ url: broker().server.url, ...options });
      closers.push(hub.stop);
      return hub;
    },
    startEndpoint: async (options = {}) => {
      const endpoint = await startEndpoint(options);
      closers.push(endpoint.close);
      return endpoint;
    },
  };
}

async function startDeliveryHub(options: TestHubOptions): Promise<DeliveryHub> {
  let skipped = 0;
  const now = () => Date.now() + skipped;
  const hub = await startTestHub({ now, ...options });
  const publisher = createEventPublisher(hub.broker.publisher, hub.names);
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await hub.admin(method, path, body);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  return {
    ...hub,
    now,
    ask,
    skip: (ms) => {
      skipped += ms;
    },
    subscribe: async (url, input = {}) => {
      const body = { name: NAME, events: ["order.*"], deliver: "http", url, ...input };
      const { secret = "" } = issued.parse(await ask("POST", "/api/subscriptions", body));
      return secret;
    },
    publish: async (...events) => {
      for (const event of events) await publisher.publish(event);
    },
    show: async (name = NAME) => shown.parse(await ask("GET", `/api/subscriptions/${name}`)),
    attempts: async (query = `subscription=${NAME}`) =>
      attemptPage.parse(await ask("GET", `/api/attempts?${query}`)).attempts,
  };
}

/** The events that the endpoint was sent, by their ids, oldest first, repetitions included. */
export function idsAt(endpoint: Endpoint): (string | undefined)[] {
  return endpoint.requests.map(({ headers }) => [headers["webhook-id"]].flat()[0]);
}

/** Retries at once, more or less. */
export function retriesAtOnce(count: number): number[] {
  return Array.from({ length: count }, () => 0.01);
}

/** Nothing is pending and nothing unsettled. */
export async function expectSettled(hub: DeliveryHub, name = NAME): Promise<void> {
  const { statistics } = await hub.show(name);
  expect(statistics).toMatchObject({ pending: 0, unsettled: 0, waiting: 0 });
}
