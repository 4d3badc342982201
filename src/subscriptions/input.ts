/** What an admin says of a subscription, and what is wrong with it. */
import { z } from "@hono/zod-openapi";
import { checkHeaders } from "./deliver/headers.ts";
import type { Egress } from "../egress/egress.ts";
import { RETRY_SECONDS } from "./deliver/retry.ts";
import { checkPattern } from "./event-patterns.ts";
import { startAt, subscriptionName } from "./subscription.ts";
import { checkWhere, whereSchema } from "./where.ts";

const DAY = 86_400;

/** As stores are named; anything else could never be connected. */
const storeName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "needs names of stores: a to z, 0 to 9 and -, at most 63 characters");

export const subscriptionInput = z
  .strictObject({
    events: z
      .array(z.string().max(100))
      .min(1)
      .max(100)
      .openapi({
        description: "`order.paid`, `order.*`, `*.created` or `*`.",
        example: ["order.*", "stock.changed"],
      }),
    stores: z
      .array(storeName)
      .min(1)
      .max(100)
      .optional()
      .openapi({
        description: "Names of stores; all without it. One that is not connected yet is noted in the answer.",
        example: ["acme"],
      }),
    platforms: z
      .array(z.string().max(63))
      .min(1)
      .max(50)
      .optional()
      .openapi({
        description: "Ids of platforms; all without it.",
        example: ["shopify"],
      }),
    where: whereSchema.optional().openapi({
      type: "object",
      description:
        "A filter over the event's content: `{ path, equals | in | exists | gt | gte | lt | lte }`, joined by `all`, `any` and `not`. Applied to HTTP delivery and by the client library.",
      example: { all: [{ path: "order.paymentStatus", equals: "paid" }] },
    }),
    startAt: startAt.optional().openapi({
      description:
        "Where it starts to read: `now` (the default of a new one), `beginning`, a moment (RFC 3339) or a stream sequence. Without it a known one keeps its place; another value than before reads anew from there.",
      example: "now",
    }),
    enabled: z.boolean().optional().openapi({
      description: "false: disabled. Without it a new subscription is active and a known one stays as it is.",
    }),
    deliver: z.enum(["nats", "http"]),
    url: z.string().optional().openapi({
      description: "Of the endpoint, for `http`.",
      example: "https://crm.example.com/entrepot",
    }),
    headers: z
      .record(z.string(), z.string())
      .optional()
      .openapi({
        description: "Sent with every delivery. Values are kept encrypted and never shown.",
        example: { Authorization: "Bearer token-of-the-endpoint" },
      }),
    secret: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, "needs whsec_ and 24 to 64 bytes in base64")
      .optional()
      .openapi({ description: "Of Standard Webhooks; made by the hub without it. Counts on creation only." }),
    ordered: z.boolean().optional().openapi({
      description: "Deliver the events of one entity in sequence; one that fails holds back the later ones.",
    }),
    timeoutMs: z.number().int().min(100).max(60_000).optional(),
    concurrency: z.number().int().min(1).max(100).optional().openapi({
      description: "Attempts at once, in each hub process.",
    }),
    ratePerSecond: z.number().min(0.01).max(10_000).optional().openapi({
      description: "Attempts a second at most, in each hub process.",
    }),
    retrySeconds: z
      .array(
        z
          .number()
          .min(0)
          .max(7 * DAY),
      )
      .max(50)
      .optional()
      .openapi({
        description: "Pauses between the attempts of one event; after the last attempt it is a dead letter.",
        example: [5, 300, 1800],
      }),
    disableAfterSeconds: z
      .number()
      .min(60)
      .max(365 * DAY)
      .optional()
      .openapi({
        description: "An endpoint that took nothing for this long is disabled.",
      }),
  })
  .openapi("SubscriptionInput");
export type SubscriptionInput = z.infer<typeof subscriptionInput>;

export const newSubscription = subscriptionInput
  .extend({ name: subscriptionName.meta({ example: "crm" }) })
  .openapi("NewSubscription");

/** What counts for an endpoint whose subscription does not say otherwise. */
export const ENDPOINT_DEFAULTS = {
  ordered: false,
  timeoutMs: 15_000,
  concurrency: 8,
  retrySeconds: RETRY_SECONDS,
  disableAfterSeconds: 5 * DAY,
} as const;

/** What only makes sense for one way of delivery. */
const HTTP_ONLY = [
  "url",
  "headers",
  "secret",
  "ordered",
  "timeoutMs",
  "concurrency",
  "ratePerSecond",
  "retrySeconds",
  "disableAfterSeconds",
] as const satisfies readonly (keyof SubscriptionInput)[];

export interface InputChecks {
  readonly platforms: readonly { readonly id: string }[];
  readonly egress: Pick<Egress, "checkUrl">;
  readonly now: () => number;
}

/** Every problem beyond the schema, one sentence each; none when it can be taken. */
export function checkInput(input: SubscriptionInput, { platforms, egress, now }: InputChecks): string[] {
  const patterns = input.events.map(checkPattern);
  const badEvents = patterns.flatMap((check) => (check.ok ? [] : [`events: ${check.problem}`]));
  const known = platforms.map(({ id }) => id);
  const badPlatforms = (input.platforms ?? [])
    .filter((id) => !known.includes(id))
    .map((id) => `platforms: ${id} is not one of ${known.join(", ")}`);
  const badWhere = input.where && badEvents.length === 0 ? checkWhere(input.where, input.events) : [];
  const badStart = checkStart(input.startAt, now());
  return [...badEvents, ...badPlatforms, ...badWhere, ...badStart, ...checkDelivery(input, egress)];
}

/** The server would take a moment that is still to come for now. */
function checkStart(start: SubscriptionInput["startAt"], now: number): string[] {
  const isMoment = typeof start === "string" && start !== "now" && start !== "beginning";
  return isMoment && Date.parse(start) > now ? [`startAt: ${start} is still to come`] : [];
}

function checkDelivery(input: SubscriptionInput, egress: InputChecks["egress"]): string[] {
  if (input.deliver === "nats") {
    return HTTP_ONLY.filter((field) => input[field] !== undefined).map(
      (field) => `${field}: only for deliver http`,
    );
  }
  const badUrl = input.url === undefined ? "is needed for deliver http" : egress.checkUrl(input.url);
  const badHeaders = input.headers && checkHeaders(input.headers);
  return [...(badUrl ? [`url: ${badUrl}`] : []), ...(badHeaders ? [`headers: ${badHeaders}`] : [])];
}
