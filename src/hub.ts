/** Builds a running hub from a connection: streams, stores, worker and app. Several may run in one process. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { createApp } from "./app.ts";
import type { Env } from "./env.ts";
import { createJetStreamInbox } from "./ingest/inbox/jetstream.ts";
import { createRejections } from "./ingest/rejections.ts";
import { createSecretBox } from "./secret-box.ts";
import { createEgress } from "./egress/egress.ts";
import { createPlatformFetch } from "./ingest/signature/platform-fetch.ts";
import { createStoreAccess } from "./ingest/store-access.ts";
import type { Stores } from "./ingest/stores.ts";
import { openStores } from "./ingest/stores-kv.ts";
import type { Logger } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Broker } from "./nats/connect.ts";
import { createReadFloor } from "./nats/floor.ts";
import { createNames, type Names } from "./nats/names.ts";
import { createPeers, type Peers } from "./peers.ts";
import { declareStreams, type StreamSettings, streamsReady } from "./nats/streams.ts";
import type { Platform } from "./normalizers/platform.ts";
import { platforms as registered } from "./normalizers/registry.ts";
import { createDeadLetters } from "./dead-letters/dead-letters.ts";
import { createExplainPorts } from "./explain/start.ts";
import { type RenormalizeQuery, renormalize } from "./publish/renormalize/renormalize.ts";
import type { HydrationPolicy } from "./publish/hydrate/policy.ts";
import { type PublishStage, startPublishing } from "./publish/start.ts";
import type { Access } from "./subscriptions/access.ts";
import { createEventReader } from "./subscriptions/events.ts";
import { type SubscriptionStage, startSubscriptions } from "./subscriptions/start.ts";
import { openTokens } from "./tokens/tokens-kv.ts";

export interface HubOptions extends StreamSettings {
  readonly broker: Broker;
  readonly prefix: string;
  readonly publicUrl: string;
  readonly adminToken: string;
  readonly secretKey: string;
  readonly bodyBytesMax: number;
  readonly waitingRequestsMax: number;
  /** Networks that endpoints may be in although they are not public. */
  readonly egressAllow: readonly string[];
  /** How NATS subscribers get at their consumers. */
  readonly access: Access;
  /** The other processes of this hub on this machine; without it there are none. */
  readonly peers?: Peers;
  /** Those of the registry without it. */
  readonly platforms?: Readonly<Record<string, Platform>>;
  /** See `PublishStageDeps`. */
  readonly hydration?: Partial<HydrationPolicy>;
  /** See `SubscriptionStageDeps`. */
  readonly ackWaitMs?: number;
  readonly version: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly now: () => number;
  /** Aborted when HTTP is about to end. */
  readonly ending?: AbortSignal;
  /** The hub cannot go on and has to be started anew. */
  readonly onBroken: (error: unknown) => void;
}

export interface Hub {
  readonly app: OpenAPIHono<Env>;
  /** Stores that are connected now. */
  readonly storeCount: () => number;
  /** Awaits what is being stored and processed. HTTP must have stopped before; the connection stays open. */
  readonly stop: () => Promise<void>;
}

/** What a nats-server takes without being told otherwise. */
const DEFAULT_MAX_PAYLOAD = 1_048_576;

export async function createHub(options: HubOptions): Promise<Hub> {
  const { broker, log, metrics, platforms = registered, peers = createPeers() } = options;
  const findPlatform = (id: string) => (Object.hasOwn(platforms, id) ? platforms[id] : undefined);
  const { js, jsm, publisher } = broker;
  const names = createNames(options.prefix);
  await declareStreams(broker, names, options);
  const stores = await openStores(await js.views.kv(names.buckets.stores), log);
  const secretBox = createSecretBox(options.secretKey);
  const tokens = await openTokens(await js.views.kv(names.buckets.tokens), log);
  const readFloor = createReadFloor(jsm, names);
  const waitingMax = options.waitingRequestsMax;
  const inbox = createJetStreamInbox({ broker, names, readFloor, metrics, waitingMax });
  const deadLetters = createDeadLetters({ js, jsm, publisher, names });
  const egress = createEgress({ allow: options.egressAllow });
  const storeAccess = createStoreAccess(stores, secretBox, options.now);
  const publishing = await startPublishing({
    ...options,
    names,
    egress,
    findPlatform,
    findStore: storeAccess.find,
    changeCredentials: storeAccess.changeCredentials,
    deadLetters,
  });
  const delivery = await startSubscriptions({
    ...options,
    names,
    secretBox,
    deadLetters,
    platforms: Object.values(platforms),
    isStore: (name) => stores.find(name) !== undefined,
  });
  const reads = createReads(options, { names, findPlatform, stores, publishing, delivery });
  const app = createApp({
    ...options,
    ...reads,
    peers,
    bodyBytesMax: Math.min(options.bodyBytesMax, bodyBytesThatFit(broker)),
    stores,
    tokens,
    inbox,
    findPlatform,
    secretBox,
    platformFetch: createPlatformFetch(egress.dispatcher),
    rejections: createRejections(peers),
    platformIds: () => Object.keys(platforms),
    platforms: Object.values(platforms),
    names,
    ledger: publishing.ledger,
    deadLetters,
    subscriptionRoutes: delivery.routes,
    attempts: delivery.attempts,
    notReady: async () => {
      if (!broker.isConnected()) return ["connection to NATS"];
      return (await streamsReady(jsm, names)) ? [] : ["streams"];
    },
  });
  return {
    app,
    storeCount: () => stores.list().length,
    stop: async () => {
      await inbox.drain();
      await publishing.stop();
      await delivery.stop();
      await egress.close();
    },
  };
}

interface Stages {
  readonly names: Names;
  readonly findPlatform: (id: string) => Platform | undefined;
  readonly stores: Stores;
  readonly publishing: PublishStage;
  readonly delivery: SubscriptionStage;
}

/** What the admin API reads across the stages. */
function createReads({ broker, publicUrl }: HubOptions, stages: Stages) {
  const { names, findPlatform, stores, publishing, delivery } = stages;
  const { findRow } = publishing;
  const common = { broker, names, findRow, findStore: stores.find };
  const { consumers, attempts, waiting, routes } = delivery;
  return {
    eventReader: createEventReader(broker, names),
    renormalize: (query: RenormalizeQuery) => renormalize(query, { ...common, publicUrl, findPlatform }),
    explainPorts: createExplainPorts({
      ...common,
      consumers,
      attempts,
      waiting,
      subscriptions: routes.subscriptions,
    }),
  };
}

/** An event may hold a state twice, before and after a change, and has to fit the broker's largest message. */
function bodyBytesThatFit({ connection }: Broker): number {
  return Math.floor((connection.info?.max_payload ?? DEFAULT_MAX_PAYLOAD) * 0.45);
}
