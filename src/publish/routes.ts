/** `/api/outcomes`: what became of the stored webhooks. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createApi, security } from "../api.ts";
import type { Env } from "../env.ts";
import type { Ledger } from "./ledger.ts";

export interface PublishRouteDeps {
  readonly ledger: Pick<Ledger, "counts">;
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
};

export function createPublishRoutes({ ledger }: PublishRouteDeps): OpenAPIHono<Env> {
  const api = createApi();
  api.openapi(routes.outcomes, async (c) => c.json(await ledger.counts(c.req.valid("query").store), 200));
  return api;
}
