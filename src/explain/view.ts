/** What the hub can tell about one entity: its webhooks, its state, its events, and who got them. */
import { z } from "@hono/zod-openapi";

const count = z.number().int();

export const webhookView = z
  .object({
    id: z.string(),
    topic: z.string().optional(),
    receivedAt: z.string().optional(),
    inboxSequence: count.optional().openapi({ description: "Its message in the INBOX stream." }),
    outcome: z
      .enum(["published", "unchanged", "stale", "dead", "unknown"])
      .openapi({ description: "What it meant for this entity; unknown: nothing that was read says so." }),
    events: z.array(z.string()).openapi({ description: "Ids of this entity's events that came of it." }),
    reason: z.string().optional(),
    deadLetter: count.optional().openapi({ description: "Sequence for `/api/dead/redrive`." }),
  })
  .openapi("ExplainedWebhook");
export type WebhookView = z.infer<typeof webhookView>;

export const entityView = z
  .object({
    sequence: count.openapi({ description: "Of its last event." }),
    version: z
      .string()
      .openapi({ description: "The platform's time of the state; empty while only parts are known." }),
    deleted: z.literal(true).optional(),
    state: z.record(z.string(), z.unknown()),
    lastChange: z
      .object({
        types: z.array(z.string()),
        at: z.string(),
        webhook: z.string(),
        changed: z.array(z.string()),
      })
      .optional(),
  })
  .openapi("ExplainedEntity");
export type EntityView = z.infer<typeof entityView>;

export const eventView = z
  .object({
    id: z.string(),
    type: z.string(),
    sequence: count.optional(),
    time: z.string(),
    publishedAt: z.string(),
    streamSequence: count.openapi({ description: "Its place in the COMMERCE stream." }),
    webhook: z.string().openapi({ description: "Id of the webhook that it came of." }),
    changed: z.array(z.string()),
  })
  .openapi("ExplainedEvent");
export type EventView = z.infer<typeof eventView>;

export const DELIVERY_STATES = [
  "not_matched",
  "delivered",
  "waiting",
  "in_hand",
  "pending",
  "held",
  "dead",
  "given_up",
  "before_start",
  "settled",
  "unknown",
] as const;

export const deliveryView = z
  .object({
    event: z.string(),
    type: z.string(),
    state: z.enum(DELIVERY_STATES).openapi({
      description:
        "not_matched: see `reason`. delivered: the endpoint took it. waiting: for another try or its turn. in_hand: given out and not settled. pending: not given out yet. held: the subscription does not run. dead: given up, see `deadLetter`. given_up: after the last attempt, and the letter is gone. before_start: older than where the subscription began. settled: acknowledged, and nothing more is kept about it.",
    }),
    reason: z.string().optional(),
    attempts: count.optional(),
    at: z.string().optional().openapi({ description: "When it was delivered, else when it was last tried." }),
    nextAt: z.string().optional(),
    status: count.optional().openapi({ description: "Of the endpoint's last answer." }),
    error: z.string().optional(),
    deadLetter: count.optional(),
  })
  .openapi("ExplainedDelivery");
export type DeliveryView = z.infer<typeof deliveryView>;

export const subscriptionView = z
  .object({
    name: z.string(),
    deliver: z.enum(["nats", "http"]),
    state: z.enum(["active", "paused", "disabled"]),
    deliveries: z.array(deliveryView).openapi({ description: "One for each event, in their order." }),
  })
  .openapi("ExplainedSubscription");
export type ExplainedSubscription = z.infer<typeof subscriptionView>;

const lookedAt = z.object({
  what: z.enum(["outcomes", "events", "dead letters", "attempts"]),
  messages: count,
  since: z.string().optional(),
  isWhole: z.boolean().openapi({ description: "false: the stream holds more than was looked at." }),
});
export type LookedAt = z.infer<typeof lookedAt>;

export const explanation = z
  .object({
    store: z.string(),
    resource: z.string(),
    id: z.string(),
    webhooks: z.array(webhookView),
    entity: entityView.optional(),
    events: z.array(eventView),
    subscriptions: z.array(subscriptionView),
    lookedAt: z.array(lookedAt),
    notes: z.array(z.string()).openapi({ description: "What is missing from this answer, and why." }),
  })
  .openapi("Explanation");
export type Explanation = z.infer<typeof explanation>;
