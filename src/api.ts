/** What all admin routes share: the router that turns schema problems into one kind of answer, and that answer's schema. */
import { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Env } from "./env.ts";
import { HubError } from "./errors.ts";

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string().optional(),
    requestId: z.string(),
  })
  .openapi("Problem");

export const problemResponse = {
  description: "A problem document (RFC 9457)",
  content: { "application/problem+json": { schema: problem } },
};

export const security = [{ bearer: [] }];

/** A router whose requests are checked against their schemas; what does not fit is a 400 that names each field. */
export function createApi(): OpenAPIHono<Env> {
  return new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (result.success) return;
      const problems = result.error.issues.map(
        ({ path, message }) => `${path.join(".") || "body"}: ${message}`,
      );
      throw new HubError("bad_request", { explain: problems.slice(0, 10).join("; ") });
    },
  });
}
