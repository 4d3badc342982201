/** The process that reads what comes out, with an ordered consumer, and writes down when each order arrived first. */
import { connect, credsAuthenticator, DeliverPolicy, type NatsConnection } from "nats";
import { z } from "zod";
import { type Arrivals, createArrivals } from "./arrivals.ts";
import { answerParent } from "./child.ts";

const MESSAGES_AHEAD = 2000;

const opening = z.object({
  servers: z.string(),
  /** Text of a .creds file, for a server that asks for one. */
  creds: z.string().optional(),
  stream: z.string(),
  filter: z.string(),
  firstId: z.number(),
  lastId: z.number().optional(),
});
const collection = z.object({
  from: z.number(),
  count: z.number(),
  expected: z.number(),
  quietMs: z.number(),
});

let connection: NatsConnection | undefined;
let streamName = "";
let arrivals: Arrivals | undefined;

answerParent({
  open: async (input) => {
    const { servers, creds, stream, filter, firstId, lastId } = opening.parse(input);
    const authenticator = creds === undefined ? undefined : credsAuthenticator(Buffer.from(creds));
    connection = await connect({ servers, noAsyncTraces: true, ...(authenticator ? { authenticator } : {}) });
    streamName = stream;
    const noted = createArrivals(firstId, lastId);
    arrivals = noted;
    // What earlier rounds left in the stream is none of its business.
    const options = { filterSubjects: filter, deliver_policy: DeliverPolicy.New };
    const consumer = await connection.jetstream().consumers.get(stream, options);
    await consumer.consume({ max_messages: MESSAGES_AHEAD, callback: ({ data }) => noted.note(data) });
    return {};
  },
  collect: (input) => arrivals?.collect(collection.parse(input)),
  /** How many messages the stream holds, whatever they are. */
  total: async () => {
    const manager = await connection?.jetstreamManager();
    return (await manager?.streams.info(streamName))?.state.messages ?? 0;
  },
});
