/** `/api/events`: read canonical events back, page by page or live. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { streamSSE } from "hono/streaming";
import { createApi, problemResponse, security } from "../api.ts";
import { HubError } from "../errors.ts";
import type { Env } from "../env.ts";
import { envelope } from "../normalizers/canonical/event.ts";
import { untilAborted } from "../until-aborted.ts";
import { checkPattern } from "./event-patterns.ts";
import type { EventReader } from "./events.ts";

const filter = z.object({
  store: z.string().optional().openapi({ example: "acme" }),
  type: z.string().optional().openapi({ description: "`order.paid` or `order.*`", example: "order.*" }),
  entity: z.string().optional().openapi({ description: "The entity's id at the platform" }),
});

const routes = {
  page: createRoute({
    method: "get",
    path: "/events",
    security,
    summary: "Canonical events, oldest first",
    request: {
      query: filter.extend({
        after: z.coerce
          .number()
          .int()
          .min(0)
          .default(0)
          .openapi({ description: "`next` of the page before" }),
        limit: z.coerce.number().int().min(1).max(1000).default(100),
      }),
    },
    responses: {
      200: {
        description: "A page; `next` is there when more may follow",
        content: {
          "application/json": {
            schema: z.object({ events: z.array(envelope), next: z.string().optional() }),
          },
        },
      },
      400: problemResponse,
    },
  }),
  live: createRoute({
    method: "get",
    path: "/events/live",
    security,
    summary: "Canonical events as they come, as server-sent events",
    request: {
      query: filter.extend({
        after: z.coerce
          .number()
          .int()
          .min(0)
          .optional()
          .openapi({ description: "Id of the last message seen; without it from now on" }),
      }),
    },
    responses: {
      200: { description: "One event a message", content: { "text/event-stream": { schema: z.string() } } },
      400: problemResponse,
    },
  }),
};

const KEEP_ALIVE_MS = 15_000;

/** `ending` is aborted when the hub is about to end: a live stream, which never ends by itself, ends then. */
export function createEventRoutes(reader: EventReader, ending?: AbortSignal): OpenAPIHono<Env> {
  const api = createApi();
  api.openapi(routes.page, async (c) => {
    const { after, limit, ...wanted } = c.req.valid("query");
    checkType(wanted.type);
    return c.json(await reader.page(wanted, after, limit), 200);
  });
  api.openapi(routes.live, (c) => {
    const { after, ...wanted } = c.req.valid("query");
    checkType(wanted.type);
    return streamSSE(c, async (stream) => {
      // Asked for first: who leaves while the stream is being opened is not told of any more.
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      const left = untilAborted(AbortSignal.any(ending ? [gone.signal, ending] : [gone.signal]));
      const stop = await reader.follow(wanted, after, (event, cursor) => {
        void stream.writeSSE({ id: String(cursor), data: JSON.stringify(event) });
      });
      await stream.write(": following\n\n");
      const keepAlive = setInterval(() => void stream.write(": alive\n\n"), KEEP_ALIVE_MS);
      await left;
      clearInterval(keepAlive);
      stop();
    });
  });
  return api;
}

/** A type that cannot exist would be a wait for nothing. */
function checkType(type: string | undefined): void {
  if (type === undefined) return;
  const checked = checkPattern(type);
  if (!checked.ok) throw new HubError("bad_request", { explain: `type: ${checked.problem}` });
  if (type === "*") {
    throw new HubError("bad_request", {
      explain: "type: there is no event *; leave type away for every event",
    });
  }
}
