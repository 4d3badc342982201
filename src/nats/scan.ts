/** Walks through a stream without holding it in memory, for questions that no subject answers. */
import {
  AckPolicy,
  type Consumer,
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  millis,
  nanos,
} from "nats";

export interface Scan {
  readonly stream: string;
  /** One subject filter, wildcards welcome. */
  readonly filter: string;
  /** Stream sequence after which to start; 0 is the beginning. */
  readonly after: number;
  /** The moment to start at (RFC 3339); counts while `after` is 0. */
  readonly since?: string | undefined;
  /** Messages come without their bodies, which is several times as fast. */
  readonly headersOnly?: boolean;
  /** Messages held at once; 500 without it. */
  readonly batch?: number;
}

interface Reader {
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
}

const BATCH = 500;
const FETCH_WAIT_MS = 5000;
/** Whoever takes the messages may be slow: the consumer waits for this long. */
const IDLE_MS_MAX = 300_000;

/**
 * The messages that are in the stream at the time of the call, oldest first. Leaves nothing behind on the server when
 * it is ended early, be it by `break`, `return` or a throw.
 */
export async function* scanStream({ js, jsm }: Reader, scan: Scan): AsyncGenerator<JsMsg> {
  const { name, pending } = await addConsumer(jsm, scan);
  try {
    if (pending === 0) return;
    const consumer = await js.consumers.get(scan.stream, name);
    for (let left = pending; left > 0; ) {
      // Taken as a whole first: the server does not wait for whoever is slow to work through it.
      const batch = await fetchBatch(consumer, Math.min(left, scan.batch ?? BATCH));
      yield* batch;
      // What expires meanwhile never comes; what arrives meanwhile is not waited for.
      left = Math.min(left - batch.length, batch.at(-1)?.info.pending ?? 0);
    }
  } finally {
    await jsm.consumers.delete(scan.stream, name);
  }
}

async function fetchBatch(consumer: Consumer, max_messages: number): Promise<JsMsg[]> {
  const batch: JsMsg[] = [];
  for await (const message of await consumer.fetch({ max_messages, expires: FETCH_WAIT_MS })) {
    batch.push(message);
    if (batch.length === max_messages || message.info.pending === 0) break;
  }
  return batch;
}

/** Several scans of one stream as one, in the order of the stream. No message may pass more than one of the filters. */
export async function* scanMerged(
  reader: Reader,
  filters: readonly string[],
  scan: Omit<Scan, "filter">,
): AsyncGenerator<JsMsg> {
  const scans = filters.map((filter) => scanStream(reader, { ...scan, filter }));
  try {
    const heads = await Promise.all(scans.map((each) => each.next()));
    for (;;) {
      let first = -1;
      for (const [at, head] of heads.entries()) {
        if (head.done) continue;
        const other = heads[first];
        if (other === undefined || other.done || head.value.seq < other.value.seq) first = at;
      }
      const [head, source] = [heads[first], scans[first]];
      if (head === undefined || head.done || source === undefined) return;
      yield head.value;
      heads[first] = await source.next();
    }
  } finally {
    await Promise.all(scans.map((each) => each.return(undefined)));
  }
}

/** Where to start in order to see the last messages and no more than `max` of them. */
export interface Tail {
  /** Stream sequence after which to start. */
  readonly after: number;
  /** False when messages lie before it. */
  readonly isWhole: boolean;
}

/** A tail that holds between half of `max` and `max` messages, or all there are. */
export async function findTail(
  { jsm }: Reader,
  { stream, filter, max }: { stream: string; filter: string; max: number },
): Promise<Tail> {
  const { state } = await jsm.streams.info(stream);
  const pendingAfter = async (after: number) => {
    const { name, pending } = await addConsumer(jsm, { stream, filter, after });
    await jsm.consumers.delete(stream, name);
    return pending;
  };
  let low = Math.max(0, state.first_seq - 1);
  if ((await pendingAfter(low)) <= max) return { after: low, isWhole: true };
  let high = state.last_seq;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const pending = await pendingAfter(middle);
    if (pending > max) low = middle;
    else high = middle;
    if (pending <= max && pending >= max / 2) break;
  }
  return { after: high, isWhole: false };
}

async function addConsumer(
  jsm: JetStreamManager,
  { stream, filter, after, since, headersOnly = false }: Scan,
): Promise<{ name: string; pending: number }> {
  const { name, num_pending: pending } = await jsm.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    ...(since === undefined || after > 0
      ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: after + 1 }
      : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: since }),
    filter_subject: filter,
    headers_only: headersOnly,
    inactive_threshold: nanos(IDLE_MS_MAX),
    mem_storage: true,
  });
  return { name, pending };
}

/** When the stream took the message (RFC 3339). */
export function storedAt({ info }: JsMsg): string {
  return new Date(millis(info.timestampNanos)).toISOString();
}
