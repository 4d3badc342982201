/** `/openapi.json`: what the routes say of themselves, completed with what the app does to all of them. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Env } from "./env.ts";

type ApiDocument = ReturnType<OpenAPIHono<Env>["getOpenAPI31Document"]>;
type PathItem = NonNullable<ApiDocument["paths"]>[string];
type Operation = NonNullable<PathItem["get"]>;

const METHODS = ["get", "put", "post", "delete", "patch"] as const;

/** The areas of the API in the order of the flow, each with the words that its paths begin with. */
const AREAS = [
  { name: "stores", paths: ["stores", "rejections"], description: "Connected stores and what was refused" },
  { name: "platforms", paths: ["platforms"], description: "What each platform can report" },
  {
    name: "webhooks",
    paths: ["outcomes", "dead", "renormalize"],
    description: "What became of the stored webhooks",
  },
  { name: "events", paths: ["events"], description: "Canonical events, by page or live" },
  { name: "subscriptions", paths: ["subscriptions", "attempts"], description: "Who gets which events" },
  { name: "explain", paths: ["explain"], description: "What became of one entity, and who got it" },
  { name: "tokens", paths: ["tokens"], description: "Who may use this API" },
];

const problemContent = {
  "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
};
const retryAfter = { description: "Seconds to wait", schema: { type: "integer" as const } };

/** Answers of what stands in front of the routes; operations point at them. */
const REFUSALS = {
  Unauthorized: { description: "No token, or one that does not count", content: problemContent },
  Forbidden: { description: "The token may only read", content: problemContent },
  TooLarge: { description: "The body is too large", content: problemContent },
  TooManyAttempts: {
    description: "Too many wrong tokens came from this address",
    headers: { "Retry-After": retryAfter },
    content: problemContent,
  },
  AnyProblem: { description: "Any other problem, such as a defect of the hub", content: problemContent },
};

/** Describes the routes that `app` has by now. */
export function describeApi(app: OpenAPIHono<Env>, version: string): ApiDocument {
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Entrepot admin API",
      version,
      description: "Every change needs a token of the scope `admin`. Problems are RFC 9457 documents.",
      license: { name: "Apache-2.0" },
    },
    security: [{ bearer: [] }],
  });
  const paths = Object.entries(document.paths ?? {}).map(
    ([path, item]) => [path, completePath(path, item)] as const,
  );
  const used = new Set(paths.map(([path]) => areaOf(path)));
  return {
    ...document,
    tags: AREAS.filter(({ name }) => used.has(name)).map(({ name, description }) => ({ name, description })),
    paths: Object.fromEntries(paths),
    components: {
      ...document.components,
      responses: REFUSALS,
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "The admin token, or one of `/api/tokens`" },
      },
    },
  };
}

function completePath(path: string, item: PathItem): PathItem {
  const completed: PathItem = {};
  for (const method of METHODS) {
    const operation = item[method];
    if (operation) completed[method] = completeOperation(method, areaOf(path), operation);
  }
  return completed;
}

function completeOperation(method: string, area: string, operation: Operation): Operation {
  return {
    tags: [area],
    ...operation,
    responses: {
      ...operation.responses,
      401: refusal("Unauthorized"),
      ...(method === "get" ? {} : { 403: refusal("Forbidden") }),
      ...(operation.requestBody ? { 413: refusal("TooLarge") } : {}),
      429: refusal("TooManyAttempts"),
      default: refusal("AnyProblem"),
    },
  };
}

function refusal(name: keyof typeof REFUSALS) {
  return { $ref: `#/components/responses/${name}` };
}

/** A path outside of all areas makes one of its own. */
function areaOf(path: string): string {
  const [, , word = ""] = path.split("/");
  return AREAS.find(({ paths }) => paths.includes(word))?.name ?? word;
}
