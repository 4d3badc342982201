/** The id that names a request in logs, problems and the answer's header. */
import { randomUUID } from "node:crypto";
import type { Context } from "hono";
import type { Env } from "./env.ts";

export const REQUEST_ID_HEADER = "X-Request-Id";

const LENGTH_MAX = 255;
const UNUSUAL = /[^\w\-=]/;

/** The sender's own id where it may stand in a log, else a new one; the same however often it is asked for. */
export function requestIdOf(c: Context<Env>): string {
  const known = c.get("requestId");
  if (known !== undefined) return known;
  const given = c.req.header(REQUEST_ID_HEADER) ?? "";
  const id = given === "" || given.length > LENGTH_MAX || UNUSUAL.test(given) ? randomUUID() : given;
  c.set("requestId", id);
  return id;
}

/**
 * For routes whose every answer carries the id. Not for webhooks, which set it themselves: without a middleware Hono calls
 * the route itself and builds no chain for it.
 */
export async function identify(c: Context<Env>, next: () => Promise<void>): Promise<void> {
  c.header(REQUEST_ID_HEADER, requestIdOf(c));
  await next();
}
