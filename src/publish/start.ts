/** Puts the third stage together: rows, events, the account of outcomes, and the worker that takes from the inbox. */
import type { DeadLetters } from "../dead-letters/dead-letters.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Egress } from "../egress/egress.ts";
import type { Broker } from "../nats/connect.ts";
import { createReadFloor } from "../nats/floor.ts";
import { entityKey, type Names } from "../nats/names.ts";
import { type EntityRow, entityRow } from "../normalizers/transition/row.ts";
import { createTurns } from "../turns.ts";
import { createAckFloor } from "./ack-floor.ts";
import { createKvEntities } from "./entities-kv.ts";
import { createHydrator, type HydratorDeps } from "./hydrate/hydrator.ts";
import { HYDRATION_POLICY, type HydrationPolicy } from "./hydrate/policy.ts";
import { openWaitingRoom } from "./hydrate/waiting-room.ts";
import { createEventPublisher } from "./jetstream.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import type { EntityQuery } from "./outcomes.ts";
import { type ProcessDeps, processWebhook } from "./process.ts";
import { createRowCache } from "./row-cache.ts";
import { startWorker } from "./worker.ts";

export interface PublishStageDeps {
  readonly broker: Broker;
  readonly names: Names;
  readonly publicUrl: string;
  readonly findStore: ProcessDeps["findStore"];
  readonly findPlatform: ProcessDeps["findPlatform"];
  readonly changeCredentials: HydratorDeps["changeCredentials"];
  /** The way out to the APIs of platforms. */
  readonly egress: Egress;
  /** What differs from the usual; for tests. */
  readonly hydration?: Partial<HydrationPolicy>;
  readonly deadLetters: Pick<DeadLetters, "add">;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly onBroken: (error: unknown) => void;
}

export interface PublishStage {
  readonly ledger: Ledger;
  /** What is known of an entity; undefined when nothing is. */
  readonly findRow: (entity: EntityQuery) => Promise<EntityRow | undefined>;
  /** Takes nothing more from the inbox and awaits what is in hand. */
  readonly stop: () => Promise<void>;
}

const ROW_CACHE_BYTES = 16_000_000;

export async function startPublishing(deps: PublishStageDeps): Promise<PublishStage> {
  const { broker, names, publicUrl, findStore, findPlatform, deadLetters, log, metrics, onBroken } = deps;
  const { js, jsm, publisher } = broker;
  const bucket = names.buckets.entities;
  const ledger = createLedger(js, publisher, names);
  const hydrator = createHydrator({
    egress: deps.egress,
    changeCredentials: deps.changeCredentials,
    policy: { ...HYDRATION_POLICY, ...deps.hydration },
    now: Date.now,
    random: Math.random,
    onRead: (platform, result) => metrics.reads.inc({ platform, result }),
  });
  const waitingRoom = await openWaitingRoom({ js, publisher, names, log, now: Date.now, onBroken });
  const processing: ProcessDeps = {
    entities: createKvEntities(await js.views.kv(bucket), bucket, publisher),
    publisher: createEventPublisher(publisher, names),
    cache: createRowCache(ROW_CACHE_BYTES),
    turns: createTurns(),
    isSettled: createAckFloor(createReadFloor(jsm, names), names),
    onConflict: () => metrics.conflicts.inc(),
    onRepublish: (events: number) => metrics.republished.inc(events),
    publicUrl,
    findStore,
    findPlatform,
    thin: {
      hydrator,
      waitingRoom,
      now: Date.now,
      onPartial: (platform) => metrics.partials.inc({ platform }),
      onWait: (platform) => metrics.waits.inc({ platform }),
    },
    deadLetter: deadLetters.add,
  };
  const worker = await startWorker({
    js,
    names,
    process: (webhook, delivery) => processWebhook(webhook, delivery, processing),
    deadLetter: deadLetters.add,
    ledger,
    log,
    metrics,
    onBroken,
  });
  return {
    ledger,
    findRow: async ({ store, resource, id }) => {
      const stored = await processing.entities.load(entityKey(store, resource, id));
      return stored && entityRow.parse(stored.value);
    },
    stop: async () => {
      hydrator.stop();
      await worker.stop();
      await waitingRoom.stop();
      ledger.close();
    },
  };
}
