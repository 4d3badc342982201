/** `/api/outcomes` and `/api/dead`: what became of the stored webhooks. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createApi, problemResponse, security } from "../api.ts";
import { HubError } from "../errors.ts";
import type { Env } from "../ingest/routes.ts";
import type { Logger } from "../log.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { Ledger } from "./ledger.ts";

export interface PublishRouteDeps {
  readonly ledger: Pick<Ledger, "counts">;
  readonly deadLetters: DeadLetters;
  readonly log: Logger;
}

const count = z.number().int();
const outcomesView = z
  .object({
    stored: count.openapi({ description: "Webhooks that were stored and answered with 200." }),
    published: count,
    unchanged: count.openapi({ description: "They told nothing new." }),
    stale: count.openapi({ description: "They were older than what is known." }),
    ignored: count.openapi({ description: "Their topic is deliberately not mapped." }),
    unknown_topic: count,
    dead_lettered: count,
    events: count.openapi({ description: "Events that came of them." }),
  })
  .openapi("Outcomes");

const deadView = z
  .object({
    sequence: count,
    stage: z.string(),
    reason: z.string(),
    attempts: count,
    at: z.string(),
    bytes: count,
    webhook: z.object({
      id: z.string(),
      platform: z.string(),
      store: z.string(),
      topic: z.string(),
      dedupeKey: z.string(),
      receivedAt: z.string(),
      sentAt: z.string(),
      via: z.string(),
      authenticity: z.string(),
    }),
  })
  .openapi("DeadLetter");

const redriveBody = z
  .union([
    z.strictObject({ sequences: z.array(count.positive()).min(1).max(1000) }),
    z.strictObject({ store: z.string() }),
    z.strictObject({ all: z.literal(true) }),
  ])
  .openapi("Redrive");

const REDRIVE_MAX = 1000;
const query = z.object({
  store: z.string().optional(),
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
const json = <S extends z.ZodType>(schema: S) => ({ content: { "application/json": { schema } } });

const routes = {
  outcomes: createRoute({
    method: "get",
    path: "/outcomes",
    security,
    summary: "How many webhooks were stored and what became of them",
    request: { query: z.object({ store: z.string().optional() }) },
    responses: { 200: { ...json(outcomesView), description: "Counts within the retention of the inbox" } },
  }),
  list: createRoute({
    method: "get",
    path: "/dead",
    security,
    summary: "Webhooks that could not be processed, oldest first",
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
    summary: "Put dead letters back into the inbox",
    request: { body: { ...json(redriveBody), required: true } },
    responses: {
      200: {
        ...json(z.object({ redriven: count, missing: z.array(count) })),
        description: "How many went back",
      },
      400: problemResponse,
    },
  }),
};

export function createPublishRoutes({ ledger, deadLetters, log }: PublishRouteDeps): OpenAPIHono<Env> {
  const api = createApi();
  api.openapi(routes.outcomes, async (c) => c.json(await ledger.counts(c.req.valid("query").store), 200));
  api.openapi(routes.list, async (c) => c.json({ dead: await deadLetters.list(c.req.valid("query")) }, 200));
  api.openapi(routes.redrive, async (c) => {
    const wanted = c.req.valid("json");
    const sequences =
      "sequences" in wanted
        ? wanted.sequences
        : (
            await deadLetters.list({
              ...("store" in wanted ? { store: wanted.store } : {}),
              limit: REDRIVE_MAX,
            })
          ).map(({ sequence }) => sequence);
    const missing: number[] = [];
    for (const sequence of sequences) if (!(await deadLetters.redrive(sequence))) missing.push(sequence);
    if ("sequences" in wanted && missing.length === sequences.length) {
      throw new HubError("not_found", { explain: `no such dead letters: ${missing.join(", ")}` });
    }
    log.info({ count: sequences.length - missing.length, action: "dead letters redriven" }, "audit");
    return c.json({ redriven: sequences.length - missing.length, missing }, 200);
  });
  return api;
}
