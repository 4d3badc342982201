/** Builds a running hub from a connection: streams, stores, worker and app. Several may run in one process. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { createApp } from "./app.ts";
import { createJetStreamInbox } from "./ingest/inbox/jetstream.ts";
import { createRejections } from "./ingest/rejections.ts";
import type { Env } from "./ingest/routes.ts";
import { createSecretBox } from "./secret-box.ts";
import { openStores } from "./ingest/stores-kv.ts";
import type { Logger } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Broker } from "./nats/connect.ts";
import { createNames } from "./nats/names.ts";
import { declareStreams, type StreamSettings, streamsReady } from "./nats/streams.ts";
import { findPlatform, platforms } from "./normalizers/registry.ts";
import { createAckFloor } from "./publish/ack-floor.ts";
import { createDeadLetters } from "./dead-letters/dead-letters.ts";
import { createKvEntities } from "./publish/entities-kv.ts";
import { createEventPublisher } from "./publish/jetstream.ts";
import { createLedger } from "./publish/ledger.ts";
import { processWebhook } from "./publish/process.ts";
import { createRowCache } from "./publish/row-cache.ts";
import { createTurns } from "./turns.ts";
import { startWorker } from "./publish/worker.ts";
import { createEventReader } from "./subscriptions/events.ts";

export interface HubOptions extends StreamSettings {
  readonly broker: Broker;
  readonly prefix: string;
  readonly publicUrl: string;
  readonly adminToken: string;
  readonly secretKey: string;
  readonly bodyBytesMax: number;
  readonly waitingRequestsMax: number;
  readonly version: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly now: () => number;
  /** The hub cannot go on and has to be started anew. */
  readonly onBroken: (error: unknown) => void;
}

export interface Hub {
  readonly app: OpenAPIHono<Env>;
  /** Awaits what is being stored and processed. HTTP must have stopped before; the connection stays open. */
  readonly stop: () => Promise<void>;
}

const ROW_CACHE_BYTES = 16_000_000;
/** What a nats-server takes without being told otherwise. */
const DEFAULT_MAX_PAYLOAD = 1_048_576;

export async function createHub(options: HubOptions): Promise<Hub> {
  const { broker, log, metrics, publicUrl } = options;
  const { js, jsm, publisher } = broker;
  const names = createNames(options.prefix);
  await declareStreams(broker, names, options);
  const stores = await openStores(await js.views.kv(names.buckets.stores), log);
  const inbox = createJetStreamInbox({ broker, names, metrics, waitingMax: options.waitingRequestsMax });
  const deadLetters = createDeadLetters({ js, jsm, publisher, names });
  const ledger = createLedger(js, publisher, names);
  const entities = createKvEntities(
    await js.views.kv(names.buckets.entities),
    names.buckets.entities,
    publisher,
  );
  const processing = {
    entities,
    publisher: createEventPublisher(publisher, names),
    cache: createRowCache(ROW_CACHE_BYTES),
    turns: createTurns(),
    isSettled: createAckFloor(jsm, names),
    onConflict: () => metrics.conflicts.inc(),
    onRepublish: (events: number) => metrics.republished.inc(events),
    publicUrl,
    findStore: stores.find,
    deadLetter: deadLetters.add,
  };
  const worker = await startWorker({
    js,
    names,
    process: (webhook, inboxSequence) => processWebhook(webhook, inboxSequence, processing),
    deadLetter: deadLetters.add,
    ledger,
    log,
    metrics,
    onBroken: options.onBroken,
  });
  const app = createApp({
    ...options,
    bodyBytesMax: Math.min(options.bodyBytesMax, bodyBytesThatFit(broker)),
    stores,
    inbox,
    findPlatform,
    secretBox: createSecretBox(options.secretKey),
    rejections: createRejections(),
    isPlatform: (id) => findPlatform(id) !== undefined,
    platformIds: () => Object.keys(platforms),
    platforms: Object.values(platforms),
    names,
    ledger,
    deadLetters,
    eventReader: createEventReader(broker, names),
    notReady: async () => {
      if (!broker.isConnected()) return ["connection to NATS"];
      return (await streamsReady(jsm, names)) ? [] : ["streams"];
    },
  });
  return {
    app,
    stop: async () => {
      await inbox.drain();
      await worker.stop();
      ledger.close();
    },
  };
}

/** An event may hold a state twice, before and after a change, and has to fit the broker's largest message. */
function bodyBytesThatFit({ connection }: Broker): number {
  return Math.floor((connection.info?.max_payload ?? DEFAULT_MAX_PAYLOAD) * 0.45);
}
