/** The process that reads what comes out, with an ordered consumer, and writes down when each order arrived first. */
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type JsMsg, type NatsConnection } from "nats";
import { z } from "zod";
import { answerParent } from "./child.ts";
import { monotonicMs } from "./clock.ts";

const MESSAGES_AHEAD = 2000;
const POLL_MS = 10;
/** The order's id stands near the front of an event and of a platform's body. */
const HEAD_BYTES = 120;
const ID = /"id":(?:"[^":]+:order:)?(\d{12})/;

const opening = z.object({
  servers: z.string(),
  stream: z.string(),
  filter: z.string(),
  firstId: z.number(),
});
const collection = z.object({
  from: z.number(),
  count: z.number(),
  expected: z.number(),
  quietMs: z.number(),
});

let connection: NatsConnection | undefined;
let streamName = "";
let arrivedAt = new Float64Array(100_000);
let [repeated, unreadable] = [0, 0];
let lastAt = 0;

answerParent({
  open: async (input) => {
    const { servers, stream, filter, firstId } = opening.parse(input);
    connection = await connect({ servers, noAsyncTraces: true });
    streamName = stream;
    const consumer = await connection.jetstream().consumers.get(stream, { filterSubjects: filter });
    await consumer.consume({
      max_messages: MESSAGES_AHEAD,
      callback: (message) => note(message, firstId),
    });
    return {};
  },
  /** Waits for so many of those orders; gives up when nothing has come for `quietMs`. */
  collect: async (input) => {
    const { from, count, expected, quietMs } = collection.parse(input);
    const startedAt = monotonicMs();
    while (seen(from, count) < expected && monotonicMs() - Math.max(lastAt, startedAt) < quietMs) {
      await sleep(POLL_MS);
    }
    return { arrivedAt: arrivedAt.slice(from, from + count), repeated, unreadable };
  },
  /** How many messages the stream holds, whatever they are. */
  total: async () => {
    const manager = await connection?.jetstreamManager();
    return (await manager?.streams.info(streamName))?.state.messages ?? 0;
  },
});

function note({ data }: JsMsg, firstId: number): void {
  lastAt = monotonicMs();
  const head = Buffer.from(data.buffer, data.byteOffset, Math.min(HEAD_BYTES, data.byteLength)).toString(
    "latin1",
  );
  const index = Number(ID.exec(head)?.[1] ?? Number.NaN) - firstId;
  if (!(index >= 0)) {
    unreadable += 1;
    return;
  }
  if (index >= arrivedAt.length) {
    const larger = new Float64Array(Math.max(index + 1, arrivedAt.length * 2));
    larger.set(arrivedAt);
    arrivedAt = larger;
  }
  if (arrivedAt[index] === 0) arrivedAt[index] = lastAt;
  else repeated += 1;
}

function seen(from: number, count: number): number {
  let sum = 0;
  for (let index = from; index < from + count; index += 1) if ((arrivedAt[index] ?? 0) > 0) sum += 1;
  return sum;
}
