/** The routes of `/api/subscriptions` as data: what they take, what they answer. */
import { createRoute, z } from "@hono/zod-openapi";
import { problemResponse, security } from "../api.ts";
import { newSubscription, subscriptionInput } from "./input.ts";
import { subscriptionName } from "./subscription.ts";
import { issuedView, subscriptionView } from "./view.ts";

const count = z.number().int();
const json = <S extends z.ZodType>(schema: S) => ({ content: { "application/json": { schema } } });
const params = z.object({ name: z.string().openapi({ example: "crm" }) });
/** A new name has to be one. */
const newParams = z.object({ name: subscriptionName.meta({ example: "crm" }) });

/** Bodies may be left away altogether, and then no schema gives their defaults: the handlers do. */
export const OVERLAP_SECONDS = 86_400;
const overlapSeconds = z
  .number()
  .int()
  .min(0)
  .max(30 * 86_400)
  .optional()
  .openapi({
    description: "How long the earlier secret or credentials stay valid; a day without it.",
    example: OVERLAP_SECONDS,
  });

const resumeFrom = z.enum(["stopped", "now"]).optional().openapi({
  description: "`stopped` (without it): where it stopped; `now`: what came meanwhile is left out.",
});

const statisticsView = z
  .object({
    pending: count.openapi({ description: "Events that were not taken yet." }),
    unsettled: count.openapi({ description: "Events that were taken and are not settled." }),
    redelivered: count.openapi({ description: "Unsettled ones that were given out more than once." }),
    oldestUnsettledAt: z
      .string()
      .optional()
      .openapi({ description: "When the oldest event that is not settled was published." }),
    delivered: count.openapi({
      description:
        "Over HTTP: successful attempts within their retention. Over NATS: events given out, repetitions included.",
    }),
    failed: count.optional().openapi({ description: "Failed attempts within their retention." }),
    waiting: count.optional().openapi({ description: "Events that wait for another try." }),
    dead: count.openapi({ description: "Events that were given up: see `/api/dead`." }),
    lastDeliveredAt: z.string().optional(),
    lastError: z.object({ at: z.string(), error: z.string(), status: count.optional() }).optional(),
  })
  .openapi("SubscriptionStatistics");

const listed = subscriptionView.extend({ pending: count, unsettled: count }).openapi("ListedSubscription");
const shown = subscriptionView.extend({ statistics: statisticsView }).openapi("ShownSubscription");

const replayBody = z
  .strictObject({
    store: z.string().optional().openapi({ example: "acme" }),
    type: z.string().optional().openapi({ description: "`order.paid` or `order.*`", example: "order.*" }),
    entity: z.string().optional().openapi({ description: "The entity's id at the platform" }),
    since: z.iso.datetime({ offset: true }).optional().openapi({
      description: "Published from then on",
      example: "2026-11-01T00:00:00Z",
    }),
    until: z.iso.datetime({ offset: true }).optional().openapi({ description: "Published before" }),
    after: count.min(0).default(0).openapi({ description: "`next` of the stretch before" }),
    replayId: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/)
      .optional()
      .openapi({
        description: "The same id for all stretches of one replay: nothing is sent twice under it.",
      }),
    dryRun: z.boolean().default(false).openapi({ description: "Only count." }),
  })
  .openapi("Replay");

const one = { ...json(subscriptionView), description: "The subscription" };
const problems = { 400: problemResponse, 404: problemResponse, 409: problemResponse };

export const routes = {
  list: createRoute({
    method: "get",
    path: "/subscriptions",
    security,
    summary: "List subscriptions",
    responses: {
      200: { ...json(z.object({ subscriptions: z.array(listed) })), description: "All, by name" },
    },
  }),
  create: createRoute({
    method: "post",
    path: "/subscriptions",
    security,
    summary: "Create a subscription",
    request: { body: { ...json(newSubscription), required: true } },
    responses: { 201: { ...json(issuedView), description: "Created" }, ...problems },
  }),
  put: createRoute({
    method: "put",
    path: "/subscriptions/{name}",
    security,
    summary: "Create a subscription, or make a known one like this",
    request: { params: newParams, body: { ...json(subscriptionInput), required: true } },
    responses: {
      200: { ...json(issuedView), description: "Changed" },
      201: { ...json(issuedView), description: "Created" },
      ...problems,
    },
  }),
  get: createRoute({
    method: "get",
    path: "/subscriptions/{name}",
    security,
    summary: "Show a subscription and how it is doing",
    request: { params },
    responses: { 200: { ...json(shown), description: "The subscription" }, 404: problemResponse },
  }),
  remove: createRoute({
    method: "delete",
    path: "/subscriptions/{name}",
    security,
    summary: "Remove a subscription, its consumers and its access",
    request: { params },
    responses: { 204: { description: "Removed" }, 404: problemResponse },
  }),
  pause: createRoute({
    method: "post",
    path: "/subscriptions/{name}/pause",
    security,
    summary: "Hold events back until it is resumed",
    request: { params },
    responses: { 200: one, ...problems },
  }),
  disable: createRoute({
    method: "post",
    path: "/subscriptions/{name}/disable",
    security,
    summary: "End deliveries and take the subscriber's access away; its place is kept",
    request: { params },
    responses: { 200: one, ...problems },
  }),
  resume: createRoute({
    method: "post",
    path: "/subscriptions/{name}/resume",
    security,
    summary: "Go on after a pause or after it was disabled",
    request: {
      params,
      body: {
        ...json(z.strictObject({ from: resumeFrom }).openapi("Resume")),
        required: false,
      },
    },
    responses: { 200: one, ...problems },
  }),
  rotate: createRoute({
    method: "post",
    path: "/subscriptions/{name}/rotate",
    security,
    summary: "Make a new secret or new credentials",
    request: {
      params,
      body: { ...json(z.strictObject({ overlapSeconds }).openapi("SubscriptionRotation")), required: false },
    },
    responses: { 200: { ...json(issuedView), description: "With what is new" }, ...problems },
  }),
  test: createRoute({
    method: "post",
    path: "/subscriptions/{name}/test",
    security,
    summary: "Send it a test event",
    request: {
      params,
      body: {
        ...json(
          z
            .strictObject({
              type: z.string().optional().openapi({
                description: "One that the subscription wants; its first one without it.",
                example: "order.paid",
              }),
            })
            .openapi("Test"),
        ),
        required: false,
      },
    },
    responses: {
      202: { ...json(z.object({ eventId: z.string(), type: z.string() })), description: "Under way" },
      ...problems,
    },
  }),
  replay: createRoute({
    method: "post",
    path: "/subscriptions/{name}/replay",
    security,
    summary: "Send a stretch of what was published to this subscription again",
    request: { params, body: { ...json(replayBody), required: true } },
    responses: {
      200: {
        ...json(
          z.object({
            events: count.openapi({ description: "How many were sent, or would be." }),
            replayId: z.string(),
            next: count.optional().openapi({ description: "Pass as `after` to go on; absent at the end." }),
          }),
        ),
        description: "A stretch of up to 5,000 published events",
      },
      ...problems,
    },
  }),
};
