/** Which webhooks get their turn, and which wait. Nothing is finished before the test says so, so the order is no matter of time. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createJetStreamInbox } from "../../src/ingest/inbox/jetstream.ts";
import { createLogger } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import type { Broker } from "../../src/nats/connect.ts";
import { createReadFloor } from "../../src/nats/floor.ts";
import type { Names } from "../../src/nats/names.ts";
import { declareStreams } from "../../src/nats/streams.ts";
import type { Processed } from "../../src/publish/process.ts";
import { startWorker, type Worker, type WorkerDeps } from "../../src/publish/worker.ts";
import type { Webhook } from "../../src/webhook.ts";
import { useBroker } from "../helpers/broker.ts";
import { STREAM_SETTINGS } from "../helpers/stream-settings.ts";
import { aWebhook } from "../ingest/inbox/inbox-suite.ts";

const PATIENCE = { timeout: 20_000, interval: 10 };
const log = createLogger("silent");
const metrics = createMetrics();
const BODY = Buffer.alloc(6000, "x");
/** More bytes than a process takes in hand. */
const FLOOD = 1500;

const test = useBroker();
let broker: Broker;
let names: Names;
let worker: Worker | undefined;
/** What was begun, in order. */
let begun: Webhook[];
let goOn: () => void;
let mayGoOn: Promise<void>;

beforeEach(async () => {
  ({ broker, names } = test());
  await declareStreams(broker, names, STREAM_SETTINGS);
  begun = [];
  mayGoOn = new Promise((resolve) => {
    goOn = resolve;
  });
});

afterEach(async () => {
  goOn();
  await worker?.stop();
});

/** Stores so many webhooks, as a hub does whose worker does not keep up. */
async function store(webhooks: readonly Webhook[]): Promise<void> {
  const inbox = createJetStreamInbox({
    broker,
    names,
    readFloor: createReadFloor(broker.jsm, names),
    metrics,
    waitingMax: 4000,
  });
  for (const webhook of webhooks) void inbox.append(webhook, 20_000);
  await inbox.drain();
}

function aFlood(store: string, topic: string): Webhook[] {
  return Array.from({ length: FLOOD }, () => aWebhook({ store, topic, body: BODY }));
}

async function start(process: WorkerDeps["process"] = begin): Promise<void> {
  worker = await startWorker({
    js: broker.js,
    names,
    process,
    deadLetter: async () => undefined,
    ledger: { record: async () => undefined },
    log,
    metrics,
    onBroken: (error) => {
      throw error;
    },
  });
}

async function begin(webhook: Webhook): Promise<Processed> {
  begun.push(webhook);
  await mayGoOn;
  return { outcome: "published", events: 1 };
}

const isBegun = ({ id }: Webhook) => begun.some((each) => each.id === id);

describe("behind a backlog of one store", () => {
  it("an order of another store gets its turn at once", async () => {
    const order = aWebhook({ store: "quiet", topic: "orders/create" });
    await store([...aFlood("flood", "products/update"), order]);
    await start();
    await vi.waitFor(() => expect(isBegun(order)).toBe(true), PATIENCE);
    expect(begun.length).toBeLessThan(FLOOD / 2);
  });

  it("an order of the same store does too", async () => {
    const order = aWebhook({ store: "flood", topic: "orders/create" });
    await store([...aFlood("flood", "products/update"), order]);
    await start();
    await vi.waitFor(() => expect(isBegun(order)).toBe(true), PATIENCE);
    expect(begun.length).toBeLessThan(FLOOD / 2);
  });

  it("nothing of the backlog is left out in the end", async () => {
    const flood = aFlood("flood", "orders/create");
    await store(flood);
    await start();
    goOn();
    await vi.waitFor(async () => {
      for (const { worker: consumer } of names.lanes) {
        const { num_pending, num_ack_pending } = await broker.jsm.consumers.info(
          names.streams.inbox,
          consumer,
        );
        expect(num_pending + num_ack_pending).toBe(0);
      }
    }, PATIENCE);
    expect(begun.map(({ id }) => id).sort()).toEqual(flood.map(({ id }) => id));
  });

  it("what waits for a platform's API does not hold up what is behind it in its lane", async () => {
    const flood = aFlood("flood", "products/update");
    await store(flood);
    await start((webhook, { onHeld }) => {
      onHeld?.();
      return begin(webhook);
    });
    await vi.waitFor(() => expect(begun).toHaveLength(FLOOD), PATIENCE);
  });
});
