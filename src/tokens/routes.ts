/** `/api/tokens`: make, list, remove. The text of a token is in one answer only, that to its making. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createApi, problemResponse, security } from "../api.ts";
import { audit } from "../audit.ts";
import type { Collection } from "../collection.ts";
import type { Env } from "../env.ts";
import { HubError } from "../errors.ts";
import type { Logger } from "../log.ts";
import { BOOTSTRAP, hashToken, makeTokenText, scope, type Token, tokenName } from "./token.ts";

export interface TokenRouteDeps {
  readonly tokens: Collection<Token>;
  readonly now: () => number;
  readonly log: Logger;
}

const MINUTE = 60;
const TEN_YEARS = 315_360_000;

const newToken = z
  .strictObject({
    name: tokenName.meta({ example: "grafana" }),
    scope: scope.default("read").openapi({ description: "`read` may only look; `admin` may change things." }),
    expiresInSeconds: z.number().int().min(MINUTE).max(TEN_YEARS).optional().openapi({
      description: "How long the token counts; without it until it is removed.",
    }),
  })
  .openapi("NewToken");

const tokenView = z
  .object({ name: tokenName, scope, createdAt: z.string(), expiresAt: z.string().optional() })
  .openapi("Token");

const madeToken = tokenView
  .extend({ token: z.string().openapi({ description: "What goes into the Authorization header." }) })
  .openapi("MadeToken");

const json = <S extends z.ZodType>(schema: S) => ({ content: { "application/json": { schema } } });

const routes = {
  add: createRoute({
    method: "post",
    path: "/tokens",
    security,
    summary: "Make a token; its text is shown only now",
    request: { body: { ...json(newToken), required: true } },
    responses: {
      201: { ...json(madeToken), description: "Made" },
      400: problemResponse,
      409: problemResponse,
    },
  }),
  list: createRoute({
    method: "get",
    path: "/tokens",
    security,
    summary: "List the tokens that were made; the bootstrap token is not among them",
    responses: {
      200: { ...json(z.object({ tokens: z.array(tokenView) })), description: "All tokens, by name" },
    },
  }),
  remove: createRoute({
    method: "delete",
    path: "/tokens/{name}",
    security,
    summary: "Remove a token; it opens nothing any more",
    request: { params: z.object({ name: z.string() }) },
    responses: { 204: { description: "Removed" }, 400: problemResponse, 404: problemResponse },
  }),
};

export function createTokenRoutes({ tokens, now, log }: TokenRouteDeps): OpenAPIHono<Env> {
  const api = createApi();
  api.openapi(routes.add, async (c) => {
    const { name, scope, expiresInSeconds } = c.req.valid("json");
    const text = makeTokenText();
    const at = now();
    const token: Token = {
      name,
      scope,
      hash: hashToken(text),
      createdAt: new Date(at).toISOString(),
      ...(expiresInSeconds ? { expiresAt: new Date(at + expiresInSeconds * 1000).toISOString() } : {}),
    };
    if (name === BOOTSTRAP || !(await tokens.add(token)))
      throw new HubError("conflict", { explain: `a token named ${name} exists already` });
    const { expiresAt } = token;
    audit(c, log, "token added", { name, scope, ...(expiresAt ? { expiresAt } : {}) });
    return c.json({ ...toView(token), token: text }, 201, { "Cache-Control": "no-store" });
  });
  api.openapi(routes.list, (c) => c.json({ tokens: tokens.list().map(toView) }, 200));
  api.openapi(routes.remove, async (c) => {
    const { name } = c.req.valid("param");
    if (name === BOOTSTRAP)
      throw new HubError("bad_request", {
        explain:
          "name: the bootstrap token comes from ADMIN_TOKEN or the data directory and is changed there",
      });
    if (!(await tokens.remove(name))) throw new HubError("not_found");
    audit(c, log, "token removed", { name });
    return c.body(null, 204);
  });
  return api;
}

function toView({ hash: _, ...view }: Token) {
  return view;
}
