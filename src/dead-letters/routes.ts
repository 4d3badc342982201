/** `/api/dead`: what could not be processed or delivered, and another try. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createApi, problemResponse, security } from "../api.ts";
import { audit } from "../audit.ts";
import { HubError } from "../errors.ts";
import type { Env } from "../env.ts";
import type { Logger } from "../log.ts";
import type { DeadLetterQuery, DeadLetters, Redriven } from "./dead-letters.ts";

export interface DeadLetterRouteDeps {
  readonly deadLetters: DeadLetters;
  /** Whether there is a subscription of this name. */
  readonly isSubscription: (name: string) => boolean;
  readonly log: Logger;
}

const count = z.number().int();
const stage = z.enum(["normalize", "hydrate", "deliver"]);

const deadView = z
  .object({
    sequence: count,
    stage: z.string(),
    reason: z.string(),
    attempts: count,
    at: z.string(),
    bytes: count,
    webhook: z
      .object({
        id: z.string(),
        platform: z.string(),
        store: z.string(),
        topic: z.string(),
        dedupeKey: z.string(),
        receivedAt: z.string(),
        sentAt: z.string(),
        via: z.string(),
        authenticity: z.string(),
      })
      .optional()
      .openapi({ description: "A webhook that could not be processed." }),
    delivery: z
      .object({
        subscription: z.string(),
        eventId: z.string(),
        type: z.string(),
        store: z.string(),
        status: count.optional(),
        response: z.string().optional(),
      })
      .optional()
      .openapi({ description: "An event that a subscription did not take, with the last answer." }),
  })
  .openapi("DeadLetter");

const selection = {
  stage: stage.optional(),
  store: z.string().optional(),
  subscription: z.string().optional(),
};

const redriveBody = z
  .strictObject({
    sequences: z.array(count.positive()).min(1).max(1000).optional(),
    ...selection,
    all: z.literal(true).optional(),
    dryRun: z.boolean().default(false).openapi({ description: "Only count what would be tried again." }),
  })
  .refine(
    ({ sequences, all, stage: atStage, store, subscription }) =>
      [sequences, all, atStage ?? store ?? subscription].filter((way) => way !== undefined).length === 1,
    "needs either sequences, or all, or some of stage, store and subscription",
  )
  .openapi("Redrive");

const REDRIVE_MAX = 1000;
const query = z.object({
  ...selection,
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
const json = <S extends z.ZodType>(schema: S) => ({ content: { "application/json": { schema } } });

const routes = {
  list: createRoute({
    method: "get",
    path: "/dead",
    security,
    summary: "What could not be processed or delivered, oldest first",
    request: { query },
    responses: {
      200: { ...json(z.object({ dead: z.array(deadView) })), description: "Dead letters" },
      400: problemResponse,
    },
  }),
  redrive: createRoute({
    method: "post",
    path: "/dead/redrive",
    security,
    summary: "Try dead letters again, up to 1,000 at a time",
    request: { body: { ...json(redriveBody), required: true } },
    responses: {
      200: {
        ...json(
          z.object({
            redriven: count.openapi({ description: "How many are tried again, or would be." }),
            missing: z.array(count),
            orphaned: z.array(count).openapi({ description: "Left alone: their subscription is gone." }),
            left: count.openapi({ description: "How many more the selection holds." }),
          }),
        ),
        description: "How many are tried again",
      },
      400: problemResponse,
      404: problemResponse,
    },
  }),
};

export function createDeadLetterRoutes(deps: DeadLetterRouteDeps): OpenAPIHono<Env> {
  const { deadLetters, log } = deps;
  const api = createApi();
  api.openapi(routes.list, async (c) => c.json({ dead: await deadLetters.list(c.req.valid("query")) }, 200));
  api.openapi(routes.redrive, async (c) => {
    const { sequences, dryRun, all: _all, ...wanted } = c.req.valid("json");
    if (dryRun) {
      const redriven = sequences?.length ?? (await deadLetters.count(wanted));
      return c.json({ redriven, missing: [], orphaned: [], left: 0 }, 200);
    }
    const chosen = sequences ?? (await firstOf(wanted, deadLetters));
    const { redriven, missing, orphaned } = await redriveAll(chosen, deps);
    if (sequences && missing.length === sequences.length) {
      throw new HubError("not_found", { explain: `no such dead letters: ${missing.join(", ")}` });
    }
    audit(c, log, "dead letters redriven", { count: redriven.length });
    const left = sequences ? 0 : await deadLetters.count(wanted);
    return c.json({ redriven: redriven.length, missing, orphaned, left }, 200);
  });
  return api;
}

async function redriveAll(
  sequences: readonly number[],
  { deadLetters, isSubscription }: DeadLetterRouteDeps,
): Promise<Record<Redriven, number[]>> {
  const all: Record<Redriven, number[]> = { redriven: [], missing: [], orphaned: [] };
  for (const sequence of sequences) {
    const redriven = await deadLetters.redrive(sequence, isSubscription);
    all[redriven].push(sequence);
  }
  return all;
}

async function firstOf(wanted: DeadLetterQuery, deadLetters: DeadLetters): Promise<number[]> {
  const letters = await deadLetters.list({ ...wanted, limit: REDRIVE_MAX });
  return letters.map(({ sequence }) => sequence);
}
