/**
 * The envelope of every event: CloudEvents 1.0, and the words we use.
 *
 * - platform / store: Shopify / one connected shop, with its inbound endpoint and its secrets
 * - webhook, topic: one verified inbound request / the platform's name for what happened
 * - observation: "entity X is in state S as of T", what a normalizer makes of a webhook
 * - transition: stored state + observation -> events
 * - entity, sequence: one order, product, stock level ... of one store / its gap-free event counter
 * - event, `type`: canonical, past tense, dotted: `order.created`
 * - subscription, endpoint: who wants which events / the URL they go to
 * - delivery, attempt: one event to one subscription / one HTTP try of it
 * - "subject" alone is the NATS subject; the CloudEvents attribute is written `event.subject`
 */
import { z } from "zod";
import { timestamp } from "./scalars.ts";

export const VIA = ["webhook", "poll", "backfill", "replay"] as const;
/**
 * How sure we are that it is true: `signature` of the platform, only a secret `path`, or read back from the platform's `api`.
 */
export const AUTHENTICITY = ["signature", "path", "api"] as const;
export type Authenticity = (typeof AUTHENTICITY)[number];

/** JSON Schema and AsyncAPI are generated from this; `data` is refined per resource. */
export const envelope = z.object({
  specversion: z.literal("1.0"),
  id: z
    .string()
    .describe("`<store>:<resource>:<entity id>:<sequence>`; the same change always has the same id."),
  source: z.string().describe("`/stores/<store>`"),
  type: z.string().describe("`<resource>.<action>`, for example `order.paid`."),
  subject: z.string().optional().describe("The entity's id at the platform; absent for signals."),
  time: timestamp.describe("When it happened at the platform."),
  datacontenttype: z.literal("application/json"),
  dataschema: z.string().describe("JSON Schema of `data`, resolvable at the hub."),
  platform: z.string(),
  store: z.string(),
  sequence: z
    .number()
    .int()
    .positive()
    .optional()
    .describe("Counts the events of this entity without gaps, starting at 1; absent for signals."),
  detectedat: timestamp.describe("When the hub received the webhook."),
  via: z.enum(VIA),
  causationid: z.string().describe("Id of the webhook that made the hub see the change."),
  authenticity: z.enum(AUTHENTICITY),
  firstseen: z
    .literal(true)
    .optional()
    .describe("First sight of an entity that is not new at the platform: no news, only the state."),
  test: z
    .literal(true)
    .optional()
    .describe("Made up by the hub to try a subscription out: nothing happened at any store."),
  partial: z
    .literal(true)
    .optional()
    .describe("Only a part of the entity's state is known so far: any field of it may be missing."),
  data: z.record(z.string(), z.unknown()),
});
export type CanonicalEvent = z.infer<typeof envelope>;

/** What stands in `data` beside the state. */
export const changeSchema = z.object({
  changed: z
    .array(z.string())
    .describe("Paths of the state that differ from before, dotted; empty on first sight."),
  previous: z
    .record(z.string(), z.unknown())
    .describe("The old value of each changed path; a path that is missing here did not exist before."),
  delta: z.number().optional().describe("Stock only: available now less available before."),
});
