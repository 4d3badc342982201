/** A subscription: who wants which events, and how they get there. This is its record as the hub keeps it. */
import { z } from "zod";
import { accessState } from "./access.ts";
import { whereSchema } from "./where.ts";

export const subscriptionName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "needs a to z, 0 to 9 and -, at most 63 characters, no - in front")
  .describe("The subscription's name in addresses and in the names of its consumers.");

const START_FORMS =
  "needs now, beginning, a moment such as 2026-11-01T12:00:00Z, or a stream sequence above 0";

/** Where a subscription starts to read: from now on, all that is kept, a moment (RFC 3339), or a stream sequence. */
export const startAt = z.union(
  [
    z.literal("now"),
    z.literal("beginning"),
    z.iso.datetime({ offset: true, error: START_FORMS }),
    z.number().int({ error: START_FORMS }).positive({ error: START_FORMS }),
  ],
  { error: START_FORMS },
);
export type StartAt = z.infer<typeof startAt>;

/** A paused or disabled subscription keeps its place; a disabled one also takes its subscriber's access away. */
export const STATES = ["active", "paused", "disabled"] as const;

/** A secret at rest, with the time until which it counts; without one it counts until it is rotated. */
export const sealedSecret = z.object({
  sealed: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().optional(),
});

export const endpoint = z.object({
  url: z.string(),
  /** Values are sealed: they may be credentials. */
  headers: z.record(z.string(), z.string()),
  /** Events of one entity are delivered in sequence; a failing one holds back the later ones of its entity. */
  ordered: z.boolean(),
  timeoutMs: z.number().int(),
  /** Attempts at once, in one hub process. */
  concurrency: z.number().int(),
  /** Attempts a second in one hub process; without it as many as the endpoint takes. */
  ratePerSecond: z.number().optional(),
  /** Pauses between attempts, in seconds; after the last one the event becomes a dead letter. */
  retrySeconds: z.array(z.number()),
  /** An endpoint that took nothing for this long is disabled. */
  disableAfterSeconds: z.number(),
  /** Of Standard Webhooks, newest first. */
  secrets: z.array(sealedSecret),
});
export type Endpoint = z.infer<typeof endpoint>;

/** A durable consumer that belongs to the subscription. */
export const consumerRef = z.object({
  stream: z.string(),
  name: z.string(),
  filter: z.string(),
  /** Where it starts: a stream sequence, or a moment (RFC 3339). */
  from: z.union([z.number().int().positive(), z.string()]),
});
export type ConsumerRef = z.infer<typeof consumerRef>;

export const subscriptionRecord = z.object({
  name: subscriptionName,
  /** Patterns such as `order.*`, `order.paid` and `*`, checked against the vocabulary. */
  events: z.array(z.string()).min(1),
  stores: z.array(z.string()).optional(),
  platforms: z.array(z.string()).optional(),
  where: whereSchema.optional(),
  startAt,
  state: z.enum(STATES),
  /** Why and since when it is paused or disabled. */
  stopped: z.object({ at: z.string(), reason: z.string() }).optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** Since when it has been active without a break. */
  activeSince: z.string(),
  deliver: z.enum(["nats", "http"]),
  /** With `deliver: "http"`. */
  endpoint: endpoint.optional(),
  /** With `deliver: "nats"`: how the subscriber reaches its consumers. */
  access: accessState.optional(),
  consumers: z.array(consumerRef),
});
export type Subscription = z.infer<typeof subscriptionRecord>;
