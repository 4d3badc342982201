/** The language of the hub for people and tools: platforms, schemas, AsyncAPI. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createApi, security } from "../api.ts";
import type { Env } from "../env.ts";
import { HubError } from "../errors.ts";
import type { Names } from "../nats/names.ts";
import type { Platform } from "./platform.ts";
import { asyncApiDocument, schemaDocument } from "./schemas.ts";

export interface LanguageDeps {
  readonly platforms: readonly Platform[];
  readonly names: Names;
  readonly publicUrl: string;
  readonly version: string;
}

const platformView = z
  .object({
    id: z.string(),
    name: z.string(),
    docs: z.string(),
    signature: z.array(z.string()),
    capabilities: z
      .record(z.string(), z.string())
      .openapi({ description: "How each event comes about; what is not listed is impossible." }),
    topics: z
      .record(z.string(), z.string())
      .openapi({ description: "`mapped`, `hydrated`, or why a topic is ignored." }),
  })
  .openapi("Platform");

const listPlatforms = createRoute({
  method: "get",
  path: "/platforms",
  security,
  summary: "The platforms and what each can report",
  responses: {
    200: {
      description: "All platforms",
      content: { "application/json": { schema: z.object({ platforms: z.array(platformView) }) } },
    },
  },
});

/** Below `/api`. */
export function createPlatformRoutes({ platforms }: LanguageDeps): OpenAPIHono<Env> {
  const api = createApi();
  api.openapi(listPlatforms, (c) => c.json({ platforms: platforms.map(toView) }, 200));
  return api;
}

/** Open to everyone: the schemas that events point at. */
export function createSchemaRoutes({ names, publicUrl, version }: LanguageDeps): OpenAPIHono<Env> {
  const routes = createApi();
  const asyncApi = asyncApiDocument(names, publicUrl, version);
  routes.get("/asyncapi.json", (c) => c.json(asyncApi));
  routes.get("/schemas/v1/:file", (c) => {
    const [, name = ""] = /^([a-z_]+)\.json$/.exec(c.req.param("file")) ?? [];
    const document = schemaDocument(name, publicUrl);
    if (document === undefined) throw new HubError("not_found");
    return c.json(document, 200, { "Content-Type": "application/schema+json" });
  });
  return routes;
}

function toView({ id, name, docs, schemes, capabilities, topics, topicPrefixes = {} }: Platform) {
  const handlers = [
    ...Object.entries(topics),
    ...Object.entries(topicPrefixes).map(([prefix, handler]) => [`${prefix}*`, handler] as const),
  ];
  return {
    id,
    name,
    docs,
    signature: schemes.map(({ kind }) => kind),
    capabilities: { ...capabilities },
    topics: Object.fromEntries(
      handlers.map(([topic, handler]) => [
        topic,
        handler.kind === "ignored" ? `ignored: ${handler.reason}` : handler.kind,
      ]),
    ),
  };
}
