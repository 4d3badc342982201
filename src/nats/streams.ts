/** Declares the streams, buckets and shared consumers, and checks that the server took what was asked. */
import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamClient,
  type JetStreamManager,
  nanos,
  NatsError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "nats";
import { orMissing } from "./missing.ts";
import type { Names } from "./names.ts";

export interface StreamSettings {
  readonly replicas: number;
  readonly retentionSeconds: {
    readonly inbox: number;
    readonly commerce: number;
    readonly dead: number;
    readonly attempts: number;
  };
}

const HOUR = 3600;
/** How long a process may be silent about a message before another gets it. */
const ACK_WAIT_MS = 10_000;
/** More than webhooks that wait for an API can hold in several processes, so that they do not stop the inbox. */
const MAX_ACK_PENDING = 2048;
/** Each subscription has some. Without a number, nats-server 2.15 refuses the 1001st. */
const CONSUMERS_MAX = 100_000;

/** Creates what is missing and updates what differs. Throws when the server answers with something else than asked. */
export async function declareStreams(
  { js, jsm }: { js: JetStreamClient; jsm: JetStreamManager },
  names: Names,
  { replicas, retentionSeconds }: StreamSettings,
): Promise<void> {
  const base = { storage: StorageType.File, retention: RetentionPolicy.Limits, num_replicas: replicas };
  const { inbox, commerce, dead, outcomes, direct, attempts, operations, waiting } = names.streams;
  const streams: Partial<StreamConfig>[] = [
    {
      name: inbox,
      subjects: [...names.all.inbox],
      max_age: nanos(retentionSeconds.inbox * 1000),
      duplicate_window: duplicateWindow(2 * HOUR, retentionSeconds.inbox),
      // A full store must answer "no": dropping the oldest would drop webhooks that nobody has processed.
      discard: DiscardPolicy.New,
    },
    {
      name: commerce,
      subjects: [names.all.commerce],
      max_age: nanos(retentionSeconds.commerce * 1000),
      duplicate_window: duplicateWindow(24 * HOUR, retentionSeconds.commerce),
      discard: DiscardPolicy.Old,
      max_consumers: CONSUMERS_MAX,
      allow_direct: true,
    },
    {
      name: dead,
      subjects: [names.all.dead],
      max_age: nanos(retentionSeconds.dead * 1000),
      duplicate_window: duplicateWindow(2 * HOUR, retentionSeconds.dead),
      discard: DiscardPolicy.New,
      allow_direct: true,
    },
    {
      name: outcomes,
      subjects: [...names.all.outcomes],
      max_age: nanos(retentionSeconds.inbox * 1000),
      duplicate_window: duplicateWindow(2 * HOUR, retentionSeconds.inbox),
      discard: DiscardPolicy.Old,
    },
    {
      name: direct,
      subjects: [names.all.direct],
      max_age: nanos(retentionSeconds.commerce * 1000),
      duplicate_window: duplicateWindow(24 * HOUR, retentionSeconds.commerce),
      discard: DiscardPolicy.Old,
      max_consumers: CONSUMERS_MAX,
    },
    {
      name: attempts,
      subjects: [names.all.attempts],
      max_age: nanos(retentionSeconds.attempts * 1000),
      duplicate_window: duplicateWindow(2 * HOUR, retentionSeconds.attempts),
      discard: DiscardPolicy.Old,
      allow_direct: true,
    },
    {
      name: operations,
      subjects: [names.all.operations],
      max_age: nanos(retentionSeconds.dead * 1000),
      duplicate_window: duplicateWindow(24 * HOUR, retentionSeconds.dead),
      discard: DiscardPolicy.Old,
    },
    {
      name: waiting,
      subjects: [names.all.waiting],
      max_age: nanos(retentionSeconds.inbox * 1000),
      // As long as a hub may be down between putting a webhook here and acknowledging its message.
      duplicate_window: duplicateWindow(24 * HOUR, retentionSeconds.inbox),
      discard: DiscardPolicy.New,
    },
  ];
  for (const stream of streams) await declareStream(jsm, { ...base, ...stream });
  for (const bucket of Object.values(names.buckets)) {
    await js.views.kv(bucket, { history: 1, replicas, storage: StorageType.File });
    // Opening a bucket that exists leaves its settings as they were.
    await jsm.streams.update(`KV_${bucket}`, { num_replicas: replicas });
  }
  await declareConsumers(jsm, names);
}

/** The server refuses a window that is longer than the retention. */
function duplicateWindow(seconds: number, retentionSeconds: number): number {
  return nanos(Math.min(seconds, retentionSeconds) * 1000);
}

async function declareStream(jsm: JetStreamManager, wanted: Partial<StreamConfig>): Promise<void> {
  const name = wanted.name ?? "";
  const known = await orMissing(jsm.streams.info(name), "stream");
  if (known === undefined) {
    const { config } = await jsm.streams.add(wanted);
    return assertTaken(`stream ${name}`, wanted, config);
  }
  const { max_consumers: _, ...changeable } = wanted;
  const { config } = await jsm.streams.update(name, wanted).catch((error: unknown) => {
    if (!isFixed(error)) throw error;
    return jsm.streams.update(name, changeable);
  });
  assertTaken(`stream ${name}`, changeable, config);
}

/** nats-server 2.10 cannot change how many consumers a stream may have, and needs no number for many. */
function isFixed(error: unknown): boolean {
  return error instanceof NatsError && /can not change maxconsumers/i.test(error.message);
}

async function declareConsumers(jsm: JetStreamManager, names: Names): Promise<void> {
  const shared = {
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ACK_WAIT_MS),
    max_deliver: -1,
  };
  for (const { worker, filter } of names.lanes) {
    await declareConsumer(jsm, names.streams.inbox, {
      ...shared,
      durable_name: worker,
      filter_subject: filter,
      max_ack_pending: MAX_ACK_PENDING,
    });
  }
  await declareConsumer(jsm, names.streams.waiting, {
    ...shared,
    durable_name: names.usher,
    filter_subject: names.all.waiting,
    // All that wait are pending; a limit would let one store's hold up another's.
    max_ack_pending: -1,
  });
}

async function declareConsumer(
  jsm: JetStreamManager,
  stream: string,
  wanted: Partial<ConsumerConfig>,
): Promise<void> {
  const { config } = await jsm.consumers.add(stream, wanted);
  assertTaken(`consumer ${wanted.durable_name}`, wanted, config);
}

/** Older servers drop fields that they do not know without a word. */
function assertTaken(what: string, wanted: object, got: object): void {
  const answer = new Map<string, unknown>(Object.entries(got));
  for (const [field, value] of Object.entries(wanted)) {
    const taken = answer.get(field) ?? (value === false ? false : undefined);
    if (JSON.stringify(taken) !== JSON.stringify(value)) {
      throw new Error(
        `nats-server did not take ${field} of ${what}: asked for ${JSON.stringify(value)}, got ${JSON.stringify(taken)}`,
      );
    }
  }
}

/** True when every stream, bucket and consumer of the inbox is there. */
export async function streamsReady(jsm: JetStreamManager, names: Names): Promise<boolean> {
  const streams = [
    ...Object.values(names.streams),
    ...Object.values(names.buckets).map((bucket) => `KV_${bucket}`),
  ];
  try {
    await Promise.all(streams.map((stream) => jsm.streams.info(stream)));
    await Promise.all(names.lanes.map(({ worker }) => jsm.consumers.info(names.streams.inbox, worker)));
    return true;
  } catch {
    return false;
  }
}
