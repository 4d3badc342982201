/** The language of the hub for people and tools: platforms, schemas, AsyncAPI. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createApi, security } from "../api.ts";
import type { Env } from "../env.ts";
import { type Document, documentOf } from "../document.ts";
import { HubError } from "../errors.ts";
import type { Names } from "../nats/names.ts";
import { once } from "../once.ts";
import type { Platform } from "./platform.ts";
import { takesSecrets } from "./scheme.ts";
import { asyncApiDocument, schemaDocument } from "./schemas.ts";

export interface LanguageDeps {
  readonly platforms: readonly Platform[];
  readonly names: Names;
  readonly publicUrl: string;
  readonly version: string;
}

const wireView = z.object({
  name: z.string(),
  docs: z.string(),
  signature: z.array(z.string()).openapi({ description: "Kinds of signature." }),
  takesSecret: z.boolean().openapi({
    description: "Whether store and hub share a secret; false where only public keys are of use.",
  }),
});
const fieldView = z.object({ description: z.string(), example: z.string(), isOptional: z.boolean() });

const platformView = wireView
  .extend({
    id: z.string(),
    variants: z
      .array(wireView.extend({ id: z.string() }))
      .openapi({ description: "Other wires of the platform; a store says which one it uses." }),
    settings: z.record(z.string(), fieldView),
    credentials: z
      .record(z.string(), fieldView)
      .openapi({ description: "For the platform's API; without them thin webhooks give partial events." }),
    capabilities: z
      .record(z.string(), z.string())
      .openapi({ description: "How each event comes about; what is not listed is impossible." }),
    unverified: z
      .record(z.string(), z.string())
      .openapi({ description: "What is not confirmed about an event, by its type." }),
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
  // Made when it is asked for: it takes most of the time that creating the app would take.
  const asyncApi = once(() => documentOf(JSON.stringify(asyncApiDocument(names, publicUrl, version))));
  const schemas = new Map<string, Document>();
  routes.get("/asyncapi.json", (c) => c.body(asyncApi().body, 200, { "Content-Type": "application/json" }));
  routes.get("/schemas/v1/:file", (c) => {
    const [, name = ""] = /^([a-z_]+)\.json$/.exec(c.req.param("file")) ?? [];
    const document = schemas.get(name) ?? makeSchema(name, publicUrl);
    if (document === undefined) throw new HubError("not_found");
    if (!schemas.has(name)) schemas.set(name, document);
    return c.body(document.body, 200, { "Content-Type": "application/schema+json" });
  });
  return routes;
}

function makeSchema(name: string, publicUrl: string): Document | undefined {
  const schema = schemaDocument(name, publicUrl);
  return schema && documentOf(JSON.stringify(schema));
}

function toView(platform: Platform) {
  const { id, capabilities, topics, topicPrefixes = {}, variants = {}, unverified = {} } = platform;
  const handlers = [
    ...Object.entries(topics),
    ...Object.entries(topicPrefixes).map(([prefix, handler]) => [`${prefix}*`, handler] as const),
  ];
  return {
    id,
    ...toWireView(platform),
    variants: Object.entries(variants).map(([variant, wire]) => ({ id: variant, ...toWireView(wire) })),
    settings: toFields(platform.settings),
    credentials: toFields(platform.credentials),
    capabilities: { ...capabilities },
    unverified: { ...unverified },
    topics: Object.fromEntries(
      handlers.map(([topic, handler]) => [
        topic,
        handler.kind === "ignored" ? `ignored: ${handler.reason}` : handler.kind,
      ]),
    ),
  };
}

function toWireView({ name, docs, schemes }: Pick<Platform, "name" | "docs" | "schemes">) {
  return {
    name,
    docs,
    signature: schemes.map(({ kind }) => kind),
    takesSecret: schemes.some(takesSecrets),
  };
}

function toFields(fields: Platform["settings"] = {}) {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { description, example, optional = false }]) => [
      name,
      { description, example, isOptional: optional },
    ]),
  );
}
