/** `/api/renormalize`: what today's normalizers would make of the stored webhooks. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { stream } from "hono/streaming";
import { createApi, problemResponse, security } from "../../api.ts";
import type { Env } from "../../env.ts";
import { HubError } from "../../errors.ts";
import { isResource, isSignalResource } from "../../normalizers/canonical/resources.ts";
import type { Logger } from "../../log.ts";
import type { RenormalizeQuery, renormalize } from "./renormalize.ts";

export interface RenormalizeRouteDeps {
  readonly renormalize: (query: RenormalizeQuery) => ReturnType<typeof renormalize>;
  readonly log: Logger;
}

/** Typed as any text: the router would take it for one JSON document. */
const NDJSON: string = "application/x-ndjson";

const count = z.number().int();

export const renormalizeLine = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.enum(["missing", "extra", "different", "unknown"]).openapi({
        description:
          "missing: it would be published, and was not. extra: it was, and would not be. different: see `paths`. unknown: it may have been stale, which cannot be told any more.",
      }),
      webhook: z.string(),
      topic: z.string(),
      receivedAt: z.string(),
      inboxSequence: count,
      resource: z.string(),
      id: z.string().optional(),
      published: z.array(z.string()).openapi({ description: "Types of the events that were published." }),
      now: z.array(z.string()).openapi({ description: "Types of the events that would be." }),
      paths: z
        .array(z.object({ path: z.string(), published: z.unknown().optional(), now: z.unknown().optional() }))
        .optional(),
      reason: z.string().optional(),
    }),
    z.object({
      kind: z.literal("summary"),
      webhooks: count,
      same: count.openapi({ description: "Webhooks that make no difference." }),
      missing: count,
      extra: count,
      different: count,
      unknown: count,
      next: count.optional().openapi({ description: "Pass as `after` to go on; absent at the end." }),
    }),
  ])
  .openapi("RenormalizeLine");

const moment = z.iso.datetime({ offset: true }).optional();

const route = createRoute({
  method: "get",
  path: "/renormalize",
  security,
  summary: "What today's normalizers would publish for the stored webhooks, against what was published",
  description: "A dry run: nothing is written. One JSON object a line; the last one is the summary.",
  request: {
    query: z.object({
      store: z.string(),
      resource: z.string().optional(),
      entity: z.string().optional().openapi({ description: "The entity's id at the platform" }),
      since: moment.openapi({ description: "Webhooks that were stored from then on" }),
      until: moment.openapi({ description: "Webhooks that were stored before" }),
      after: z.coerce.number().int().min(0).default(0).openapi({ description: "`next` of the run before" }),
      limit: z.coerce.number().int().min(1).max(100_000).default(10_000).openapi({
        description: "Webhooks of one run.",
      }),
    }),
  },
  responses: {
    200: {
      description: "Differences as they are found, then the summary",
      content: { [NDJSON]: { schema: renormalizeLine } },
    },
    400: problemResponse,
  },
});

export function createRenormalizeRoutes(deps: RenormalizeRouteDeps): OpenAPIHono<Env> {
  const api = createApi();
  api.openapi(route, async (c) => {
    const query = c.req.valid("query");
    const { resource } = query;
    if (resource !== undefined && !isResource(resource) && !isSignalResource(resource)) {
      throw new HubError("bad_request", { explain: `resource: there is no resource ${resource}` });
    }
    const lines = deps.renormalize(query);
    // What is wrong with the question shows before the first line, while it can still be a problem document.
    let line = await lines.next();
    c.header("Content-Type", NDJSON);
    return stream(
      c,
      async (out) => {
        out.onAbort(() => void lines.return(undefined));
        while (!line.done && !out.aborted) {
          await out.write(`${JSON.stringify(line.value)}\n`);
          line = await lines.next();
        }
      },
      async (err) => deps.log.error({ err }, "renormalization ended early"),
    );
  });
  return api;
}
