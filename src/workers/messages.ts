/** What the primary and its workers say to each other, over the channel that a process has to its children. */
import { z } from "zod";
import { TOPICS } from "../peers.ts";

const topic = z.enum(TOPICS);
const id = z.number().int();

export const toPrimary = z.discriminatedUnion("kind", [
  /** Hears from now on; what was said to it before is lost. */
  z.object({ kind: z.literal("here") }),
  /** Could take requests. */
  z.object({ kind: z.literal("ready") }),
  /** Takes requests. */
  z.object({
    kind: z.literal("open"),
    arrival: z.object({ url: z.string(), subject: z.string(), server: z.string(), stores: z.number() }),
  }),
  /** Wants the answers of all others. */
  z.object({ kind: z.literal("gather"), id, topic }),
  /** Without an answer while it still starts. */
  z.object({ kind: z.literal("answer"), id, answer: z.unknown().optional() }),
  /** For all others. */
  z.object({ kind: z.literal("tell"), topic, message: z.unknown() }),
]);
export type ToPrimary = z.infer<typeof toPrimary>;

/** What a worker starts with. */
const place = z.object({
  /** Where the hub listens. */
  url: z.string(),
  port: z.number(),
  /** The server that the primary runs; absent where there is another. */
  server: z.object({ url: z.string(), version: z.string() }).optional(),
});
export type Place = z.infer<typeof place>;

export const toWorker = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("start"), place }),
  /** The port is free to be listened on. */
  z.object({ kind: z.literal("listen") }),
  z.object({ kind: z.literal("ask"), id, topic }),
  z.object({ kind: z.literal("gathered"), id, answers: z.array(z.unknown()) }),
  z.object({ kind: z.literal("told"), topic, message: z.unknown() }),
]);
export type ToWorker = z.infer<typeof toWorker>;
