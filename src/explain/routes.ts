/** `/api/explain`: why something did or did not arrive. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createApi, problemResponse, security } from "../api.ts";
import type { Env } from "../env.ts";
import { type ExplainPorts, explain } from "./explain.ts";
import { explanation } from "./view.ts";

const route = createRoute({
  method: "get",
  path: "/explain/{store}/{resource}/{id}",
  security,
  summary: "What was received for an entity, what it became, and who got it",
  request: {
    params: z.object({
      store: z.string().openapi({ example: "acme" }),
      resource: z.string().openapi({ example: "order" }),
      id: z.string().openapi({ description: "The entity's id at the platform, encoded for a path." }),
    }),
    query: z.object({
      limit: z.coerce.number().int().min(1).max(500).default(50).openapi({
        description: "Newest events and webhooks to explain.",
      }),
    }),
  },
  responses: {
    200: {
      description: "The story of the entity; `notes` says what is missing from it",
      content: { "application/json": { schema: explanation } },
    },
    400: problemResponse,
    404: problemResponse,
  },
});

export function createExplainRoutes(ports: ExplainPorts): OpenAPIHono<Env> {
  const api = createApi();
  api.openapi(route, async (c) => {
    const entity = c.req.valid("param");
    return c.json(await explain(entity, c.req.valid("query").limit, ports), 200);
  });
  return api;
}
