/** Reads a stretch of a stream, for lists that people and programs page through. */
import {
  AckPolicy,
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  nanos,
} from "nats";

export interface Stretch {
  readonly stream: string;
  /** One subject filter, wildcards welcome. */
  readonly filter: string;
  /** Stream sequence after which to start; 0 is the beginning. */
  readonly after: number;
  /** The moment to start at (RFC 3339); counts while `after` is 0. */
  readonly since?: string | undefined;
  readonly max: number;
}

const FETCH_WAIT_MS = 5000;

/** The messages of the stretch, oldest first, and whether more follow. Leaves nothing behind on the server. */
export async function readStream(
  { js, jsm }: { js: JetStreamClient; jsm: JetStreamManager },
  { stream, filter, after, since, max }: Stretch,
): Promise<{ messages: JsMsg[]; hasMore: boolean }> {
  const { name, num_pending: pending } = await jsm.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    ...(since === undefined || after > 0
      ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: after + 1 }
      : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: since }),
    filter_subject: filter,
    inactive_threshold: nanos(2 * FETCH_WAIT_MS),
    mem_storage: true,
  });
  try {
    const messages: JsMsg[] = [];
    const wanted = Math.min(pending, max);
    if (wanted > 0) {
      const consumer = await js.consumers.get(stream, name);
      for await (const message of await consumer.fetch({ max_messages: wanted, expires: FETCH_WAIT_MS })) {
        messages.push(message);
        if (messages.length === wanted) break;
      }
    }
    return { messages, hasMore: pending > wanted };
  } finally {
    await jsm.consumers.delete(stream, name);
  }
}
