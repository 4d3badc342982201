/** `/api/attempts`: every try to deliver over HTTP, by subscription, event or entity. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createApi, problemResponse, security } from "../api.ts";
import type { Env } from "../env.ts";
import { type Attempts, attemptRecord } from "./deliver/attempts.ts";

const list = createRoute({
  method: "get",
  path: "/attempts",
  security,
  summary: "Attempts to deliver over HTTP, oldest first",
  request: {
    query: z.object({
      subscription: z.string().optional(),
      event: z.string().optional().openapi({ description: "Id of the event" }),
      entity: z.string().optional().openapi({ description: "`<store>:<resource>:<id>`" }),
      result: z.enum(["ok", "failed"]).optional(),
      since: z.iso.datetime({ offset: true }).optional(),
      after: z.coerce.number().int().min(0).default(0).openapi({ description: "`next` of the page before" }),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
  },
  responses: {
    200: {
      description: "A page; `next` is there when more may follow",
      content: {
        "application/json": {
          schema: z.object({
            attempts: z.array(attemptRecord),
            next: z.number().int().optional(),
          }),
        },
      },
    },
    400: problemResponse,
  },
});

export function createAttemptRoutes(attempts: Pick<Attempts, "page">): OpenAPIHono<Env> {
  const api = createApi();
  api.openapi(list, async (c) => {
    const { after, limit, event: eventId, ...filter } = c.req.valid("query");
    return c.json(await attempts.page({ ...filter, eventId }, after, limit), 200);
  });
  return api;
}
